"""What VK's answers to writes mean, where they say less than one would like."""

from typing import Any

import httpx2
import pytest

from peremena.core.operations import AddMember, ChatKey, ChatKind, CreateChat, Operation, RemoveMember, SetRole
from peremena.messengers.base import Outcome
from peremena.messengers.vk.calls import Call
from peremena.messengers.vk.config import VkConfig
from tests.messengers.scripted_vk import Failure, ScriptedVk

CHAT = ChatKey(1, 2027, ChatKind.CLASS, school_class=1)
ROOMS = {CHAT: "7"}
CREATE = [CreateChat(CHAT, "Чат"), AddMember(CHAT, "501"), AddMember(CHAT, "502")]


def told(outcome: Outcome) -> tuple[str, Any, str, bool]:
    error = outcome.error and f"{type(outcome.error).__name__} {outcome.error.reason}"
    return outcome.operation.name, error, outcome.room, outcome.applied


def applied(vk: ScriptedVk, operations: list[Operation]) -> list[tuple[str, Any, str, bool]]:
    outcomes = vk.messenger.apply(operations, ROOMS)
    assert [outcome.operation for outcome in outcomes] == operations
    return [told(outcome) for outcome in outcomes]


def members(*ids: int) -> dict[str, Any]:
    return {"count": len(ids), "items": [{"member_id": member} for member in ids]}


def test_members_that_a_create_does_not_name_are_to_be_added_at_once_by_themselves():
    vk = ScriptedVk(lambda call: {"chat_id": 8, "peer_ids": [502]})
    outcomes = vk.messenger.apply(CREATE, {})
    assert [told(outcome) for outcome in outcomes] == [
        ("create_chat", None, "8", True),
        ("add_member", "Transient not_added", "", True),
        ("add_member", None, "", True),
    ]
    assert outcomes[1].error.retry_after == 0


def test_the_bare_number_of_5_131_names_nobody():
    vk = ScriptedVk(lambda call: 8, VkConfig(v="5.131"))
    assert applied(vk, CREATE) == [
        ("create_chat", None, "8", True),
        ("add_member", "Transient not_added", "", True),
        ("add_member", "Transient not_added", "", True),
    ]


def test_a_create_refused_because_of_its_people_is_done_without_them():
    def answer(call: Call) -> Any:
        return Failure(936) if "user_ids" in call.params else {"chat_id": 8, "peer_ids": []}

    vk = ScriptedVk(answer)
    assert applied(vk, CREATE) == [
        ("create_chat", None, "8", True),
        ("add_member", "Transient not_added", "", True),
        ("add_member", "Transient not_added", "", True),
    ]
    assert vk.methods() == [["createChat"], ["createChat"]]


@pytest.mark.parametrize("operations", [CREATE, CREATE[:1]], ids=["with members", "bare"])
def test_a_create_refused_whatever_its_people_is_refused_and_so_is_all_it_carried(operations):
    assert applied(ScriptedVk(lambda call: Failure(983)), operations) == [
        (operation.name, "Refused restricted", "", True) for operation in operations
    ]


def test_a_create_whose_answer_says_nothing_may_have_made_a_room():
    assert {error for _, error, _, _ in applied(ScriptedVk(lambda call: {"chat": 8}), CREATE)} == {"Lost garbled"}


def test_a_create_that_is_not_refused_is_never_sent_twice():
    vk = ScriptedVk(lambda call: Failure(10))
    assert {error for _, error, _, _ in applied(vk, CREATE)} == {"Lost vk_trouble"}
    assert vk.methods() == [["createChat"]]


@pytest.mark.parametrize(
    ("operation", "code", "inside", "outcome"),
    [
        (AddMember(CHAT, "501"), 15, [501], (None, False)),
        (AddMember(CHAT, "501"), 15, [502], ("Refused access_denied", True)),
        (RemoveMember(CHAT, "501"), 15, [502], (None, False)),
        (RemoveMember(CHAT, "501"), 15, [501], ("Refused access_denied", True)),
        (RemoveMember(CHAT, "501"), 936, [], (None, False)),
        (RemoveMember(CHAT, "501"), 936, [501], ("Refused unknown_account", True)),
    ],
)
def test_a_refusal_that_may_mean_already_so_is_looked_up(operation, code, inside, outcome):
    vk = ScriptedVk(
        lambda call: members(*inside) if call.method == "messages.getConversationMembers" else Failure(code)
    )
    assert applied(vk, [operation]) == [(operation.name, outcome[0], "", outcome[1])]
    assert vk.seen[1] == [
        Call("messages.getConversationMembers", {"peer_id": 2000000007, "count": 1000, "member_ids": "501"})
    ]


@pytest.mark.parametrize(
    ("look", "error"),
    [(Failure(6), "Transient pace"), (Failure(917), "Refused access_denied"), ({"items": 7}, "Lost garbled")],
    ids=["later", "not to be seen", "garbled"],
)
def test_a_look_that_fails_leaves_the_refusal_or_is_tried_again(look, error):
    vk = ScriptedVk(lambda call: look if call.method == "messages.getConversationMembers" else Failure(15))
    assert applied(vk, [AddMember(CHAT, "501")]) == [("add_member", error, "", True)]


def test_when_the_second_request_fails_what_the_first_one_did_is_still_told():
    def answer(call: Call) -> Any:
        if call.method == "messages.getConversationMembers":
            raise httpx2.ReadError("reset by peer")
        return Failure(15) if call.method == "messages.addChatUser" else 1

    assert applied(ScriptedVk(answer), [RemoveMember(CHAT, "502"), AddMember(CHAT, "501")]) == [
        ("remove_member", None, "", True),
        ("add_member", "Lost cut_off", "", True),
    ]


def test_nobody_who_was_not_inside_needs_to_be_removed():
    vk = ScriptedVk(lambda call: Failure(935))
    assert applied(vk, [RemoveMember(CHAT, "501")]) == [("remove_member", None, "", False)]
    assert len(vk.seen) == 1


def test_the_undocumented_role_method_is_declared_only_when_the_connection_enables_it():
    declared = [ScriptedVk(lambda call: 1, VkConfig(set_role=on)).messenger.can.set_role for on in (False, True)]
    assert declared == [False, True]


def test_a_role_for_somebody_who_is_not_inside_is_refused():
    vk = ScriptedVk(lambda call: Failure(935), VkConfig(set_role=True))
    assert applied(vk, [SetRole(CHAT, "501", admin=True)]) == [("set_role", "Refused not_a_member", "", True)]


def test_operations_no_call_can_do_cost_no_request():
    vk = ScriptedVk(lambda call: pytest.fail("nothing was to be asked"))
    assert applied(vk, [AddMember(CHAT, "-1")]) == [("add_member", "Refused unknown_account", "", True)]


def test_more_than_fits_one_request_is_a_mistake_of_the_caller():
    vk = ScriptedVk(lambda call: 1)
    with pytest.raises(ValueError, match="take"):
        vk.messenger.apply([AddMember(CHAT, str(member)) for member in range(26)], ROOMS)
    assert vk.seen == []


def test_a_refusal_of_one_call_is_an_outcome_and_not_raised():
    vk = ScriptedVk(lambda call: Failure(5) if call.params.get("user_id") == 501 else 1)
    assert applied(vk, [AddMember(CHAT, "501"), AddMember(CHAT, "502")]) == [
        ("add_member", "Unauthorized token_refused", "", True),
        ("add_member", None, "", True),
    ]
