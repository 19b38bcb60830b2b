"""The two kinds of token a school can have, and what each may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peremena.core.capabilities import Capabilities
from peremena.core.errors import UnusableInput
from peremena.messengers.base import Identity
from peremena.messengers.vk.calls import CALLS_PER_REQUEST, Call
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.errors import known_shape


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """`who_am_i` asks whose token it is, `told` reads the answer; `pace` is requests a second."""

    who_am_i: Call
    told: Callable[[Any], Identity]
    pace: float
    adds_members: bool

    def identity(self, value: Any) -> Identity:
        with known_shape():
            return self.told(value)

    def capabilities(self, config: VkConfig) -> Capabilities:
        return Capabilities(
            create_chat=True,
            rename=True,
            add_member=self.adds_members,
            invite_link=not self.adds_members,
            remove_member=True,
            set_role=config.set_role,
            events=True,
            batch_size=CALLS_PER_REQUEST,
            pace=self.pace,
        )


def _person(value: Any) -> Identity:
    return Identity(str(value[0]["id"]), f"{value[0]['first_name']} {value[0]['last_name']}")


def _community(value: Any) -> Identity:
    group = value["groups"][0] if isinstance(value, dict) else value[0]  # a bare list up to 5.131
    return Identity(str(-group["id"]), group["name"])


KINDS = {
    # The token of a user with the `messages` right, which VK gives in exceptional cases.
    "user": CredentialKind(Call("users.get", {}), _person, pace=3.0, adds_members=True),
    # The key of a community with the `messages` right. messages.addChatUser is not for it (error 27): people come by a link.
    "community": CredentialKind(Call("groups.getById", {}), _community, pace=20.0, adds_members=False),
}


def credential_kind(name: str) -> CredentialKind:
    """UnusableInput for a kind VK does not have."""
    if name not in KINDS:
        raise UnusableInput(
            f"Подключение «vk»: ключ вида «{name}» не поддерживается; есть: user (пользователь с правом messages) "
            "и community (сообщество)."
        )
    return KINDS[name]
