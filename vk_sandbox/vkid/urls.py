"""VK ID's addresses, the same under id.vk.ru and under the own names."""

from __future__ import annotations

from django.urls import path

from vk_sandbox.pages.views import vkid_style
from vk_sandbox.vkid import about, accounts, exchange, info, signin
from vk_sandbox.vkid.answers import endpoint
from vk_sandbox.vkid.authorize import authorize
from vk_sandbox.vkid.phone import phone

nothing = endpoint(lambda _: {"response": {}})  # VK's SDK for browsers wants an answer; `active` in it would load more

# What people see on their way, which may have begun under the messenger's names too.
pages = [
    path("auth/<str:word>/accounts", accounts.choose),
    path("auth/<str:word>/signin", signin.signin),
    path("auth/<str:word>/register", signin.register),
    path("auth/<str:word>/code", signin.code),
    path("auth/<str:word>/password", signin.password),
    path("auth/<str:word>/study", about.study),
    path("auth/<str:word>/about", about.about),
    path("phone/", phone, name="phone"),
    path("vkid.css", vkid_style),
]

urlpatterns = [
    path("authorize", authorize),
    path("oauth2/auth", exchange.auth),
    path("oauth2/user_info", info.user_info),
    path("oauth2/public_info", info.public_info),
    path("oauth2/logout", info.logout),
    path("oauth2/revoke", info.revoke),
    path("vkid_sdk_get_config", nothing),
    path("stat_events_vkid_sdk", nothing),
    *pages,
]
