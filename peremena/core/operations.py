"""The things a sync may do, as small values: sorted, comparable, storable, and without prose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple


class ChatKind(StrEnum):
    TEACHERS = "teachers"
    CLASS = "class"
    PARENTS = "parents"
    SUBJECT = "subject"
    CUSTOM = "custom"


class ChatKey(NamedTuple):
    """What a chat is for; 0 where a part does not apply. Two chats are the same chat when their keys are equal."""

    organization: int
    year: int
    kind: ChatKind
    school_class: int = 0
    group: int = 0
    subject: int = 0
    custom: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One act on one chat. `member` is always the messenger's own id of an account, never a person's."""

    name: ClassVar[str]
    chat: ChatKey


@dataclass(frozen=True, slots=True, order=True)
class CreateChat(Operation):
    name = "create_chat"
    title: str


@dataclass(frozen=True, slots=True, order=True)
class RenameChat(Operation):
    name = "rename_chat"
    title: str


@dataclass(frozen=True, slots=True, order=True)
class AddMember(Operation):
    name = "add_member"
    member: str


@dataclass(frozen=True, slots=True, order=True)
class InviteMember(Operation):
    name = "invite_member"
    member: str


@dataclass(frozen=True, slots=True, order=True)
class SetRole(Operation):
    name = "set_role"
    member: str
    admin: bool


@dataclass(frozen=True, slots=True, order=True)
class RemoveMember(Operation):
    name = "remove_member"
    member: str


@dataclass(frozen=True, slots=True, order=True)
class ArchiveChat(Operation):
    name = "archive_chat"


# The order inside one chat: the room exists first, people come in before others go out, so no room is ever left empty.
OPERATIONS: dict[str, type[Operation]] = {
    kind.name: kind for kind in (CreateChat, RenameChat, AddMember, InviteMember, SetRole, RemoveMember, ArchiveChat)
}
RANK = {kind: rank for rank, kind in enumerate(OPERATIONS.values())}


def safe_order(operation: Operation) -> tuple[Any, ...]:
    """Sort key: chat by chat, and inside a chat in the order of OPERATIONS."""
    return (operation.chat, RANK[type(operation)], operation)


def to_json(operation: Operation) -> dict[str, Any]:
    """{"operation": name, "chat": [7 key parts], …own fields}."""
    own = {field: getattr(operation, field) for field in type(operation).__slots__}
    return {"operation": operation.name, "chat": list(operation.chat), **own}


def from_json(data: dict[str, Any]) -> Operation:
    """The inverse of `to_json`; KeyError on an unknown name."""
    own = {field: value for field, value in data.items() if field not in {"operation", "chat"}}
    organization, year, kind, *rest = data["chat"]
    return OPERATIONS[data["operation"]](chat=ChatKey(organization, year, ChatKind(kind), *rest), **own)
