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
    files = [file for _, same in request.FILES.lists() for file in same]
    return await in_database(_keep, ticket, files) if files else _refused("no file")


async def serve(request: ASGIRequest, word: str) -> HttpResponse:
    upload = await in_database(Upload.objects.filter(word=word, saved=True).first)
    if upload is None:
        return HttpResponse("Такого файла нет", status=404, content_type="text/plain; charset=utf-8")
    response = HttpResponse((settings.FILES / word).read_bytes(), content_type=upload.kind)
    if upload.purpose == Purpose.DOCUMENT:  # never shown by a browser, whatever is in it
        response.headers["Content-Disposition"] = "attachment"
    return response


def _keep(ticket: str, files: list[UploadedFile[bytes]]) -> JsonResponse:
    """All of them, or none and the reason."""
    upload = Upload.objects.filter(ticket=ticket, word=None).first()
    if upload is None:
        return _refused("no such upload address, or it was used")
    if len(files) > 1 and upload.purpose != Purpose.MESSAGE_PHOTO:
        return _refused("one file is expected")
    uploads = [upload, *(_beside(upload, number) for number in range(1, len(files)))]
    if why := next(filter(None, map(_examine, uploads, files)), ""):
        return _refused(why)
    settings.FILES.mkdir(exist_ok=True)
    for one, file in zip(uploads, files, strict=True):
        one.word = secrets.token_urlsafe(24)
        file.seek(0)
        (settings.FILES / one.word).write_bytes(file.read())
        one.save()
    return JsonResponse(_accepted(uploads))


def _beside(upload: Upload, number: int) -> Upload:
    """What else came to this address: clients send photos as file0, file1 and so on, and save them by the first one's."""
    shared = {"account_id": upload.account_id, "purpose": upload.purpose, "origin": upload.origin, "date": upload.date}
    return Upload(ticket=f"{upload.ticket}.{number}", **shared)


def _examine(upload: Upload, file: UploadedFile[bytes]) -> str:
    """Notes what the file is; or says why it is refused."""
    if not file.size or file.size > LARGEST:
        return "wrong file size"
    upload.name, upload.size = (file.name or "file")[-200:], file.size
    if upload.purpose == Purpose.DOCUMENT:
        upload.kind = ANYTHING
        return "wrong file type" if upload.name.rpartition(".")[2].lower() in REFUSED else ""
    found = image(file.read())
    if found is None:
        return "wrong image"
    upload.kind, upload.width, upload.height = found.kind, found.width, found.height
    return ""


def _accepted(uploads: list[Upload]) -> dict[str, Any]:
    first = uploads[0]
    if first.purpose == Purpose.MESSAGE_PHOTO:
        return {"server": 1, "photo": json.dumps([{"photo": one.word} for one in uploads]), "hash": first.ticket}
    return {"response" if first.purpose == Purpose.CHAT_PHOTO else "file": first.word}


def _refused(why: str) -> JsonResponse:
    return JsonResponse({"error": why})
