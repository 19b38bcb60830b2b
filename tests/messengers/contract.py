"""What every messenger must do: one set of rules, inherited by the tests of each. A messenger's tests supply a Harness."""

from itertools import chain

import pytest

from peremena.core.errors import Unauthorized
from peremena.core.operations import (
    AddMember,
    ArchiveChat,
    ChatKey,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
)
from peremena.messengers.base import Lost, RoomState
from peremena.wire.secret import Secret
from tests.messengers.harness import Harness, chat, creation, errors, settle, told


class MessengerContract:
    """Whatever brings people in. Inherit one of those below, and supply a fixture `harness`."""

    def room(self, harness: Harness, *members: str, number: int = 1) -> tuple[str, dict[ChatKey, str]]:
        """A room of ours with these members."""
        raise NotImplementedError

    def entrance(self, member: str) -> Operation:
        """What is done for a member to come in."""
        raise NotImplementedError

    def impossible(self, harness: Harness) -> Operation:
        """What this messenger cannot do."""
        raise NotImplementedError

    @staticmethod
    def state(harness: Harness, room: str) -> RoomState:
        state = harness.messenger.read([room])[room]
        assert isinstance(state, RoomState)
        return state

    def members(self, harness: Harness, room: str) -> set[str]:
        """Everybody inside but us."""
        return set(self.state(harness, room).members - {harness.account})

    # --- who we are

    def test_we_know_who_we_are(self, harness):
        assert harness.messenger.identity().account == harness.account

    def test_a_refused_credential_is_told_apart_from_everything_else(self, harness):
        stranger = harness.with_a_refused_credential()
        for ask in (
            stranger.identity,
            lambda: stranger.read([harness.no_room]),
            lambda: stranger.apply(creation(1, []), {}),
            lambda: stranger.found_since(0.0),
        ):
            with pytest.raises(Unauthorized):
                ask()

    # --- rooms and their titles

    def test_a_title_is_kept_to_the_letter(self, harness):
        title = 'Школа № 5 - 1«А» - "Ёлки" \\ <b>&amp;</b> - Чат'
        rooms: dict[ChatKey, str] = {}
        settle(harness.messenger, [CreateChat(chat(), title)], rooms)
        assert self.state(harness, rooms[chat()]).title == title

    # --- going out

    def test_removing_takes_a_person_out_and_nobody_else(self, harness):
        room, rooms = self.room(harness, *harness.people[:3])
        (outcome,) = harness.messenger.apply([RemoveMember(chat(), harness.people[1])], rooms)
        assert (outcome.error, outcome.applied) == (None, True)
        assert self.members(harness, room) == {harness.people[0], harness.people[2]}

    def test_removing_somebody_who_is_not_inside_succeeds_and_changes_nothing(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        absent = [RemoveMember(chat(), harness.people[1]), RemoveMember(chat(), harness.unknown)]
        outcomes = harness.messenger.apply(absent, rooms)
        assert [(outcome.error, outcome.applied) for outcome in outcomes] == [(None, False)] * 2
        assert self.members(harness, room) == {harness.people[0]}

    def test_a_stranger_is_seen(self, harness):
        room, _ = self.room(harness, harness.people[0])
        harness.join(room, harness.people[1])
        assert self.members(harness, room) == set(harness.people[:2])

    def test_renaming_gives_a_room_its_new_title_however_often(self, harness):
        room, rooms = self.room(harness)
        for _ in range(2):
            assert harness.messenger.apply([RenameChat(chat(), "Новый")], rooms)[0].error is None
            assert self.state(harness, room).title == "Новый"

    # --- refusals

    def test_a_room_that_does_not_exist_is_gone_and_the_others_are_read(self, harness):
        room, _ = self.room(harness)
        states = harness.messenger.read([harness.no_room, room])
        assert {key: told(state) for key, state in states.items()} == {
            harness.no_room: ("Refused", "room_gone"),
            room: None,
        }

    def test_nothing_can_be_done_in_a_room_that_does_not_exist(self, harness):
        operations = [RemoveMember(chat(), harness.people[0]), RenameChat(chat(), "Новый")]
        outcomes = harness.messenger.apply(operations, {chat(): harness.no_room})
        assert [told(outcome.error) for outcome in outcomes] == [("Refused", "room_gone")] * 2

    def test_a_room_we_went_out_of_is_closed(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        harness.leave(room, harness.account)
        state = harness.messenger.read([room])[room]
        (outcome,) = harness.messenger.apply([RenameChat(chat(), "Новый")], rooms)
        assert [told(state), told(outcome.error)] == [("Refused", "room_closed")] * 2

    def test_what_the_messenger_cannot_do_and_what_has_no_room_is_a_mistake_of_ours(self, harness):
        _, rooms = self.room(harness)
        cannot = self.impossible(harness)
        operations = [ArchiveChat(chat()), cannot, RenameChat(chat(2), "Новый")]
        outcomes = harness.messenger.apply(operations, rooms)
        assert [told(outcome.error) for outcome in outcomes] == [
            ("Unsupported", "archive_chat"),
            ("Unsupported", cannot.name),
            ("Unsupported", "no_room"),
        ]

    # --- batches

    def test_a_batch_is_never_empty_and_takes_the_first_of_each_chat(self, harness):
        operations: list[Operation] = [RenameChat(chat(number % 7), f"Чат {number}") for number in range(60)]
        assert list(harness.messenger.take([])) == []
        assert list(harness.messenger.take(operations[:1])) == [0]
        taken = list(harness.messenger.take(operations))
        assert len(taken) >= 1 and taken == sorted(set(taken))
        for number in range(7):
            own = [place for place in range(60) if place % 7 == number]
            of_chat = [place for place in taken if place in own]
            assert of_chat == own[: len(of_chat)]

    def test_more_than_fits_is_not_sent_at_all(self, harness):
        room, rooms = self.room(harness)
        operations: list[Operation] = [RenameChat(chat(), "Новый")] * 1000
        with pytest.raises(ValueError, match="take"):
            harness.messenger.apply(operations, rooms)
        assert self.state(harness, room).title == "Чат 1"

    def test_requests_are_counted_by_what_they_are_for(self, harness):
        messenger = harness.messenger
        room, rooms = self.room(harness)
        read, write = messenger.requests.read, messenger.requests.write
        messenger.apply([RenameChat(chat(), "Новый")], rooms)
        assert (messenger.requests.read, messenger.requests.write) == (read, write + 1)
        messenger.read([room])
        assert (messenger.requests.read, messenger.requests.write) == (read + 1, write + 1)
        assert messenger.read([]) == {}
        assert (messenger.requests.read, messenger.requests.write) == (read + 1, write + 1)

    # --- lost answers, and finding what they made

    def test_what_a_lost_answer_did_is_harmless_to_repeat(self, harness):
        room, rooms = self.room(harness, *harness.people[:2])
        operations = [
            self.entrance(harness.people[2]),
            RemoveMember(chat(), harness.people[0]),
            RenameChat(chat(), "Новый"),
        ]
        harness.lose_next_answer()
        with pytest.raises(Lost):
            harness.messenger.apply(operations, rooms)
        first = self.state(harness, room)
        assert errors(settle(harness.messenger, operations, rooms)) == {}
        assert self.state(harness, room) == first
        assert (first.title, first.members & set(harness.people[:2])) == ("Новый", {harness.people[1]})

    def test_a_room_whose_answer_was_lost_is_found_by_an_intent_dated_before_it(self, harness):
        intent = harness.messenger.clock()
        harness.lose_next_answer()
        with pytest.raises(Lost):
            harness.messenger.apply(creation(1, []), {})
        found = harness.messenger.found_since(intent)
        assert [(room.title, room.owner) for room in found] == [("Чат 1", harness.account)]
        assert self.members(harness, found[0].external_id) == set()

    def test_only_rooms_that_began_since_are_found(self, harness):
        old, _ = self.room(harness, number=1)
        (began,) = [found.began for found in harness.messenger.found_since(0.0)]
        harness.pass_time()
        new, _ = self.room(harness, number=2)
        # Life goes on in the old room: that does not make it new.
        settle(harness.messenger, [RenameChat(chat(1), "Новый")], {chat(1): old})
        assert [(found.external_id, found.title) for found in harness.messenger.found_since(began + 1)] == [
            (new, "Чат 2")
        ]
        assert {found.external_id for found in harness.messenger.found_since(began)} == {old, new}
        assert {found.external_id for found in harness.messenger.found_since(began, {old})} == {new}


class AddingContract(MessengerContract):
    """For a messenger that lets us add people."""

    def room(self, harness: Harness, *members: str, number: int = 1) -> tuple[str, dict[ChatKey, str]]:
        rooms: dict[ChatKey, str] = {}
        assert errors(settle(harness.messenger, creation(number, members), rooms)) == {}
        return rooms[chat(number)], rooms

    def entrance(self, member: str) -> Operation:
        return AddMember(chat(), member)

    def impossible(self, harness: Harness) -> Operation:
        return InviteMember(chat(), harness.people[0])

    def test_a_new_room_has_its_title_its_owner_and_the_members_given_to_it(self, harness):
        room, _ = self.room(harness, *harness.people[:30])
        state = self.state(harness, room)
        assert (state.title, state.owner, state.members, state.admins) == (
            "Чат 1",
            harness.account,
            frozenset({harness.account, *harness.people[:30]}),
            frozenset({harness.account}),
        )

    def test_a_room_comes_about_though_some_of_its_people_cannot_come(self, harness):
        rooms: dict[ChatKey, str] = {}
        wanted = [harness.people[0], harness.closed, harness.unknown, harness.people[1]]
        outcomes = settle(harness.messenger, creation(1, wanted), rooms)
        assert errors(outcomes) == {
            AddMember(chat(), harness.closed): ("Refused", "privacy"),
            AddMember(chat(), harness.unknown): ("Refused", "unknown_account"),
        }
        assert self.members(harness, rooms[chat()]) == set(harness.people[:2])

    def test_many_rooms_are_made_and_none_is_mixed_up(self, harness):
        rooms: dict[ChatKey, str] = {}
        people = {number: set(harness.people[number : number + 3]) for number in range(30)}
        every = chain.from_iterable(creation(number, sorted(people[number])) for number in people)
        assert errors(settle(harness.messenger, list(every), rooms)) == {}
        states = harness.messenger.read(rooms.values())
        assert {
            number: (states[rooms[chat(number)]].title, states[rooms[chat(number)]].members - {harness.account})
            for number in people
        } == {number: (f"Чат {number}", frozenset(people[number])) for number in people}

    def test_adding_brings_a_person_in(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        (outcome,) = harness.messenger.apply([AddMember(chat(), harness.people[1])], rooms)
        assert (outcome.error, outcome.applied) == (None, True)
        assert self.members(harness, room) == set(harness.people[:2])

    def test_adding_somebody_who_is_inside_succeeds_and_changes_nothing(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        (outcome,) = harness.messenger.apply([AddMember(chat(), harness.people[0])], rooms)
        assert (outcome.error, outcome.applied) == (None, False)
        assert self.members(harness, room) == {harness.people[0]}

    def test_whom_we_removed_we_can_bring_back(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        there_and_back = [RemoveMember(chat(), harness.people[0]), AddMember(chat(), harness.people[0])]
        assert errors(settle(harness.messenger, there_and_back, rooms)) == {}
        assert self.members(harness, room) == {harness.people[0]}

    def test_who_left_by_himself_is_not_inside_and_cannot_be_brought_back(self, harness):
        room, rooms = self.room(harness, *harness.people[:2])
        harness.leave(room, harness.people[0])
        outcomes = settle(harness.messenger, [AddMember(chat(), harness.people[0])], rooms)
        assert list(errors(outcomes).values()) == [("Refused", "access_denied")]
        assert self.members(harness, room) == {harness.people[1]}

    def test_a_refusal_is_for_one_operation_and_the_others_of_its_batch_are_done(self, harness):
        room, rooms = self.room(harness)
        people = [harness.people[0], harness.unknown, harness.closed, harness.people[1]]
        outcomes = harness.messenger.apply([AddMember(chat(), member) for member in people], rooms)
        assert [told(outcome.error) for outcome in outcomes] == [
            None,
            ("Refused", "unknown_account"),
            ("Refused", "privacy"),
            None,
        ]
        assert self.members(harness, room) == set(harness.people[:2])

    def test_operations_of_many_kinds_and_rooms_share_a_batch(self, harness):
        one, rooms = self.room(harness, *harness.people[:2], number=1)
        two = self.room(harness, *harness.people[:2], number=2)[0]
        rooms[chat(2)] = two
        mixed = [
            RemoveMember(chat(1), harness.people[0]),
            RenameChat(chat(2), "Новый"),
            *creation(3, harness.people[5:7]),
            AddMember(chat(2), harness.people[2]),
        ]
        assert list(harness.messenger.take(mixed)) == list(range(len(mixed)))
        assert errors(settle(harness.messenger, mixed, rooms)) == {}
        states = harness.messenger.read([one, two, rooms[chat(3)]])
        assert {state.title: state.members - {harness.account} for state in states.values()} == {
            "Чат 1": {harness.people[1]},
            "Новый": set(harness.people[:3]),
            "Чат 3": set(harness.people[5:7]),
        }


class InvitingContract(MessengerContract):
    """For a messenger where people come by themselves, by a link."""

    def room(self, harness: Harness, *members: str, number: int = 1) -> tuple[str, dict[ChatKey, str]]:
        rooms: dict[ChatKey, str] = {}
        assert errors(settle(harness.messenger, creation(number, []), rooms)) == {}
        if members:
            link = self.link(harness, rooms, members[0], number)
            assert all(harness.follow(link, member) for member in members)
        return rooms[chat(number)], rooms

    def entrance(self, member: str) -> Operation:
        return InviteMember(chat(), member)

    def impossible(self, harness: Harness) -> Operation:
        return AddMember(chat(), harness.people[0])

    @staticmethod
    def link(harness: Harness, rooms: dict[ChatKey, str], member: str, number: int = 1) -> Secret:
        (outcome,) = harness.messenger.apply([InviteMember(chat(number), member)], rooms)
        assert outcome.error is None and outcome.link is not None
        return outcome.link

    def test_an_invitation_brings_nobody_in_until_he_follows_its_link(self, harness):
        room, rooms = self.room(harness)
        link = self.link(harness, rooms, harness.people[0])
        assert self.members(harness, room) == set()
        assert harness.follow(link, harness.people[0])
        assert self.members(harness, room) == {harness.people[0]}

    def test_all_who_are_invited_into_a_room_have_one_link_however_often(self, harness):
        _, rooms = self.room(harness)
        outcomes = harness.messenger.apply([InviteMember(chat(), member) for member in harness.people[:20]], rooms)
        assert {outcome.link for outcome in outcomes} == {self.link(harness, rooms, harness.people[0])}

    def test_every_room_has_a_link_of_its_own(self, harness):
        _, rooms = self.room(harness, number=1)
        rooms.update(self.room(harness, number=2)[1])
        outcomes = harness.messenger.apply([InviteMember(chat(number), harness.people[0]) for number in (1, 2)], rooms)
        assert len({outcome.link for outcome in outcomes}) == 2

    def test_who_is_put_out_cannot_come_back_by_any_link(self, harness):
        room, rooms = self.room(harness, *harness.people[:2])
        (outcome,) = harness.messenger.apply([RemoveMember(chat(), harness.people[0])], rooms)
        assert outcome.link is not None and not harness.follow(outcome.link, harness.people[0])
        assert self.members(harness, room) == {harness.people[1]}

    def test_a_removal_leaves_the_old_link_leading_nowhere_and_the_new_one_open(self, harness):
        room, rooms = self.room(harness, harness.people[0])
        old = self.link(harness, rooms, harness.people[1])
        (outcome,) = harness.messenger.apply([RemoveMember(chat(), harness.people[0])], rooms)
        assert (outcome.error, outcome.applied) == (None, True)
        assert not harness.follow(old, harness.people[1])
        assert outcome.link is not None and harness.follow(outcome.link, harness.people[1])
        assert self.members(harness, room) == {harness.people[1]}

    def test_invitations_and_removals_of_one_room_share_its_new_link(self, harness):
        _, rooms = self.room(harness, *harness.people[:2])
        operations = [
            InviteMember(chat(), harness.people[2]),
            RemoveMember(chat(), harness.people[0]),
            RemoveMember(chat(), harness.people[1]),
        ]
        outcomes = harness.messenger.apply(operations, rooms)
        assert {told(outcome.error) for outcome in outcomes} == {None}
        assert {outcome.link for outcome in outcomes[1:]} == {self.link(harness, rooms, harness.people[3])}

    def test_who_left_by_himself_comes_back_by_the_link(self, harness):
        room, rooms = self.room(harness, *harness.people[:2])
        harness.leave(room, harness.people[0])
        assert self.members(harness, room) == {harness.people[1]}
        assert harness.follow(self.link(harness, rooms, harness.people[0]), harness.people[0])
        assert self.members(harness, room) == set(harness.people[:2])
