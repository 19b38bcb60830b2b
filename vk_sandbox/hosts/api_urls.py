"""api.vk.ru and its like: the methods, and every address that their answers contain. Never the control panel."""

from __future__ import annotations

from django.urls import path

from vk_sandbox.api.endpoint import method
from vk_sandbox.longpoll.endpoint import poll
from vk_sandbox.pages import captcha
from vk_sandbox.pages.views import style
from vk_sandbox.uploads.endpoint import receive, serve

urlpatterns = [
    path("method/<str:name>", method),
    path("longpoll/<str:kind>", poll),
    path("upload/<str:ticket>", receive),
    path("files/<str:word>", serve),
    path("captcha.png", captcha.picture),
    path("not_robot_captcha", captcha.page),
    path("style.css", style),
]
