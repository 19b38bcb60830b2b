"""A chat's photo: photos.getChatUploadServer, messages.setChatPhoto, deleteChatPhoto."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.behaviours import ADMIN, NUMBERING, OUTSIDER
from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.methods.chat_card import card
from vk_sandbox.api.methods.chats import CHAT_ID
from vk_sandbox.api.methods.files import SERVER, upload_address
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.rooms import admin, announce, membership_of
from vk_sandbox.models import Membership, Purpose, Upload


def get_server(caller: Caller, *, chat_id: int) -> dict[str, str]:
    return {"upload_url": upload_address(caller, Purpose.CHAT_PHOTO, chat_id)}


def set_photo(caller: Caller, *, file: str) -> dict[str, Any]:
    upload = Upload.objects.filter(account=caller.account, purpose=Purpose.CHAT_PHOTO, word=file, saved=False).first()
    if upload is None or upload.chat is None:
        raise ApiError(Code.UPLOAD)
    mine = admin(membership_of(caller.account, upload.chat))
    upload.saved = True
    upload.save(update_fields=["saved"])
    return _change(caller, mine, upload.address(), "chat_photo_update")


def delete_photo(caller: Caller, *, chat_id: int) -> dict[str, Any]:
    return _change(caller, admin(membership_of(caller.account, chat_id)), "", "chat_photo_remove")


def _change(caller: Caller, mine: Membership, photo: str, action: str) -> dict[str, Any]:
    mine.chat.photo = photo
    mine.chat.save(update_fields=["photo"])
    said = announce(mine.chat, caller.account, caller.now, action, title=photo)
    return {"message_id": said, "chat": card(mine, [])}


METHODS = (
    Method(
        "photos.getChatUploadServer",
        get_server,
        USER_GROUP,
        (Parameter("chat_id", Type.INTEGER, required=True, minimum=0),),
        behaviours=(
            SERVER,
            Behaviour("the file: as for photos in messages, → {response}", Source.CLIENTS),
            Behaviour("it is never cropped; who may change the photo is asked when it is set", Source.INFERRED),
        ),
    ),
    Method(
        "messages.setChatPhoto",
        set_photo,
        USER_GROUP,
        (Parameter("file", Type.STRING, required=True),),
        MESSAGES,
        (
            Behaviour("answers message_id and chat; a service message tells of it", Source.SCHEMA),
            Behaviour("what was not uploaded by the caller, or is set already: error 22", Source.INFERRED),
            OUTSIDER,
            ADMIN,
        ),
    ),
    Method(
        "messages.deleteChatPhoto",
        delete_photo,
        USER_GROUP,
        (CHAT_ID,),
        MESSAGES,
        (
            Behaviour("answers message_id and chat; a service message tells of it", Source.SCHEMA),
            Behaviour("where there is no photo too", Source.INFERRED),
            NUMBERING,
            OUTSIDER,
            ADMIN,
        ),
    ),
)
