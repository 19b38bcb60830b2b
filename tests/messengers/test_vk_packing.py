"""Operations become the fewest calls, and calls the fewest requests."""

import pytest

from peremena.core.errors import MessengerError, Refused, Unsupported
from peremena.core.operations import (
    AddMember,
    ArchiveChat,
    ChatKey,
    ChatKind,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
)
from peremena.messengers.vk.calls import MEMBERS_PER_CREATE, Call, Parcel, call_for, pack


def chat(number: int) -> ChatKey:
    return ChatKey(1, 2027, ChatKind.CLASS, school_class=number)


def create(number: int, people: int) -> list[Operation]:
    adds = [AddMember(chat(number), str(1000 * number + person)) for person in range(people)]
    return [CreateChat(chat(number), f"Чат {number}"), *adds]


def sizes(operations: list[Operation]) -> list[int]:
    return [1 + len(parcel.members) for parcel in pack(operations)]


def test_members_ride_with_the_create_of_their_room():
    assert sizes(create(1, 30)) == [31]


def test_25_creates_of_30_people_are_one_request():
    assert sizes([operation for number in range(25) for operation in create(number, 30)]) == [31] * 25


def test_the_26th_call_starts_the_next_request():
    assert sizes([RenameChat(chat(number), "Новый") for number in range(26)]) == [1] * 25


def test_members_beyond_what_a_create_takes_wait_for_the_rooms_id():
    assert sizes([*create(1, MEMBERS_PER_CREATE + 1), RenameChat(chat(2), "Новый")]) == [1 + MEMBERS_PER_CREATE]


def test_another_act_on_a_newborn_room_waits_for_its_id():
    assert sizes([*create(1, 2), RenameChat(chat(1), "Новый"), RenameChat(chat(2), "Новый")]) == [3]


def test_a_second_create_of_the_same_chat_waits_too():
    assert sizes([*create(1, 1), *create(1, 1)]) == [2]


def test_chats_that_alternate_pack_as_well_as_chats_that_follow_each_other():
    one, two = create(1, 2), create(2, 2)
    assert sizes([one[0], two[0], one[1], two[1], one[2], two[2]]) == [3, 3]


def test_adds_to_rooms_that_exist_cost_a_call_each():
    assert sizes(create(1, 30)[1:]) == [1] * 25


def test_nothing_packs_to_nothing():
    assert pack([]) == []


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        (RenameChat(chat(1), "Новый «9А»"), Call("messages.editChat", {"chat_id": 7, "title": "Новый «9А»"})),
        (
            AddMember(chat(1), "501"),
            Call("messages.addChatUser", {"chat_id": 7, "user_id": 501, "visible_messages_count": 0}),
        ),
        (RemoveMember(chat(1), "501"), Call("messages.removeChatUser", {"chat_id": 7, "member_id": 501})),
        (
            SetRole(chat(1), "501", admin=True),
            Call("messages.setMemberRole", {"peer_id": 2000000007, "member_id": 501, "role": "admin"}),
        ),
        (
            SetRole(chat(1), "501", admin=False),
            Call("messages.setMemberRole", {"peer_id": 2000000007, "member_id": 501, "role": "member"}),
        ),
        (CreateChat(chat(2), "Новый"), Call("messages.createChat", {"title": "Новый"})),
    ],
)
def test_each_operation_has_its_call(operation, call):
    assert call_for(Parcel(0, operation), {chat(1): "7"}) == call


def test_a_create_carries_those_of_its_members_who_can_be_accounts():
    (parcel,) = pack(
        [CreateChat(chat(1), "Чат"), *(AddMember(chat(1), member) for member in ("501", "-5", "ы", "502"))]
    )
    assert call_for(parcel, {}) == Call("messages.createChat", {"title": "Чат", "user_ids": "501,502"})


@pytest.mark.parametrize(
    ("operation", "kind", "reason"),
    [
        (AddMember(chat(1), "-5"), Refused, "unknown_account"),
        (AddMember(chat(1), "٣"), Refused, "unknown_account"),
        (RemoveMember(chat(1), ""), Refused, "unknown_account"),
        (AddMember(chat(2), "501"), Unsupported, "no_room"),
        (InviteMember(chat(1), "501"), Unsupported, "invite_member"),
        (ArchiveChat(chat(1)), Unsupported, "archive_chat"),
    ],
)
def test_what_no_call_can_do_says_why(operation, kind, reason):
    with pytest.raises(MessengerError) as caught:
        call_for(Parcel(0, operation), {chat(1): "7"})
    assert (type(caught.value), caught.value.reason) == (kind, reason)
