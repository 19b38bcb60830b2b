"""Names of VK's whose parts are not built."""

from __future__ import annotations

from django.urls import re_path

from vk_sandbox.hosts.absent import absent

urlpatterns = [re_path("", absent)]
