"""Many rows at once, seen by the audit like single ones."""

from __future__ import annotations

import datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from peremena.school.changes import end, insert, new_ids, rewrite
from peremena.school.models import Person, Subject
from tests import school_rows as rows

pytestmark = pytest.mark.django_db
FIELDS = ("id", "public_id", "family_name", "given_name", "middle_name")
PersonEvent = apps.get_model("school", "PersonEvent")


def people() -> set[tuple[str, str, object]]:
    return set(Person.objects.values_list("public_id", "family_name", "ended"))


def three() -> list[int]:
    ids = new_ids(Person, 3)
    with rows.writing():
        insert(Person, FIELDS, ((pk, f"p{place}", "Иванова", "Анна", "") for place, pk in enumerate(ids)))
    return ids


def test_ids_are_the_table_s_own_and_never_given_twice() -> None:
    first, then = new_ids(Person, 3), new_ids(Person, 2)
    with rows.writing():
        assert rows.person().pk > max(then)
    assert len({*first, *then}) == 5
    assert new_ids(Person, 0) == []


def test_rows_are_inserted_with_an_event_each() -> None:
    ids = three()
    assert people() == {(f"p{place}", "Иванова", None) for place in range(3)}
    assert set(PersonEvent.objects.values_list("pgh_obj_id", "pgh_label")) == {(pk, "insert") for pk in ids}


def test_rows_are_rewritten_by_id_and_no_other_row_or_column_is_touched() -> None:
    ids = three()
    with rows.writing(), CaptureQueriesContext(database) as captured:
        rewrite(Person, ("family_name", "ended"), [(ids[0], "Петрова", None), (ids[2], "Сидорова", "2026-11-01")])
    day = datetime.date(2026, 11, 1)
    assert people() == {("p0", "Петрова", None), ("p1", "Иванова", None), ("p2", "Сидорова", day)}
    assert len(captured) <= 10


def test_two_tables_are_rewritten_in_one_transaction() -> None:
    ids = three()
    with rows.writing():
        subject = rows.group(rows.school("demo"), "Математика", "1А").subject
        rewrite(Person, ("family_name",), [(ids[0], "Петрова")])
        rewrite(Subject, ("title",), [(subject.pk, "Алгебра")])
        rewrite(Person, ("family_name",), [])
    assert (Person.objects.get(pk=ids[0]).family_name, Subject.objects.get().title) == ("Петрова", "Алгебра")


def test_an_ended_row_stays_with_the_day_of_its_end() -> None:
    ids = three()
    with rows.writing():
        end(Person, ids[:2], datetime.date(2026, 11, 1))
    assert [each.ended for each in Person.objects.order_by("pk")] == [datetime.date(2026, 11, 1)] * 2 + [None]


def test_none_of_it_works_outside_of_an_act() -> None:
    ids = three()
    for change in (
        lambda: insert(Person, FIELDS, [(*new_ids(Person, 1), "p9", "Иванова", "Анна", "")]),
        lambda: rewrite(Person, ("ended",), [(ids[0], "2026-11-01")]),
        lambda: end(Person, ids, datetime.date(2026, 11, 1)),
    ):
        before = people()
        with pytest.raises(DatabaseError, match="context"), transaction.atomic():
            change()
        assert people() == before
