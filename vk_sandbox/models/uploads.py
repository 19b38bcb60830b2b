"""Files people sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vk_sandbox.models.accounts import Account


class Purpose(models.TextChoices):
    MESSAGE_PHOTO = "message_photo"
    CHAT_PHOTO = "chat_photo"
    DOCUMENT = "document"


class Upload(models.Model):
    """An upload address, then the file that came there, then what it was saved as."""

    id: int
    account_id: int

    account = models.ForeignKey(Account, models.CASCADE)
    purpose = models.CharField(max_length=13, choices=Purpose)
    chat = models.BigIntegerField(null=True)  # of a chat's photo: the account's own number of the chat
    origin = models.CharField(max_length=200)  # where the file can be had from, as the account reaches us
    ticket = models.CharField(
        max_length=50, unique=True
    )  # of the address, good once; what came beside: <ticket>.1, .2, …
    word = models.CharField(max_length=50, unique=True, null=True)  # of the file, and its name on the disk
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30, blank=True)  # content type, as found in the file itself
    size = models.BigIntegerField(default=0)  # bytes
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    date = models.BigIntegerField()  # unix time, seconds
    saved = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Upload]] = models.Manager()

    def address(self) -> str:
        return f"{self.origin}/files/{self.word}"
