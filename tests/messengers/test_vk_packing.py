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
from peremena.messengers.vk.calls import MEMBERS_PER_CREATE, Call
from peremena.messengers.vk.packing import Parcel, call_for, pack, places


def chat(number: int) -> ChatKey:
    return ChatKey(1, 2027, ChatKind.CLASS, school_class=number)


def create(number: int, people: int) -> list[Operation]:
    adds = [AddMember(chat(number), str(1000 * number + person)) for person in range(people)]
    return [CreateChat(chat(number), f"Чат {number}"), *adds]


def sizes(operations: list[Operation]) -> list[int]:
    return [len(parcel.carried) for parcel in pack(operations)]


def calls(operations: list[Operation]) -> list[str]:
    """Of a request over a connection where people come by links."""
    rooms = {operation.chat: str(operation.chat.school_class) for operation in operations}
    return [str(call_for(parcel, rooms).params) for parcel in pack(operations, by_link=True)]


def test_members_ride_with_the_create_of_their_room():
    assert sizes(create(1, 30)) == [31]


def test_25_creates_of_30_people_are_one_request():
    assert sizes([operation for number in range(25) for operation in create(number, 30)]) == [31] * 25


def test_the_26th_call_starts_the_next_request():
    assert sizes([RenameChat(chat(number), "Новый") for number in range(26)]) == [1] * 25


def test_members_beyond_what_a_create_takes_wait_for_the_rooms_id_and_other_chats_do_not():
    operations = [*create(1, MEMBERS_PER_CREATE + 1), RenameChat(chat(2), "Новый")]
    assert sizes(operations) == [1 + MEMBERS_PER_CREATE, 1]
    assert places(pack(operations)) == [*range(MEMBERS_PER_CREATE + 1), MEMBERS_PER_CREATE + 2]


def test_another_act_on_a_newborn_room_waits_for_its_id_and_other_chats_do_not():
    operations = [*create(1, 2), RenameChat(chat(1), "Новый"), RenameChat(chat(2), "Новый")]
    assert places(pack(operations)) == [0, 1, 2, 4]


def test_a_second_create_of_the_same_chat_waits_too():
    assert sizes([*create(1, 1), *create(1, 1)]) == [2]


def test_what_comes_after_something_that_waits_waits_too():
    operations = [*create(1, 0), RenameChat(chat(1), "Новый"), AddMember(chat(1), "501")]
    assert places(pack(operations)) == [0]


# --- people who come by a link


def invitations(number: int, people: int) -> list[Operation]:
    return [InviteMember(chat(number), str(1000 * number + person)) for person in range(people)]


def test_all_invitations_into_a_room_are_one_call():
    assert calls(invitations(7, 30)) == ["{'peer_id': 2000000007}"]


def test_25_rooms_of_30_invitations_are_one_request():
    everything = [operation for number in range(26) for operation in invitations(number, 30)]
    assert places(pack(everything, by_link=True)) == list(range(25 * 30))


def test_25_creates_fill_a_request_though_their_invitations_wait():
    everything = [step for number in range(30) for step in [CreateChat(chat(number), "Чат"), *invitations(number, 30)]]
    assert places(pack(everything, by_link=True)) == [31 * number for number in range(25)]


def test_removals_are_followed_by_one_new_link_which_the_invited_get_too():
    operations = [InviteMember(chat(7), "501"), RemoveMember(chat(7), "502"), RemoveMember(chat(7), "503")]
    assert calls(operations) == [
        "{'chat_id': 7, 'member_id': 502}",
        "{'chat_id': 7, 'member_id': 503}",
        "{'peer_id': 2000000007, 'reset': 1}",
    ]


def test_a_removal_and_its_link_go_together_or_not_at_all():
    renames: list[Operation] = [RenameChat(chat(number), "Новый") for number in range(24)]
    assert places(pack([*renames, RemoveMember(chat(30), "501")], by_link=True)) == list(range(24))


def test_where_people_are_added_a_removal_needs_no_link():
    assert len(pack([RemoveMember(chat(7), str(number)) for number in range(25)])) == 25


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
    assert call_for(Parcel([(0, operation)]), {chat(1): "7"}) == call


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
        call_for(Parcel([(0, operation)]), {chat(1): "7"})
    assert (type(caught.value), caught.value.reason) == (kind, reason)
