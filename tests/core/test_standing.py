"""Where everybody stands in one chat is what the plan would do with him."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peremena.core.capabilities import Capabilities
from peremena.core.grounds import Ground, GroundKind
from peremena.core.operations import AddMember, ChatKey, ChatKind, RemoveMember
from peremena.core.plan import School, make_plan
from peremena.core.roster import Enrollment, EnrollmentRole, SchoolClass, SchoolYear
from peremena.core.rules import HandSeats
from peremena.core.standing import Standing, chat_standing, standings_of
from peremena.core.state import ActualRoom, KnownChat, PersonState
from tests.core.trial import holds, refuted
from tests.core.worlds import KEYS, schools

S = PersonState
EVERYTHING = Capabilities(create_chat=True, rename=True, add_member=True, remove_member=True, set_role=True)
KEY = ChatKey(1, 2027, ChatKind.CLASS, school_class=1)
PUPIL = (Ground(GroundKind.CLASS_PUPIL, 1),)
YEAR = SchoolYear(
    organization=1,
    name="Школа",
    year=2027,
    classes={1: SchoolClass("1А", "1а")},
    in_classes=tuple(Enrollment(1, person, EnrollmentRole.STUDENT, False) for person in range(1, 7)),
)
ROOM = ActualRoom(
    "А",
    members=frozenset({"v1", "v5", "v8", "s", "gone"}),
    ours=frozenset({"v1", "v8", "gone"}),
    left=frozenset({"v2"}),
    refused={"v3": "privacy"},
)
SCHOOL = School(
    YEAR,
    accounts={1: "v1", 2: "v2", 3: "v3", 4: "v4", 5: "v5", 8: "v8"},
    known={KEY: KnownChat("А", room=ROOM)},
    by_hand={KEY: HandSeats(pinned=frozenset({7}), blocked=frozenset({5}))},
)


def test_everybody_seated_and_everybody_inside_is_told_once() -> None:
    found = chat_standing(SCHOOL, KEY)
    assert found.seats == {1, 2, 3, 4, 6, 7}
    assert found.people == (
        Standing(1, S.INSIDE, "v1", True, PUPIL),
        Standing(2, S.LEFT, "v2", True, PUPIL),
        Standing(3, S.REFUSED, "v3", True, PUPIL, "privacy"),
        Standing(4, S.WAITING, "v4", True, PUPIL),
        Standing(5, S.LEAVING, "v5", False, PUPIL),
        Standing(6, S.NOT_LINKED, "", True, PUPIL),
        Standing(7, S.NOT_LINKED, "", True),
        Standing(None, S.LEAVING, "gone"),
        Standing(None, S.STRANGER, "s"),
        Standing(8, S.LEAVING, "v8"),
    )


def test_where_strangers_are_not_wanted_everybody_without_a_place_goes() -> None:
    found = chat_standing(replace(SCHOOL, strangers_out=True), KEY)
    assert {each.member for each in found.people if each.state is S.LEAVING} == {"v5", "v8", "s", "gone"}


def test_a_chat_no_longer_wanted_keeps_its_people_and_seats_nobody() -> None:
    found = chat_standing(replace(SCHOOL, year=replace(YEAR, in_classes=())), KEY)
    assert (found.wanted, found.seats) == (False, frozenset())
    assert {each.person: each.state for each in found.people if each.person} == {
        1: S.INSIDE,
        5: S.LEAVING,
        7: S.ABSENT,
        8: S.INSIDE,
    }


def what_the_plan_does(school: School) -> None:
    plan = make_plan(school, EVERYTHING)
    for key in KEYS:
        if key in school.known and school.known[key].problem:
            continue  # there nothing is done
        found = chat_standing(school, key)
        comes = {each.member for each in plan.operations if isinstance(each, AddMember) and each.chat == key}
        goes = {each.member for each in plan.operations if isinstance(each, RemoveMember) and each.chat == key}
        assert comes == {each.member for each in found.people if each.state is S.WAITING}
        assert goes == {each.member for each in found.people if each.state is S.LEAVING}
        assert found.seats == (plan.wanted[key].seats if key in plan.wanted else frozenset())


def test_who_waits_is_added_by_the_plan_and_who_leaves_is_put_out() -> None:
    holds(schools(), what_the_plan_does)
    holds(schools().map(lambda school: replace(school, strangers_out=True)), what_the_plan_does)


def test_a_standing_that_forgets_whom_a_person_named_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peremena.core.standing._others", lambda *_, **__: [])
    refuted(schools(), what_the_plan_does)


def one_persons_chats_are_those_where_he_has_a_place(school: School) -> None:
    people = {each.person for key in school.known for each in chat_standing(school, key).people if each.person}
    for person in people:
        own = {
            key: each
            for key in school.known
            for each in chat_standing(school, key).people
            if each.person == person and (each.seated or each.state is S.INSIDE)
        }
        told = standings_of(school, person)
        assert {key: each.state for key, each in told.items()} == {key: each.state for key, each in own.items()}
        assert {key: each.grounds for key, each in told.items() if own[key].seated} == {
            key: each.grounds for key, each in own.items() if each.seated
        }


def test_ones_own_chats_are_told_as_the_cards_of_the_chats_tell_them() -> None:
    holds(schools(), one_persons_chats_are_those_where_he_has_a_place)


def test_own_chats_without_those_given_by_hand_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = standings_of

    def forgetful(school: School, person: int) -> dict[ChatKey, Standing]:
        pinned = {key for key, seats in school.by_hand.items() if person in seats.pinned}
        return {key: each for key, each in told(school, person).items() if key not in pinned}

    monkeypatch.setitem(globals(), "standings_of", forgetful)
    refuted(schools(), one_persons_chats_are_those_where_he_has_a_place)
