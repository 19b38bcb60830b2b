"""People on their way through VK ID's pages, and the phones they have at hand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vk_sandbox.models.accounts import Account
from vk_sandbox.models.logins import App, Device


class Attempt(models.Model):
    """What /authorize or the messenger was asked, and how far its person has come. It is over with the redirect back."""

    id: int
    account_id: int | None

    word = models.CharField(max_length=50, unique=True)  # of its pages' addresses
    device = models.ForeignKey(Device, models.CASCADE)
    app = models.ForeignKey(App, models.CASCADE)
    redirect_uri = models.CharField(max_length=2000)
    state = models.TextField(blank=True)
    challenge = models.CharField(max_length=128)
    scope = models.CharField(max_length=200)
    scheme = models.CharField(max_length=5, blank=True)  # light, dark, or as the browser has it
    began = models.BigIntegerField()  # unix time, seconds
    account = models.ForeignKey(Account, models.CASCADE, null=True)  # the chosen profile
    name = models.CharField(max_length=200, blank=True)  # the phone or mail that was entered
    proved = models.BooleanField(default=False)  # that phone is the person's, and nobody's VK ID yet
    needs_study = models.BooleanField(default=True, db_default=True)  # a VK ID alone is not enough
    wants_study = models.BooleanField(default=False)  # agreed to get a study profile

    objects: ClassVar[models.Manager[Attempt]] = models.Manager()


class FreePhone(models.Model):
    """A number that was issued and is nobody's VK ID yet."""

    number = models.CharField(max_length=20, primary_key=True)

    objects: ClassVar[models.Manager[FreePhone]] = models.Manager()


class Sms(models.Model):
    """It never leaves the stand-in: whoever wants to read it opens the page of the phone."""

    id: int

    number = models.CharField(max_length=20, db_index=True)
    device = models.ForeignKey(Device, models.CASCADE)  # whose browser asked for it: the code is good there only
    code = models.CharField(max_length=6)
    sent = models.BigIntegerField()  # unix time, seconds
    mistakes = models.SmallIntegerField(default=0)
    used = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Sms]] = models.Manager()


class WrongPassword(models.Model):
    """Counted for the person, whoever guesses and from wherever."""

    account = models.ForeignKey(Account, models.CASCADE)
    at = models.BigIntegerField()  # unix time, seconds

    objects: ClassVar[models.Manager[WrongPassword]] = models.Manager()
