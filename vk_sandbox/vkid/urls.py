"""VK ID's addresses, the same under id.vk.ru and under the own names."""

from __future__ import annotations

from django.urls import path

from vk_sandbox.pages.views import vkid_style
from vk_sandbox.vkid import about, accounts, exchange, info
from vk_sandbox.vkid.authorize import authorize

urlpatterns = [
    path("authorize", authorize),
    path("auth/<str:word>/accounts", accounts.choose),
    path("auth/<str:word>/study", about.study),
    path("auth/<str:word>/about", about.about),
    path("oauth2/auth", exchange.auth),
    path("oauth2/user_info", info.user_info),
    path("oauth2/public_info", info.public_info),
    path("oauth2/logout", info.logout),
    path("oauth2/revoke", info.revoke),
    path("vkid.css", vkid_style),
]
