"""Passwords that the seed gave out, and how often they may be guessed."""

from __future__ import annotations

import time

from django.contrib.auth.hashers import check_password

from vk_sandbox.models import Account, WrongPassword

WINDOW = 600  # seconds
MISTAKES = 5  # in that time, and then not even the right one is taken


def throttled(account: Account) -> bool:
    since = int(time.time()) - WINDOW
    WrongPassword.objects.filter(at__lte=since).delete()
    return WrongPassword.objects.filter(account=account).count() >= MISTAKES


def right(account: Account, password: str) -> bool:
    """Counts the mistake, and forgets those before when there is none."""
    if account.password and check_password(password, account.password):
        WrongPassword.objects.filter(account=account).delete()
        return True
    WrongPassword.objects.create(account=account, at=int(time.time()))
    return False
