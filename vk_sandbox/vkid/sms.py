"""Codes that are sent to phones, and how long and how often they may be tried."""

from __future__ import annotations

import hmac
import secrets
import time
from enum import StrEnum

from vk_sandbox.models import Device, Sms

LIFE = 600
WAIT = 60  # before another one
HOUR = 3600  # seconds, all three
PER_HOUR = 10
MISTAKES = 5  # and a code is good no more


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"


def wait(number: str) -> int:
    """Seconds until this number may be sent another code, whoever asks for it; 0 is now."""
    now = int(time.time())
    sent = list(Sms.objects.filter(number=number, sent__gt=now - HOUR).order_by("-sent").values_list("sent", flat=True))
    ready = [sent[0] + WAIT] if sent else []
    ready += [sent[PER_HOUR - 1] + HOUR] if len(sent) >= PER_HOUR else []
    return max(0, *(moment - now for moment in ready)) if ready else 0


def send(number: str, device: Device) -> bool:
    """Whether it was time for another one. The code is good in this browser alone."""
    if wait(number):
        return False
    code = f"{secrets.randbelow(1_000_000):06}"
    Sms.objects.create(number=number, device=device, code=code, sent=int(time.time()))
    return True


def check(number: str, device: Device, code: str) -> Verdict:
    """Judges the last code that was sent for this browser; a right one is used up."""
    last = Sms.objects.filter(number=number, device=device).order_by("-id").first()
    if last is None or last.used or last.sent + LIFE <= time.time():
        return Verdict.EXPIRED
    if last.mistakes >= MISTAKES:
        return Verdict.SPENT
    if not hmac.compare_digest(last.code.encode(), code.encode()):
        last.mistakes += 1
        last.save(update_fields=["mistakes"])
        return Verdict.WRONG if last.mistakes < MISTAKES else Verdict.SPENT
    last.used = True
    last.save(update_fields=["used"])
    return Verdict.RIGHT
