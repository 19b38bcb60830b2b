"""Where files are sent to and had from: /upload/<ticket> and /files/<word>."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, JsonResponse

from vk_sandbox import settings
from vk_sandbox.database import in_database
from vk_sandbox.models import Purpose, Upload
from vk_sandbox.uploads.images import image

LARGEST = 20 * 1024 * 1024  # bytes; VK takes more [?]
REFUSED = {"exe", "bat", "cmd", "com", "msi", "apk", "mp3"}  # programs and music, as VK's documentation has it
ANYTHING = "application/octet-stream"


async def receive(request: ASGIRequest, ticket: str) -> JsonResponse:
    if request.method != "POST":
        return _refused("send a file with POST")
    file = next(iter(request.FILES.dict().values()), None)
    if not isinstance(file, UploadedFile):
        return _refused("no file")
    return await in_database(_keep, ticket, file)


async def serve(request: ASGIRequest, word: str) -> HttpResponse:
    upload = await in_database(Upload.objects.filter(word=word, saved=True).first)
    if upload is None:
        return HttpResponse("Такого файла нет", status=404, content_type="text/plain; charset=utf-8")
    response = HttpResponse((settings.FILES / word).read_bytes(), content_type=upload.kind)
    if upload.purpose == Purpose.DOCUMENT:  # never shown by a browser, whatever is in it
        response.headers["Content-Disposition"] = "attachment"
    return response


def _keep(ticket: str, file: UploadedFile[bytes]) -> JsonResponse:
    upload = Upload.objects.filter(ticket=ticket, word=None).first()
    if upload is None:
        return _refused("no such upload address, or it was used")
    if not file.size or file.size > LARGEST:
        return _refused("wrong file size")
    content: bytes = file.read()
    upload.name, upload.size = (file.name or "file")[-200:], len(content)
    if upload.purpose == Purpose.DOCUMENT:
        if upload.name.rpartition(".")[2].lower() in REFUSED:
            return _refused("wrong file type")
        upload.kind = ANYTHING
    else:
        found = image(content)
        if found is None:
            return _refused("wrong image")
        upload.kind, upload.width, upload.height = found.kind, found.width, found.height
    upload.word = secrets.token_urlsafe(24)
    settings.FILES.mkdir(exist_ok=True)
    (settings.FILES / upload.word).write_bytes(content)
    upload.save()
    return JsonResponse(_accepted(upload))


def _accepted(upload: Upload) -> dict[str, Any]:
    if upload.purpose == Purpose.MESSAGE_PHOTO:
        return {"server": 1, "photo": json.dumps([{"photo": upload.word}]), "hash": upload.ticket}
    return {"response" if upload.purpose == Purpose.CHAT_PHOTO else "file": upload.word}


def _refused(why: str) -> JsonResponse:
    return JsonResponse({"error": why})
