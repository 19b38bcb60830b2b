"""How an import is written: by an actor, all or nothing, in a fixed number of queries."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pghistory.models import Context

from peremena.intake.applying import IMPORTS, apply, one_at_a_time
from peremena.intake.preview import preview
from peremena.school.models import Enrollment, Person
from tests.intake.rosters import ACTOR, ON, contents, roster, take_in, together

FIRST = roster({"7А": ["anna", "boris"]}, groups={"труд": ["anna"]}, parents={"anna": ["mother"]},
               staff={"teacher": ["teacher"]})  # fmt: skip
LATER = roster({"7Б": ["boris", "vera"]}, groups={"труд": ["boris"]})


def events() -> dict[str, int]:
    """Audit rows by model."""
    tracked = [model for model in apps.get_models() if model.__name__.endswith("Event") and hasattr(model, "pgh_label")]
    return {model.__name__: count for model in tracked if (count := model._default_manager.count())}


@pytest.mark.django_db
def test_every_row_written_is_audited_with_the_actor_and_the_act() -> None:
    take_in(FIRST)
    assert events() == {
        "OrganizationEvent": 2,  # made, then given its active year
        "AcademicYearEvent": 1,
        "SubjectEvent": 1,
        "SchoolClassEvent": 1,
        "GroupEvent": 1,
        "PersonEvent": 4,
        "EmploymentEvent": 1,
        "EnrollmentEvent": 3,
        "GuardianshipEvent": 1,
    }
    (told,) = Context.objects.values_list("metadata", flat=True)
    assert (told["actor"], told["action"], len(told["fingerprint"])) == ("system:tests", "roster.apply", 64)


@pytest.mark.django_db
def test_the_same_file_again_leaves_no_audit_rows() -> None:
    take_in(FIRST)
    before = events()
    take_in(FIRST)
    assert events() == before
    take_in(LATER)  # the control
    assert events() != before


@pytest.mark.django_db
def test_no_name_reaches_the_audit() -> None:
    take_in(FIRST)
    columns = {
        field.name for model in apps.get_models() if model.__name__ == "PersonEvent" for field in model._meta.fields
    }
    assert "ended" in columns
    assert columns.isdisjoint({"family_name", "given_name", "middle_name"})


@pytest.mark.django_db
def test_an_error_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(FIRST)
    before, audited = contents(), events()
    seen = preview(LATER)
    seen.wanted.enrollments["school-7Б-vera"] = ("school-7Б", "vera", "no such role" * 9, False, None, None)
    with pytest.raises(Exception, match="value too long"), one_at_a_time():
        apply(seen, actor=ACTOR, on=ON)
    assert (contents(), events()) == (before, audited)


def queries(told: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        take_in(told)
    return len(captured)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    counted = []
    for source, size in (("small", 2), ("large", 60)):
        pupils = [f"p{number}" for number in range(size)]
        classes = {f"{number} А": [pupil] for number, pupil in enumerate(pupils)}
        parents = {pupil: [f"parent of {pupil}"] for pupil in pupils}
        staff = {"teacher": [f"t{number}" for number in range(size)]}
        groups = {f"труд {number}": [pupil] for number, pupil in enumerate(pupils)}
        first = roster(classes, groups=groups, parents=parents, staff=staff, source=source)
        moved = dict(zip(classes, reversed(classes.values()), strict=True))
        later = roster(
            moved, groups={}, parents=dict(list(parents.items())[1:]), staff={"aide": staff["teacher"]}, source=source
        )
        counted.append([queries(first), queries(first), queries(later), queries(first)])
    small, large = counted
    assert small == large


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_the_number_of_schools() -> None:
    def region(source: str, size: int) -> Any:
        return together(*(roster({"А": [f"{n}"]}, school=f"{source}-{n}", source=source) for n in range(size)))

    small, large = (
        [queries(region(source, size)), queries(region(source, size))] for source, size in (("a", 2), ("b", 20))
    )
    assert small == large


@pytest.mark.django_db
def test_a_preview_writes_nothing() -> None:
    preview(FIRST)
    assert (Person.objects.count(), Enrollment.objects.count(), events()) == (0, 0, {})


@pytest.mark.django_db
def test_equal_changes_have_equal_fingerprints_and_other_values_another_one() -> None:
    renamed = roster({"7А": ["anna"]}, names={"anna": ("Ким", "Анна", "")})
    again, other = roster({"7А": ["anna"]}, names={"anna": ("Ким", "Анна", "")}), roster({"7А": ["anna"]})
    assert preview(renamed).fingerprint == preview(again).fingerprint != preview(other).fingerprint


@pytest.mark.django_db
def test_only_one_import_runs_at_a_time(database_url: str) -> None:
    with psycopg.connect(database_url, dbname=connection.settings_dict["NAME"]) as other, one_at_a_time():
        assert other.execute("select pg_try_advisory_xact_lock(%s)", [IMPORTS]).fetchone() == (False,)
