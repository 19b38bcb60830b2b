"""Profiles that people make themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import uuid4

from vk_sandbox.api.method import TokenKind
from vk_sandbox.control.seed import next_id
from vk_sandbox.models import Account, AccountKind, FreePhone, Token


@dataclass(frozen=True, slots=True)
class About:
    """«Информация о себе»."""

    first_name: str
    middle_name: str
    sex: int
    birthday: date | None


def register(phone: str, about: About) -> Account:
    """The VK ID of somebody who had none. The number is his from now on."""
    FreePhone.objects.filter(number=phone).delete()
    key = f"registered-{uuid4().hex}"
    kind = AccountKind.VK
    return Account.objects.create(id=next_id(kind), kind=kind, key=key, phone=phone, **asdict(about))


def make_study(vk: Account, about: About) -> Account:
    """A study profile; the person's seeded token acts for it from now on, as when it is seeded."""
    kind = AccountKind.STUDY
    last = {"last_name": vk.last_name, "closed": vk.closed, "member": vk.member}
    study = Account.objects.create(id=next_id(kind), kind=kind, key=vk.key, **asdict(about), **last)
    Token.objects.filter(kind=TokenKind.USER, key=vk.key).update(account=study)
    return study


def change(account: Account, about: About) -> None:
    for name, value in asdict(about).items():
        setattr(account, name, value)
    account.save(update_fields=list(asdict(about)))
