"""The contract of messengers that let us add people."""

from itertools import chain

from peremena.core.operations import AddMember, ChatKey, InviteMember, Operation, RemoveMember, RenameChat
from tests.messengers.contract import MessengerContract
from tests.messengers.harness import Harness, chat, creation, errors, settle, told


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
