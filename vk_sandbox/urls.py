"""Everything the stand-in answers."""

from __future__ import annotations

from django.urls import path

from vk_sandbox.api.endpoint import method
from vk_sandbox.control import views as control
from vk_sandbox.pages import views as pages

urlpatterns = [
    path("", pages.index),
    path("style.css", pages.style),
    path("method/<str:name>", method),
    path("control/seed", control.seed),
    path("control/reset", control.reset),
    path("control/stats", control.stats),
    path("control/<path:path>", control.missing),
]
