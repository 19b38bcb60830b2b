"""Chats, who is or was in them, and what was said last."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vk_sandbox.models.accounts import Account


class State(models.TextChoices):
    """VK's messages_chat_settings_state; `out` (never was inside) has no row."""

    IN = "in"
    LEFT = "left"
    KICKED = "kicked"


class Chat(models.Model):
    """A chat of many, or a dialog of two: there each one's number of it says who the other is (see `peer_id`)."""

    id: int
    owner_id: int
    title = models.CharField(max_length=500)
    owner = models.ForeignKey(Account, models.CASCADE)
    created = models.BigIntegerField()  # unix time, seconds
    last_cmid = models.BigIntegerField(default=0)
    last_message = models.BigIntegerField(default=0)  # Message.id; orders conversations without reading messages
    dialog = models.BooleanField(default=False)
    invite = models.CharField(max_length=50, blank=True)  # of the link; empty until somebody asks for one
    photo = models.CharField(max_length=300, blank=True)  # its address
    pinned = models.BigIntegerField(null=True)  # Message.id

    objects: ClassVar[models.Manager[Chat]] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["title", "owner"], name="chat_title_owner")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invite"], condition=~models.Q(invite=""), name="one_chat_per_invite")
        ]


class Membership(models.Model):
    """A person's tie to a chat. It outlives leaving: the number `local_id` stays his own for ever."""

    id: int
    chat_id: int
    account_id: int

    chat = models.ForeignKey(Chat, models.CASCADE, db_index=False)  # the constraints below are the indexes
    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    local_id = models.BigIntegerField()  # chat_id as this account sees it
    state = models.CharField(max_length=6, choices=State, default=State.IN)
    is_admin = models.BooleanField(default=False)
    invited_by = models.BigIntegerField()
    join_date = models.BigIntegerField()  # unix time, seconds
    seen_from = models.BigIntegerField(default=0)  # Message.id; he sees what came after it
    read_to = models.BigIntegerField(default=0, db_default=0)  # Message.id
    seen_to = models.BigIntegerField(null=True)  # Message.id; where the history ends for one who is out

    objects: ClassVar[models.Manager[Membership]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chat", "account"], name="one_membership"),
            models.UniqueConstraint(fields=["account", "local_id"], name="own_numbering"),
        ]


class Message(models.Model):
    """What a person said, or a service message: then `action` is VK's messages_message_action_status."""

    id: int
    chat_id: int

    chat = models.ForeignKey(Chat, models.CASCADE, db_index=False)
    cmid = models.BigIntegerField()
    author = models.BigIntegerField()
    date = models.BigIntegerField()  # unix time, seconds
    action = models.CharField(max_length=40)
    member = models.BigIntegerField(null=True)
    title = models.CharField(max_length=500, blank=True)  # of the action; a new photo's address
    about = models.BigIntegerField(null=True)  # cmid of what the action pins or unpins
    text = models.TextField(blank=True, db_default="")
    attachments = models.TextField(blank=True, db_default="")  # JSON of a list, empty where there are none
    random_id = models.BigIntegerField(default=0, db_default=0)
    edited = models.BigIntegerField(null=True)  # unix time, seconds
    deleted = models.BooleanField(default=False, db_default=False)  # for everybody

    objects: ClassVar[models.Manager[Message]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["chat", "cmid"], name="one_cmid")]
        indexes: ClassVar = [
            # Ids of service messages are all 0: they must cost nothing here.
            models.Index(fields=["chat", "random_id"], condition=~models.Q(random_id=0), name="message_random_id")
        ]


class Hidden(models.Model):
    """A message one person deleted for himself."""

    message = models.ForeignKey(Message, models.CASCADE, db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, db_index=False)

    objects: ClassVar[models.Manager[Hidden]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "account"], name="hidden_once")]
