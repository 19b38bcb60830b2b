import pytest

from peremena.core.capabilities import Capabilities
from peremena.core.operations import SetRole
from peremena.messengers.base import Messenger
from peremena.messengers.memory import BY_LINK, EVERYTHING, MemoryMessenger, World
from peremena.wire.secret import Secret
from tests.messengers.adding import AddingContract
from tests.messengers.harness import chat, creation, settle
from tests.messengers.inviting import InvitingContract


class MemoryHarness:
    no_room = "404"
    unknown = "nobody"
    closed = "closed"
    account = "school"

    def __init__(self, kind: type[MemoryMessenger] = MemoryMessenger, can: Capabilities = EVERYTHING) -> None:
        self.people = [f"person-{number}" for number in range(40)]
        self.now = 1000.0
        self.world = World(
            clock=lambda: self.now, accounts={self.account, self.closed, *self.people}, closed={self.closed}
        )
        self.messenger = kind(self.world, self.account, can)
        self.join = self.world.join
        self.leave = self.world.leave

    def follow(self, link: Secret, account: str) -> bool:
        return self.world.follow(link.reveal(), account)

    def lose_next_answer(self) -> None:
        self.world.answers_to_lose = 1

    def pass_time(self) -> None:
        self.now += 1

    def with_a_refused_credential(self) -> Messenger:
        return type(self.messenger)(self.world, "nobody we know")


class TestMemory(AddingContract):
    @pytest.fixture
    def harness(self):
        return MemoryHarness()


class TestMemoryByLink(InvitingContract):
    @pytest.fixture
    def harness(self):
        return MemoryHarness(can=BY_LINK)


def test_who_went_by_himself_is_told_from_who_was_never_there():
    harness = MemoryHarness()
    rooms = {}
    settle(harness.messenger, creation(1, harness.people[:3]), rooms)
    harness.leave(rooms[chat()], harness.people[0])
    assert harness.messenger.read(rooms.values())[rooms[chat()]].left == {harness.people[0]}


def test_roles_are_given_and_taken():
    harness = MemoryHarness()
    rooms = {}
    settle(harness.messenger, creation(1, harness.people[:1]), rooms)
    for admin, admins in ((True, {"school", harness.people[0]}), (False, {"school"})):
        (outcome,) = harness.messenger.apply([SetRole(chat(), harness.people[0], admin=admin)], rooms)
        assert (outcome.error, harness.messenger.read(rooms.values())[rooms[chat()]].admins) == (None, admins)


def test_who_is_not_an_admin_cannot_change_a_room():
    harness = MemoryHarness()
    rooms = {}
    settle(harness.messenger, creation(1, harness.people[:2]), rooms)
    (outcome,) = MemoryMessenger(harness.world, harness.people[0]).apply([creation(1, harness.people[2:3])[1]], rooms)
    assert outcome.error.reason == "not_admin"


def test_declared_capabilities_are_all_there_is():
    harness = MemoryHarness()
    messenger = MemoryMessenger(harness.world, "school", Capabilities(create_chat=True, batch_size=25))
    outcomes = messenger.apply(creation(1, harness.people[:1]), {})
    assert [type(outcome.error).__name__ for outcome in outcomes] == ["NoneType", "Unsupported"]
