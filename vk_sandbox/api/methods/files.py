"""Photos and documents for messages: photos.getMessagesUploadServer, saveMessagesPhoto; docs.*."""

from __future__ import annotations

import secrets
from typing import Any

from django.db.models import Q

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.models import Purpose, Upload
from vk_sandbox.uploads.attachments import document
from vk_sandbox.uploads.attachments import photo as as_photo

NO_ALBUM = -64  # what VK says of photos in messages


def upload_address(caller: Caller, purpose: Purpose, chat: int | None = None) -> str:
    ticket = secrets.token_urlsafe(24)
    made = {"account_id": caller.account, "purpose": purpose, "chat": chat, "origin": caller.origin}
    Upload.objects.create(ticket=ticket, date=caller.now, **made)
    return f"{caller.origin}/upload/{ticket}"


def get_photo_server(caller: Caller, *, peer_id: int | None) -> dict[str, Any]:
    server = {"upload_url": upload_address(caller, Purpose.MESSAGE_PHOTO), "album_id": NO_ALBUM}
    return server | ({"user_id": caller.account} if caller.account > 0 else {"user_id": 0, "group_id": -caller.account})


def save_photo(caller: Caller, *, photo: str, server: int | None, hash: str | None) -> list[dict[str, Any]]:
    ticket = hash or ""
    own = Upload.objects.filter(account=caller.account, purpose=Purpose.MESSAGE_PHOTO).exclude(word=None)
    sent = own.filter(Q(ticket=ticket) | Q(ticket__startswith=f"{ticket}.")).order_by("id")
    uploads = [upload for upload in sent if str(upload.word) in photo]
    if not uploads:
        raise ApiError(Code.PHOTO_HASH)
    return [as_photo(_saved(upload)) for upload in uploads]


def get_document_server(caller: Caller, *, type: str, peer_id: int | None) -> dict[str, str]:
    return {"upload_url": upload_address(caller, Purpose.DOCUMENT)}


def save_document(caller: Caller, *, file: str, title: str | None) -> dict[str, Any]:
    upload = Upload.objects.filter(account=caller.account, purpose=Purpose.DOCUMENT, word=file).first()
    if upload is None:
        raise ApiError(Code.CANNOT_SAVE)
    if title:
        upload.name = title[:200]
    return {"type": "doc", "doc": document(_saved(upload))}


def _saved(upload: Upload) -> Upload:
    upload.saved = True
    upload.save(update_fields=["saved", "name"])
    return upload


ONCE = Behaviour("an address takes files once", Source.INFERRED)
OWN = Behaviour("needs no right of its own", Source.INFERRED)
SERVER = Behaviour("answers an address; whoever has it may send a file there, multipart", Source.SCHEMA)

METHODS = (
    Method(
        "photos.getMessagesUploadServer",
        get_photo_server,
        USER_GROUP,
        (Parameter("peer_id", Type.INTEGER),),
        behaviours=(
            SERVER,
            Behaviour("the file: JPEG, PNG or GIF, → {server, photo, hash}", Source.CLIENTS),
            Behaviour("several in one request, as file0, file1, …: all of them, or none", Source.CLIENTS),
            Behaviour(
                "another file, more than 20 MB, or above 14000 pixels of width and height: {error}", Source.INFERRED
            ),
            ONCE,
            OWN,
        ),
    ),
    Method(
        "photos.saveMessagesPhoto",
        save_photo,
        USER_GROUP,
        (
            Parameter("photo", Type.STRING, required=True),
            Parameter("server", Type.INTEGER),
            Parameter("hash", Type.STRING),
        ),
        behaviours=(
            Behaviour("a list of the photos sent, which messages.send attaches as photo<owner>_<id>", Source.SCHEMA),
            Behaviour("what does not fit the upload: error 121", Source.INFERRED),
        ),
    ),
    Method(
        "docs.getMessagesUploadServer",
        get_document_server,
        USER_GROUP,
        (
            Parameter("type", Type.STRING, choices=("audio_message", "doc", "graffiti"), default="doc"),
            Parameter("peer_id", Type.INTEGER),
        ),
        behaviours=(
            SERVER,
            Behaviour("the file → {file}", Source.CLIENTS),
            Behaviour("programs and music, or more than 20 MB: {error}", Source.INFERRED),
            Behaviour("whatever type is asked for, it is a document", Source.INFERRED),
            ONCE,
            OWN,
        ),
    ),
    Method(
        "docs.save",
        save_document,
        USER_GROUP,
        (Parameter("file", Type.STRING, required=True), Parameter("title", Type.STRING)),
        behaviours=(
            Behaviour("{type, doc}, which messages.send attaches as doc<owner>_<id>", Source.SCHEMA),
            Behaviour("what was not uploaded by the caller: error 105", Source.INFERRED),
        ),
    ),
)
