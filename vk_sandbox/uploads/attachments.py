"""Files as VK's objects, and as attachments of messages: photo<owner>_<id>, doc<owner>_<id>."""

from __future__ import annotations

import re
from typing import Any

from vk_sandbox.api.errors import invalid
from vk_sandbox.models import Purpose, Upload

NAMED = re.compile(r"(?P<type>photo|doc)(?P<owner>-?[0-9]{1,18})_(?P<id>[0-9]{1,18})(?:_\w+)?", re.ASCII)
MOST = 10  # attachments of one message, as VK's documentation has it


def photo(upload: Upload) -> dict[str, Any]:
    """photos_photo."""
    size = {"type": "w", "url": upload.address(), "width": upload.width, "height": upload.height}
    return {
        "id": upload.id,
        "owner_id": upload.account_id,
        "album_id": -3,
        "date": upload.date,
        "text": "",
        "has_tags": False,
        "sizes": [size],
    }


def document(upload: Upload) -> dict[str, Any]:
    """docs_doc."""
    return {
        "id": upload.id,
        "owner_id": upload.account_id,
        "title": upload.name,
        "size": upload.size,
        "ext": upload.name.rpartition(".")[2].lower() if "." in upload.name else "",
        "url": upload.address(),
        "date": upload.date,
        "type": 8,
    }


def previews(address: str) -> dict[str, str]:
    """A chat's photo; the stand-in has it in one size."""
    return {f"photo_{side}": address for side in (50, 100, 200)}


def attached(words: str | None) -> list[dict[str, Any]]:
    """The attachments these words name, as messages carry them; ApiError 100 for what is no saved file."""
    names = [word.strip() for word in (words or "").split(",") if word.strip()]
    if len(names) > MOST:
        raise invalid(f"attachment should contain at most {MOST} elements")
    return [_attached(name) for name in names]


def _attached(name: str) -> dict[str, Any]:
    found = NAMED.fullmatch(name)
    if found is not None:
        purpose = Purpose.MESSAGE_PHOTO if found["type"] == "photo" else Purpose.DOCUMENT
        upload = Upload.objects.filter(
            id=int(found["id"]), account=int(found["owner"]), purpose=purpose, saved=True
        ).first()
        if upload is not None:
            return {
                "type": found["type"],
                found["type"]: photo(upload) if found["type"] == "photo" else document(upload),
            }
    raise invalid("attachment is invalid")
