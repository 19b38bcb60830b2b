"""Everything the stand-in answers under its own names."""

from __future__ import annotations

from django.urls import path

from vk_sandbox.api.endpoint import method
from vk_sandbox.control import views as control
from vk_sandbox.longpoll.endpoint import poll
from vk_sandbox.messenger_pages.urls import urlpatterns as messenger
from vk_sandbox.pages import captcha
from vk_sandbox.pages import views as pages
from vk_sandbox.uploads.endpoint import receive, serve
from vk_sandbox.vkid.urls import urlpatterns as vkid

urlpatterns = [
    path("", pages.index),
    path("style.css", pages.style),
    path("method/<str:name>", method),
    path("longpoll/<str:kind>", poll),
    path("upload/<str:ticket>", receive),
    path("files/<str:word>", serve),
    path("captcha.png", captcha.picture),
    path("not_robot_captcha", captcha.page),
    *vkid,
    *messenger,
    path("control/seed", control.seed),
    path("control/reset", control.reset),
    path("control/faults", control.faults),
    path("control/stats", control.stats),
    path("control/<path:path>", control.missing),
]
