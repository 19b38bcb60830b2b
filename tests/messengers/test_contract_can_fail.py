"""The contract is worth something only if a messenger that breaks a rule fails exactly the tests of that rule, and if each of
its tests is failed by somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import pytest

from peremena.core.operations import ChatKey, InviteMember, Operation
from peremena.messengers.base import Outcome
from peremena.messengers.memory import BY_LINK, EVERYTHING, MemoryMessenger, Room
from tests.messengers.adding import AddingContract
from tests.messengers.broken import (
    Forgetful,
    Greedy,
    Impatient,
    Lazy,
    Lenient,
    Loud,
    OneDoor,
    Resentful,
    ShortSighted,
    Timeless,
    Trusting,
    Vague,
)
from tests.messengers.contract import MessengerContract
from tests.messengers.inviting import InvitingContract
from tests.messengers.test_memory import MemoryHarness

Contract = type[AddingContract] | type[InvitingContract]


def rules(contract: Contract) -> list[str]:
    return [name for name in dir(contract) if name.startswith("test_")]


BROKEN: dict[type[MemoryMessenger], set[str]] = {
    Forgetful: {
        "test_nothing_can_be_done_in_a_room_that_does_not_exist",
        "test_operations_of_many_kinds_and_rooms_share_a_batch",
        "test_removing_somebody_who_is_not_inside_succeeds_and_changes_nothing",
        "test_removing_takes_a_person_out_and_nobody_else",
        "test_what_a_lost_answer_did_is_harmless_to_repeat",
    },
    OneDoor: {
        "test_a_refused_credential_is_told_apart_from_everything_else",
        "test_a_room_has_one_link_and_no_other_room_has_it",
        "test_a_room_that_does_not_exist_has_no_link",
    },
    Lenient: {
        "test_a_refusal_is_for_one_operation_and_the_others_of_its_batch_are_done",
        "test_a_room_comes_about_though_some_of_its_people_cannot_come",
        "test_a_room_we_went_out_of_is_closed",
        "test_nothing_can_be_done_in_a_room_that_does_not_exist",
        "test_what_the_messenger_cannot_do_and_what_has_no_room_is_a_mistake_of_ours",
        "test_who_left_by_himself_is_not_inside_and_cannot_be_brought_back",
    },
    Resentful: {
        "test_adding_somebody_who_is_inside_succeeds_and_changes_nothing",
        "test_many_rooms_are_made_and_none_is_mixed_up",
        "test_operations_of_many_kinds_and_rooms_share_a_batch",
        "test_what_a_lost_answer_did_is_harmless_to_repeat",
        "test_whom_we_removed_we_can_bring_back",
    },
    ShortSighted: {
        "test_a_stranger_is_seen",
    },
    Loud: {
        "test_more_than_fits_is_not_sent_at_all",
        "test_a_new_room_has_its_title_its_owner_and_the_members_given_to_it",
        "test_a_title_is_kept_to_the_letter",
        "test_many_rooms_are_made_and_none_is_mixed_up",
        "test_operations_of_many_kinds_and_rooms_share_a_batch",
        "test_renaming_gives_a_room_its_new_title_however_often",
        "test_what_a_lost_answer_did_is_harmless_to_repeat",
    },
    Vague: {
        "test_a_room_that_does_not_exist_is_gone_and_the_others_are_read",
    },
    Lazy: {
        "test_a_new_room_has_its_title_its_owner_and_the_members_given_to_it",
        "test_a_refusal_is_for_one_operation_and_the_others_of_its_batch_are_done",
        "test_adding_brings_a_person_in",
        "test_adding_somebody_who_is_inside_succeeds_and_changes_nothing",
        "test_who_left_by_himself_is_not_inside_and_cannot_be_brought_back",
        "test_whom_we_removed_we_can_bring_back",
    },
    Timeless: {
        "test_only_rooms_that_began_since_are_found",
    },
    Impatient: {
        "test_a_room_whose_answer_was_lost_is_found_by_an_intent_dated_before_it",
    },
    Trusting: {
        "test_a_refused_credential_is_told_apart_from_everything_else",
        "test_we_know_who_we_are",
    },
    Greedy: {
        "test_a_batch_is_never_empty_and_takes_the_first_of_each_chat",
        "test_more_than_fits_is_not_sent_at_all",
        "test_requests_are_counted_by_what_they_are_for",
    },
}


class Careless(MemoryMessenger):
    """Leaves the link as it was when somebody is put out."""

    def _renews(self, operations: Iterable[Operation]) -> bool:
        return False


class Fickle(MemoryMessenger):
    """Makes a new link for every invitation."""

    def _renews(self, operations: Iterable[Operation]) -> bool:
        return True


class Forgiving(MemoryMessenger):
    """Lets in whoever was put out."""

    def _outcome(self, operation: Operation, rooms: dict[ChatKey, str]) -> Outcome:
        outcome = super()._outcome(operation, rooms)
        for room in self._world.rooms.values():
            room.removed.clear()
        return outcome


class Hasty(MemoryMessenger):
    """Puts those who are invited straight into the room."""

    def _change(self, operation: Operation, room: Room) -> bool:
        if isinstance(operation, InviteMember):
            room.members[operation.member] = False
        return super()._change(operation, room)


class OneDoor(MemoryMessenger):
    """Gives one and the same link into every room."""

    def _with_links(self, outcomes: Sequence[Outcome], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        given = super()._with_links(outcomes, rooms)
        first = next((outcome.link for outcome in given if outcome.link), None)
        return [replace(outcome, link=first) if outcome.link else outcome for outcome in given]


class Grudging(MemoryMessenger):
    """Lets nobody back who went, and nobody in who is told to go."""

    def _with_links(self, outcomes: Sequence[Outcome], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        for room in self._world.rooms.values():
            room.removed |= room.left
        return super()._with_links(outcomes, rooms)


BROKEN_BY_LINK: dict[type[MemoryMessenger], set[str]] = {
    Careless: {"test_a_removal_leaves_the_old_link_leading_nowhere_and_the_new_one_open"},
    Fickle: {
        "test_all_who_are_invited_into_a_room_have_one_link_however_often",
        "test_invitations_and_removals_of_one_room_share_its_new_link",
    },
    Forgiving: {"test_who_is_put_out_cannot_come_back_by_any_link"},
    Hasty: {"test_an_invitation_brings_nobody_in_until_he_follows_its_link"},
    OneDoor: {"test_every_room_has_a_link_of_its_own"},
    Grudging: {"test_who_left_by_himself_comes_back_by_the_link"},
}
OWN_OF_LINKS = sorted(set(rules(InvitingContract)) - set(rules(MessengerContract)))


def broken_rules(kind: type[MemoryMessenger], contract: Contract = AddingContract) -> set[str]:
    broken = set()
    can = BY_LINK if contract is InvitingContract else EVERYTHING
    for rule in rules(contract):
        try:
            getattr(contract(), rule)(MemoryHarness(kind, can))
        except (AssertionError, pytest.fail.Exception):
            broken.add(rule)
    return broken


@pytest.mark.parametrize("kind", BROKEN)
def test_a_messenger_fails_exactly_the_rules_it_breaks(kind):
    assert broken_rules(kind) == BROKEN[kind]


@pytest.mark.parametrize("kind", BROKEN_BY_LINK)
def test_a_messenger_that_invites_fails_exactly_the_rules_it_breaks(kind):
    assert broken_rules(kind, InvitingContract) == BROKEN_BY_LINK[kind]


@pytest.mark.parametrize("contract", [AddingContract, InvitingContract])
def test_a_sound_messenger_fails_none(contract):
    assert broken_rules(MemoryMessenger, contract) == set()


def test_every_rule_is_broken_by_somebody():
    assert sorted(set(chain.from_iterable(BROKEN.values()))) == rules(AddingContract)
    assert sorted(set(chain.from_iterable(BROKEN_BY_LINK.values()))) == OWN_OF_LINKS
