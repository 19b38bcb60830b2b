"""web.vk.me: nothing but the tokens of the person whose cookie it is."""

from __future__ import annotations

from django.urls import path, re_path

from vk_sandbox.hosts.absent import absent
from vk_sandbox.hosts.web_token import root

urlpatterns = [path("", root), re_path("", absent)]
