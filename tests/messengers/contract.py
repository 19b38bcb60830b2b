"""What every messenger must do: one set of rules, inherited by the tests of each. A messenger's tests supply a Harness."""

import pytest

from peremena.core.errors import Refused, Unauthorized
from peremena.core.operations import (
    ArchiveChat,
    ChatKey,
    CreateChat,
    Operation,
    RemoveMember,
    RenameChat,
)
from peremena.messengers.base import Lost, RoomState
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
            lambda: stranger.link(harness.no_room),
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

    # --- the way in for who is inside

    def test_a_room_has_one_link_and_no_other_room_has_it(self, harness):
        room, _ = self.room(harness, harness.people[0])
        other, _ = self.room(harness, number=2)
        links = [harness.messenger.link(each).reveal() for each in (room, room, other)]
        assert links[0] == links[1] != links[2]
        assert self.members(harness, room) == {harness.people[0]}

    def test_a_room_that_does_not_exist_has_no_link(self, harness):
        with pytest.raises(Refused):
            harness.messenger.link(harness.no_room)

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
