"""What long polls tell of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vk_sandbox.models.chats import Chat


class Event(models.Model):
    """`id` is VK's ts and pts. Whoever may see the message the event is about may see the event."""

    id: int

    chat = models.ForeignKey(Chat, models.CASCADE, db_index=False)
    code = models.SmallIntegerField()  # messenger.events.Happened
    message = models.BigIntegerField()  # Message.id
    author = models.BigIntegerField()
    private = models.BooleanField()  # for the author alone
    date = models.BigIntegerField()  # unix time, seconds

    objects: ClassVar[models.Manager[Event]] = models.Manager()
