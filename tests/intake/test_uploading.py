"""A file comes in through a page: read, compared, shown, and applied exactly as it was shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from peremena.accounts.models import User
from peremena.intake import tasks, uploading
from peremena.intake.models import Upload
from peremena.intake.uploading import accept, forget_old, give_up, look, take, write
from peremena.school.credentials import unseal_bytes
from peremena.school.models import Enrollment, Organization, Person, SchoolClass
from tests import school_rows as rows
from tests.cli.packages import CLASSES, PUPILS, write_school


@pytest.fixture
def school(db: None) -> Organization:
    with rows.writing():
        return rows.school("demo")


@pytest.fixture
def user(school: Organization) -> User:
    with rows.writing():
        return rows.user("administrator")


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return write_school(tmp_path / "roster.zip", "journal").read_bytes()


def taken(school: Organization, user: User, content: bytes) -> Upload:
    return take(school, user, name="список.zip", content=content)


def looked(upload: Upload) -> Upload:
    look(upload.pk)
    upload.refresh_from_db()
    return upload


def applied(upload: Upload) -> Upload:
    assert accept(upload, upload.fingerprint)
    write(upload.pk)
    upload.refresh_from_db()
    return upload


def test_the_file_is_kept_sealed_and_the_job_carries_only_a_number(
    school: Organization, user: User, content: bytes
) -> None:
    upload = taken(school, user, content)
    assert b"PK" not in bytes(upload.content)[:4]
    assert unseal_bytes(bytes(upload.content)) == content
    assert ProcrastinateJob.objects.get(task_name="intake.read").args == {"upload": upload.pk}
    assert not hasattr(upload.events.first(), "name")  # type: ignore[attr-defined]


def test_what_would_change_is_shown_and_nothing_is_written(school: Organization, user: User, content: bytes) -> None:
    upload = looked(taken(school, user, content))
    assert (upload.state, upload.format, upload.problems_total) == (Upload.SHOWN, "oneroster-1.2", 0)
    assert (upload.counts["classes"], upload.counts["students"]) == (CLASSES, CLASSES * PUPILS)
    assert upload.changes["classes"]["new"] == CLASSES
    assert not Person.objects.exists()


def test_what_was_shown_is_applied_once_and_the_file_is_gone(school: Organization, user: User, content: bytes) -> None:
    upload = applied(looked(taken(school, user, content)))
    assert (upload.state, bytes(upload.content)) == (Upload.APPLIED, b"")
    assert SchoolClass.objects.filter(organization=school).count() == CLASSES
    event = SchoolClass.objects.first().events.get()  # type: ignore[union-attr]
    assert event.pgh_context.metadata["actor"] == f"user:{user.pk}"
    write(upload.pk)
    assert SchoolClass.objects.count() == CLASSES
    again = looked(taken(school, user, content))
    assert again.changes["people"]["new"] == again.changes["people"]["changed"] == 0


def test_where_the_database_has_changed_since_it_is_shown_anew(
    school: Organization, user: User, content: bytes
) -> None:
    first = looked(taken(school, user, content))
    with rows.writing():
        other = rows.user("other")
    applied(looked(taken(school, other, content)))
    second = applied(first)
    assert (second.state, second.outdated, second.changes["people"]["new"]) == (Upload.SHOWN, True, 0)
    assert applied(second).state == Upload.APPLIED


def test_another_fingerprint_is_not_accepted(school: Organization, user: User, content: bytes) -> None:
    upload = looked(taken(school, user, content))
    assert not accept(upload, "something else")
    assert Upload.objects.get().state == Upload.SHOWN


@pytest.mark.parametrize("rubbish", [b"no archive", b"PK\x03\x04 but damaged"])
def test_what_is_no_roster_is_told_by_the_files_own_name(school: Organization, user: User, rubbish: bytes) -> None:
    upload = looked(taken(school, user, rubbish))
    assert (upload.state, bytes(upload.content)) == (Upload.UNUSABLE, b"")
    assert upload.refusal.startswith("список.zip: ")
    assert upload.problems[0]["code"].startswith("package.")


def test_a_list_of_another_school_is_refused_without_words_of_the_command_line(
    school: Organization, user: User, content: bytes
) -> None:
    applied(looked(taken(school, user, content)))
    with rows.writing():
        other = rows.school("other", "Другая школа")
    upload = looked(taken(other, user, content))
    assert (upload.state, "--school" in upload.refusal) == (Upload.UNUSABLE, False)
    assert "не одна школа «Другая школа»" in upload.refusal


def test_a_list_with_a_district_that_is_new_is_an_operators(school: Organization, user: User, tmp_path: Path) -> None:
    content = write_school(tmp_path / "district.zip", "journal", district=True).read_bytes()
    assert looked(taken(school, user, content)).refusal.startswith("Файл изменил бы не только школу «Демо школа»")


def test_a_newer_file_takes_the_place_of_an_older_one(school: Organization, user: User, content: bytes) -> None:
    older = taken(school, user, content)
    taken(school, user, content)
    assert looked(older).state == Upload.GIVEN_UP
    assert bytes(older.content) == b""


def test_who_gives_up_leaves_nothing_behind(school: Organization, user: User, content: bytes) -> None:
    upload = looked(taken(school, user, content))
    give_up(upload)
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content), upload.problems) == (Upload.GIVEN_UP, b"", [])
    assert not accept(upload, upload.fingerprint)


def test_after_a_day_the_file_is_forgotten(school: Organization, user: User, content: bytes) -> None:
    upload = looked(taken(school, user, content))
    forget_old()
    upload.refresh_from_db()
    assert upload.state == Upload.SHOWN
    with rows.writing():
        Upload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    forget_old()
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content)) == (Upload.GIVEN_UP, b"")


def test_progress_is_told_while_it_is_read(
    school: Organization, user: User, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "EVERY", 0.0)
    upload = looked(taken(school, user, content))
    assert (upload.file, upload.rows) == ("enrollments.csv", Enrollment.objects.count() or upload.counts["enrollments"])


def test_a_fault_of_ours_leaves_nobody_waiting(
    school: Organization, user: User, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = taken(school, user, content)

    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(uploading, "preview", broken)
    with pytest.raises(RuntimeError):
        tasks._told(look, upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal[:17]) == (Upload.UNUSABLE, "Внутренняя ошибка")
