"""Operations are stored and come back as they were."""

from __future__ import annotations

import json

import pytest
from hypothesis import strategies as st

from peremena.core.operations import (
    OPERATIONS,
    AddMember,
    ArchiveChat,
    ChatKey,
    ChatKind,
    Operation,
    SetRole,
    from_json,
    safe_order,
    to_json,
)
from tests.core.trial import holds, refuted
from tests.core.worlds import operations

CHAT = ChatKey(1, 2027, ChatKind.SUBJECT, group=7)


def test_every_operation_survives_json() -> None:
    def law(operation: Operation) -> None:
        again = from_json(json.loads(json.dumps(to_json(operation))))
        assert again == operation
        assert (type(again), type(again.chat), type(again.chat.kind)) == (type(operation), ChatKey, ChatKind)

    holds(operations(), law)


def test_what_forgets_the_kind_does_not_survive_json() -> None:
    def law(operation: Operation) -> None:
        stored = {"operation": AddMember.name, "chat": [*operation.chat], "member": getattr(operation, "member", "")}
        assert from_json(stored) == operation

    refuted(operations(), law)


def test_the_stored_form_is_promised() -> None:
    stored = {"operation": "set_role", "chat": [1, 2027, "subject", 0, 7, 0, 0], "member": "a", "admin": True}
    assert to_json(SetRole(CHAT, "a", admin=True)) == stored
    assert to_json(ArchiveChat(CHAT)) == {"operation": "archive_chat", "chat": [1, 2027, "subject", 0, 7, 0, 0]}


def test_an_unknown_operation_is_not_read() -> None:
    with pytest.raises(KeyError):
        from_json({**to_json(ArchiveChat(CHAT)), "operation": "burn_chat"})


def test_every_kind_of_operation_is_tried_here() -> None:
    seen: set[str] = set()
    holds(operations(), lambda operation: seen.add(operation.name))
    assert seen == {*OPERATIONS}


def test_every_two_operations_have_an_order() -> None:
    def law(found: list[Operation]) -> None:
        turned = found[::-1]
        assert sorted(found, key=safe_order) == sorted(turned, key=safe_order)

    holds(st.lists(operations(), max_size=8), law, examples=100)
