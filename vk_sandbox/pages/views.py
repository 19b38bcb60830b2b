"""The front page, and its style sheet."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import vk_sandbox
from vk_sandbox.api.table import METHODS
from vk_sandbox.database import in_database
from vk_sandbox.hosts import web_token
from vk_sandbox.statistics import STATISTICS

STATIC = Path(vk_sandbox.__file__).parent / "static/vk_sandbox"
STYLE, VKID_STYLE, MESSENGER_STYLE = (
    (STATIC / name).read_bytes() for name in ("style.css", "vkid.css", "messenger.css")
)


async def index(request: HttpRequest) -> HttpResponse:
    if web_token.wanted(
        request
    ):  # a client whose addresses are bent to plain http asks here what it means for web.vk.me
        return await web_token.web_token(request)
    shown = await in_database(STATISTICS.shown)
    figures = {
        "Запросов по HTTP": shown["http_requests"],
        "Больше всего за секунду с одним токеном": shown["peak_per_second"],
        "Отказов из-за частоты": shown["refused_for_pace"],
        "Чатов": shown["chats"],
        "Участников в чатах": shown["members"],
        "Чатов с повторным названием": shown["duplicate_titles"],
    }
    methods = [(name, shown["requests"].get(name, 0)) for name in sorted(METHODS)]
    return render(request, "vk_sandbox/index.html", {"figures": figures, "methods": methods})


async def style(request: HttpRequest) -> HttpResponse:
    return HttpResponse(STYLE, content_type="text/css; charset=utf-8")


async def vkid_style(request: HttpRequest) -> HttpResponse:
    return HttpResponse(VKID_STYLE, content_type="text/css; charset=utf-8")


async def messenger_style(request: HttpRequest) -> HttpResponse:
    return HttpResponse(MESSENGER_STYLE, content_type="text/css; charset=utf-8")
