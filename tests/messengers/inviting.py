"""The contract of messengers where people come by themselves, by a link."""

from peremena.core.operations import AddMember, ChatKey, InviteMember, Operation, RemoveMember
from peremena.wire.secret import Secret
from tests.messengers.contract import MessengerContract
from tests.messengers.harness import Harness, chat, creation, errors, settle, told


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
