"""What applications ask of VK ID, and where each of it is known from."""

from __future__ import annotations

from vk_sandbox.api.method import Source

AUTHORIZE, TOKENS = "/authorize", "/oauth2/auth"
# By the name under which the statistics count it.
ENDPOINTS: dict[str, tuple[str, Source]] = {
    AUTHORIZE: ("to VK ID's pages and back, with a code", Source.CLIENTS),
    f"{TOKENS} authorization_code": ("tokens for a code", Source.CLIENTS),
    f"{TOKENS} refresh_token": ("tokens for a refresh token, which is another one then", Source.CLIENTS),
    "/oauth2/user_info": ("whose profile it is, for an access token", Source.CLIENTS),
    "/oauth2/public_info": ("the same, masked, for an id_token", Source.CLIENTS),
    "/oauth2/logout": ("the login of an access token is over", Source.CLIENTS),
    "/oauth2/revoke": ("the person's consent to the application is over", Source.CLIENTS),
    "/vkid_sdk_get_config": ("nothing; VK's SDK for browsers wants an answer", Source.CLIENTS),
    "/stat_events_vkid_sdk": ("nothing; VK's SDK for browsers wants an answer", Source.CLIENTS),
}
