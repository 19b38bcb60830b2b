"""Who can be in a chat, and the tokens that act for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AccountKind(models.TextChoices):
    VK = "vk"
    STUDY = "study"
    COMMUNITY = "community"


class Account(models.Model):
    """A person's VK ID, his study profile (an account of its own), or a community.

    `id` is VK's owner id: positive for people, minus the community's number for a community.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=9, choices=AccountKind)
    key = models.CharField(max_length=200)  # of the seed; a person's VK ID and study profile share it
    first_name = models.CharField(max_length=200)  # a community's name stands here
    last_name = models.CharField(max_length=200, blank=True)
    middle_name = models.CharField(max_length=200, blank=True)
    sex = models.SmallIntegerField(default=0)  # as VK has it: 0 unknown, 1 female, 2 male
    birthday = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=200, blank=True, db_default="")
    password = models.CharField(max_length=200, blank=True)  # hashed
    closed = models.BooleanField(default=False)  # privacy: nobody can add this person to a chat; not a closed page
    member = models.BooleanField(default=False)  # of the seeded community
    device = models.BooleanField(default=False, db_default=False)  # listed in browsers where nobody signed in yet
    chats = models.BigIntegerField(default=0)  # the highest number this account has given to a chat

    objects: ClassVar[models.Manager[Account]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="one_account_per_key")]
        indexes: ClassVar = [
            models.Index(fields=["phone"], name="account_phone"),
            models.Index(fields=["email"], name="account_email"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Token(models.Model):
    """`value` is kept as it is: seeding must answer the same token again, and the state folder is private."""

    id: int
    account_id: int

    value = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=7)  # api.method.TokenKind
    account = models.ForeignKey(Account, models.CASCADE)
    scope = models.CharField(max_length=200, blank=True)  # rights, words apart
    revoked = models.BooleanField(default=False)
    key = models.CharField(max_length=200, null=True)  # null: not from a seed
    login = models.ForeignKey("Login", models.CASCADE, null=True)  # null: not from a sign-in
    ends = models.BigIntegerField(null=True)  # unix time, seconds; null: never

    objects: ClassVar[models.Manager[Token]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="one_seeded_token_per_key")]
