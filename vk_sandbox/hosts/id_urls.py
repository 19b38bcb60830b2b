"""id.vk.ru: VK ID, its pages and its tokens."""

from __future__ import annotations

from django.urls import path, re_path

from vk_sandbox.hosts.absent import absent
from vk_sandbox.pages.views import style
from vk_sandbox.vkid.urls import urlpatterns as vkid

urlpatterns = [path("style.css", style), *vkid, re_path("", absent)]
