"""After an import the chats of those schools follow whose people, or units, are not as before, and of no others."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from peremena.core.operations import ChatKind
from peremena.school.models import Organization, OrganizationKey
from tests import school_rows as rows
from tests.intake.rosters import roster, take_in, together
from tests.sync.queue import forget_the_queue

pytestmark = pytest.mark.django_db
WHOLE: dict[str, Any] = {
    "classes": {"7А": ["anna"], "7Б": ["boris"]},
    "groups": {"труд": ["anna"]},
    "parents": {"anna": ["mother"]},
    "staff": {"teacher": ["teacher"]},
}
OTHER = roster({"1А": ["vera"]}, school="other")
CHANGES: dict[str, dict[str, Any]] = {
    "another class": {"classes": {"7А": [], "7Б": ["boris", "anna"]}},
    "a new pupil": {"classes": {"7А": ["anna", "new"], "7Б": ["boris"]}},
    "a pupil who left": {"classes": {"7А": ["anna"], "7Б": []}},
    "another group": {"groups": {"труд": ["boris"]}},
    "a group no more": {"groups": {}},
    "a class no more": {"classes": {"7А": ["anna"]}},
    "another parent": {"parents": {"anna": ["father"]}},
    "a parent of his": {"parents": {"anna": ["mother"], "boris": ["mother"]}},
    "no parent": {"parents": {}},
    "another teacher": {"staff": {"teacher": ["new teacher"]}},
    "another position": {"staff": {"principal": ["teacher"]}},
}


def told() -> set[str]:
    """Keys in the source of the schools whose chats are to follow; each asked for once."""
    jobs = ProcrastinateJob.objects.filter(task_name="sync.follow_roster", status="todo")
    asked = [job.args["organization"] for job in jobs]
    assert len(asked) == len(set(asked))
    return set(OrganizationKey.objects.filter(organization__in=asked).values_list("key", flat=True))


def has_chats(*keys: str) -> None:
    with rows.writing():
        for key in keys:
            school = OrganizationKey.objects.get(key=key).organization
            rows.chat(school, ChatKind.TEACHERS, f"{key} - Учительский чат")
    forget_the_queue()


@pytest.fixture
def known() -> None:
    take_in(together(roster(**WHOLE), OTHER))
    has_chats("school", "other")


@pytest.mark.parametrize("name", CHANGES)
def test_the_school_follows_and_its_neighbour_does_not(known: None, name: str) -> None:
    take_in(together(roster(**WHOLE | CHANGES[name]), OTHER))
    assert told() == {"school"}
    changed = Organization.objects.exclude(roster_at=None)
    assert list(changed.values_list("name", flat=True)) == ["Школа school"]


@pytest.mark.parametrize("names", [{}, {"anna": ("Новая", "Анна", "")}])
def test_the_same_people_ask_for_nothing_whatever_they_are_called(known: None, names: dict[str, Any]) -> None:
    take_in(together(roster(**WHOLE, names=names), OTHER))
    assert told() == set()


def test_a_school_without_chats_has_nothing_to_follow_with() -> None:
    take_in(roster(**WHOLE))
    assert told() == set()
    has_chats("school")
    take_in(roster(**WHOLE | CHANGES["a new pupil"]))  # the control
    assert told() == {"school"}
