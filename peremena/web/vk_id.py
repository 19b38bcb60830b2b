"""VK ID, asked once which profile a person has there: allauth's provider at our hosts, for nothing but linking. No row of
allauth's is written, and nobody signs in or up by it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.vk.provider import VKProvider
from allauth.socialaccount.providers.vk.views import VKOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from peremena.web.sign_in import SignedInRequest

WITHIN = (2.0, 8.0)  # seconds to connect, and to wait for the next piece of an answer
STATE_LENGTH = 48  # VK asks for 32 at least
LONGEST_ID = 20
OK, SERVER_TROUBLE = 200, 500
# What VK ID says instead of an answer, and what that is to us. Anything else is about the code.
ERRORS = {
    "invalid_client": "misconfigured",
    "server_error": "unreachable",
    "slow_down": "unreachable",
    "temporarily_unavailable": "unreachable",
}
log = logging.getLogger(__name__)


class VkIdTrouble(Exception):  # noqa: N818 - theirs as often as ours
    """No profile is known. `code` is one of wording.linking.TROUBLES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Trip(NamedTuple):
    """Somebody came back from VK ID: with the id of a profile, or with the code of a trouble. `back`: where he came from, ""
    where that is not known."""

    back: str
    profile: str = ""
    trouble: str = ""


def is_set_up() -> bool:
    return bool(settings.VK_ID_CLIENT_ID)


def return_address() -> str:
    """Where VK ID sends people back to; it has to be among the application's trusted addresses, to the letter."""
    return f"{settings.PUBLIC_URL}{reverse('profile_linked')}"


def begin(request: SignedInRequest, back: str) -> HttpResponse:
    """To VK ID. What is needed afterwards is kept in the session, for ten minutes and for one return."""
    provider = StudyProfileProvider(request, _application())
    response: HttpResponse = provider.redirect(
        request, process=AuthProcess.CONNECT, next_url=back, data={"user": request.user.pk}
    )
    return response


def end(request: SignedInRequest) -> Trip:
    """Whoever comes without a state that this person's own session has given out is not believed anything."""
    provider, told = StudyProfileProvider(request, _application()), request.GET
    try:
        state = provider.unstash_redirect_state(request, told.get("state", ""))
    except PermissionDenied:
        return Trip("", trouble="stale")
    back = str(state.get("next", ""))
    if (state.get("data") or {}).get("user") != request.user.pk:
        return Trip("", trouble="stale")
    if error := told.get("error"):
        return Trip(back, trouble="cancelled" if error == "access_denied" else ERRORS.get(error, "refused"))
    if not (told.get("code") and told.get("device_id")):
        return Trip(back, trouble="garbled")
    try:
        return Trip(back, profile=StudyProfileAdapter(request).profile(state.get("pkce_code_verifier")))
    except VkIdTrouble as trouble:
        return Trip(back, trouble=trouble.code)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """How allauth's part for other sites behaves here; named in SOCIALACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def generate_state_param(self, state: dict[str, Any]) -> str:
        return get_random_string(STATE_LENGTH)

    def get_requests_session(self) -> Any:
        """Allauth's own session, bounded in time; codes and tokens go to the configured host and nowhere else."""
        session = super().get_requests_session()
        session.trust_env = False
        session.request = partial(session.request, timeout=WITHIN, allow_redirects=False)
        session.hooks["response"].append(_judge)
        return session


class StudyProfileAdapter(VKOAuth2Adapter):  # type: ignore[misc]
    @property
    def authorize_url(self) -> str:
        return f"{settings.VK_ID_URL}/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.VK_ID_URL}/oauth2/auth"

    @property
    def profile_url(self) -> str:
        return f"{settings.VK_ID_URL}/oauth2/user_info"

    @property
    def revoke_url(self) -> str:
        return f"{settings.VK_ID_URL}/oauth2/revoke"

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return return_address()

    def profile(self, verifier: str) -> str:
        """The id of the profile that was chosen. The token is used once, revoked and forgotten. VkIdTrouble."""
        app = _application()
        with _understood():
            client = self.get_client(self.request, app)
            tokens = self.get_access_token_data(self.request, app, client, pkce_code_verifier=verifier)
            token = str(tokens["access_token"])
            try:
                chosen = str(self._told(self.profile_url, token)["user"]["user_id"])
            finally:
                self._revoke(token)
            if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_ID):
                raise VkIdTrouble("garbled")
            return chosen

    def _revoke(self, token: str) -> None:
        """Without it the token lives for an hour and nobody has it: that is no reason not to link."""
        try:
            with _understood():
                self._told(self.revoke_url, token)
        except VkIdTrouble as trouble:
            log.warning("VK ID: a token was not revoked (%s)", trouble.code)

    def _told(self, url: str, token: str) -> Any:
        with get_adapter().get_requests_session() as session:
            return session.post(url, data={"access_token": token, "client_id": settings.VK_ID_CLIENT_ID}).json()


class StudyProfileProvider(VKProvider):  # type: ignore[misc]
    """Not registered with allauth: none of its pages leads here."""

    oauth2_adapter_class = StudyProfileAdapter

    def get_default_scope(self) -> list[str]:
        return ["vkid.personal_info"]


def _application() -> SocialApp:
    return SocialApp(
        provider=VKProvider.id,
        name="Перемена",
        client_id=settings.VK_ID_CLIENT_ID,
        secret=settings.VK_ID_CLIENT_SECRET,
    )


def _judge(response: Any, **_: Any) -> None:
    """VK ID tells its errors with HTTP 200; everything else is no answer of its own."""
    if response.status_code != OK:
        raise VkIdTrouble("unreachable" if response.status_code >= SERVER_TROUBLE else "garbled")
    told = response.json()
    if isinstance(told, dict) and (error := told.get("error")):
        raise VkIdTrouble(ERRORS.get(str(error), "code_refused"))


@contextmanager
def _understood() -> Iterator[None]:
    # `from None`: the libraries' errors hold the request with its code and the answer with its token.
    try:
        yield
    except (ValueError, KeyError, TypeError, OAuth2Error):
        raise VkIdTrouble("garbled") from None
    except OSError:  # every error of the library that sends
        raise VkIdTrouble("unreachable") from None
