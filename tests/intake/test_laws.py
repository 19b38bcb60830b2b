"""Laws over invented rosters: whatever was there before, after a file the database says what the file says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peremena.core.roster import RosterFile
from peremena.intake.preview import preview
from tests.intake.rosters import changes, contents, roster, take_in, together, told_by

PEOPLE = st.sampled_from([f"p{number}" for number in range(7)])
SOME = st.lists(PEOPLE, max_size=4, unique=True)
NAMES = st.dictionaries(PEOPLE, st.tuples(st.sampled_from(["Ким", "Цой"]), st.just("Анна"), st.just("")), max_size=3)


def units(*names: str) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(st.sampled_from(names), SOME, max_size=len(names))


def rosters(school: str) -> st.SearchStrategy[RosterFile]:
    return st.builds(
        roster,
        units("7А", "7Б", "8А"),
        school=st.just(school),
        groups=units("алгебра", "труд"),
        parents=st.dictionaries(PEOPLE, SOME, max_size=3),
        staff=units("teacher", "aide"),
        others=SOME,
        names=NAMES,
    ).map(_with_pupils_of_parents)


def _with_pupils_of_parents(made: RosterFile) -> RosterFile:
    """A guardianship needs both its people in the file."""
    people = {record.key for record in made.people}
    kept = tuple(pair for pair in made.guardianships if pair.pupil in people)
    return replace(made, guardianships=kept)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def nothing_to_do(told: RosterFile) -> bool:
    return {word for found in changes(preview(told)).values() for word in found} <= {"same"}


check = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@check
@given(first=rosters("school"), second=rosters("school"))
def test_after_a_file_nothing_is_left_to_do_and_the_database_equals_it(first: RosterFile, second: RosterFile) -> None:
    with rolled_back():
        for told in (first, second, first):
            take_in(told)
            assert (contents(), nothing_to_do(told)) == (told_by(told), True)


@pytest.mark.django_db
@check
@given(east=rosters("east"), west=rosters("west"), later=rosters("west"))
def test_a_file_of_one_school_never_touches_what_another_said(
    east: RosterFile, west: RosterFile, later: RosterFile
) -> None:
    with rolled_back():
        take_in(together(_own_people(east, "e"), _own_people(west, "w")))
        take_in(_own_people(later, "w"))
        after = contents()
        for kind in ("classes", "groups", "employments", "enrollments", "guardianships"):
            told = (getattr(told_by(_own_people(each, letter)), kind) for each, letter in ((east, "e"), (later, "w")))
            assert set(getattr(after, kind)) == set().union(*told)
        assert told_by(_own_people(east, "e")).people.keys() <= after.people.keys()


def _own_people(made: RosterFile, letter: str) -> RosterFile:
    """Two schools without a common person. Parents of a pupil who is in no class belong to no school, so they are left out."""
    placed = {record.person for record in made.enrollments}
    return replace(
        made,
        people=tuple(r._replace(key=letter + r.key) for r in made.people),
        employments=tuple(r._replace(person=letter + r.person) for r in made.employments),
        enrollments=tuple(r._replace(person=letter + r.person) for r in made.enrollments),
        guardianships=tuple(
            type(r)(letter + r.pupil, letter + r.guardian) for r in made.guardianships if r.pupil in placed
        ),
    )
