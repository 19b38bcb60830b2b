"""web.vk.me and vk.me: the messenger, its entry, and the tokens of the person whose cookie it is."""

from __future__ import annotations

from django.urls import path, re_path

from vk_sandbox.hosts.absent import absent
from vk_sandbox.hosts.web_token import root
from vk_sandbox.messenger_pages.chat import of_vk
from vk_sandbox.messenger_pages.urls import urlpatterns as messenger
from vk_sandbox.pages.views import style
from vk_sandbox.vkid.urls import pages as vkid

urlpatterns = [
    path("", root),
    re_path(r"^convo/(?P<peer>-?[0-9]+)$", of_vk),
    *messenger,
    *vkid,
    path("style.css", style),
    re_path("", absent),
]
