"""«Импорт»: a file is taken, shown in words, applied or given up."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from peremena.accounts.models import User
from peremena.core.roster import RosterFile
from peremena.intake.models import Upload
from peremena.intake.preview import KINDS
from peremena.intake.uploading import look, take, write
from peremena.school.models import Organization, SchoolClass
from peremena.web.wording import imports as words
from tests import school_rows as rows
from tests.cli.packages import write_school
from tests.web.reading import elements, table, texts

PAGE, UPLOAD = "/import/", "/import/demo/"


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return write_school(tmp_path / "roster.zip", "journal", bad_roles=2).read_bytes()


def sent(client: Client, content: bytes, name: str = "список.zip") -> Upload:
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/import/?school=demo")
    return Upload.objects.latest("pk")


def answered(client: Client, upload: Upload, do: str, fingerprint: str = "") -> None:
    upload.refresh_from_db()
    asked = {"do": do, "fingerprint": fingerprint or upload.fingerprint}
    assert client.post(f"{UPLOAD}{upload.pk}/answer/", asked).status_code == 302


def heading(client: Client) -> list[str]:
    return texts(client.get(PAGE), "h2", id="upload-heading")


def test_a_file_is_taken_for_the_school_and_by_the_person(
    school: Organization, administrator: User, client: Client, content: bytes
) -> None:
    upload = sent(client, content)
    assert (upload.organization, upload.user, upload.name) == (school, administrator, "список.zip")
    assert heading(client) == ["Файл ждёт очереди…"]


@pytest.mark.parametrize("file", [None, b""])
def test_without_a_file_the_form_says_so(administrator: User, client: Client, file: bytes | None) -> None:
    response = client.post(UPLOAD, {} if file is None else {"file": SimpleUploadedFile("список.zip", file)})
    assert texts(response, "p", id="file-error") == ["Выберите файл: он не пришёл или пуст."]
    assert not Upload.objects.exists()


def test_a_file_beyond_the_limit_is_not_taken(
    administrator: User, client: Client, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MB", 1)
    response = client.post(UPLOAD, {"file": SimpleUploadedFile("список.zip", b"x" * ((1 << 20) + 1))})
    assert texts(response, "p", id="file-error")[0].startswith("Файл больше 1 МБ.")
    assert not Upload.objects.exists()


def test_the_changes_and_the_problems_are_told_in_words(
    school: Organization, administrator: User, client: Client, content: bytes
) -> None:
    upload = sent(client, content)
    look(upload.pk)
    response = client.get(PAGE)
    assert heading(client) == ["Что изменится"]
    found = {row[0]: row[1:] for row in table(response)}
    assert found["Классы"] == ["4", "0", "0", "0", "0"]
    assert found["Организации"] == ["0", "1", "0", "0", "0"]  # the file calls it otherwise
    assert texts(response, "summary") == ["Ошибка, строка не загружается: такого значения в стандарте нет: 2 строки"]
    places = [line for line in texts(response, "li") if line.startswith("enrollments.csv")]
    assert places == ["enrollments.csv, строка 2, role", "enrollments.csv, строка 3, role"]


def test_apply_writes_exactly_what_was_shown(
    school: Organization, administrator: User, client: Client, content: bytes
) -> None:
    upload = sent(client, content)
    look(upload.pk)
    answered(client, upload, "apply")
    assert heading(client) == ["Записываем…"]
    write(upload.pk)
    response = client.get(PAGE)
    assert texts(response, "h2", id="upload-heading") == ["Загружено"]
    assert "/registry/?school=demo" in [dict(each.attributes).get("href") for each in elements(response, "a")]
    assert SchoolClass.objects.filter(organization=school).count() == 1 + 4


def test_apply_of_something_else_than_is_shown_is_asked_about_again(
    administrator: User, client: Client, content: bytes
) -> None:
    upload = sent(client, content)
    look(upload.pk)
    answered(client, upload, "apply", "an older fingerprint")
    upload.refresh_from_db()
    assert upload.state == Upload.SHOWN
    assert "Проверьте новые цифры" in client.get(PAGE).content.decode()


def test_giving_up_brings_the_form_back(administrator: User, client: Client, content: bytes) -> None:
    upload = sent(client, content)
    look(upload.pk)
    answered(client, upload, "give_up")
    assert len(elements(client.get(PAGE), "input", type="file")) == 1


def test_what_cannot_be_used_says_what_to_do(administrator: User, client: Client) -> None:
    upload = sent(client, b"no archive")
    look(upload.pk)
    response = client.get(PAGE)
    assert texts(response, "h2", id="upload-heading") == ["Загрузить не удалось"]
    assert texts(response, "p", **{"class": "alert alert-danger"})[0].startswith("список.zip: ")
    assert len(elements(client.get(f"{PAGE}?another=1"), "input", type="file")) == 1


def test_it_is_polled_only_as_long_as_it_goes_on(administrator: User, client: Client, content: bytes) -> None:
    upload = sent(client, content)
    address = f"{UPLOAD}{upload.pk}/"
    polled = client.get(address, headers={"HX-Request": "true"})
    assert dict(elements(polled, "section")[0].attributes)["hx-get"] == address
    look(upload.pk)
    polled = client.get(address, headers={"HX-Request": "true"})
    assert "hx-get" not in dict(elements(polled, "section")[0].attributes)


def test_without_a_worker_the_page_says_so(administrator: User, client: Client, content: bytes) -> None:
    sent(client, content)
    assert "Никто не выполняет задания" not in client.get(PAGE).content.decode()
    with rows.writing():
        Upload.objects.update(created_at=timezone.now() - timedelta(seconds=6))
    assert "Никто не выполняет задания" in client.get(PAGE).content.decode()


def test_another_persons_upload_is_not_shown(
    school: Organization, administrator: User, client: Client, content: bytes
) -> None:
    with rows.writing():
        other = rows.granted("second", "administrator", school)
    take(school, other, name="список.zip", content=content)
    assert heading(client) == []


def test_the_number_of_queries_does_not_grow_with_the_problems(
    administrator: User, client: Client, content: bytes
) -> None:
    upload = sent(client, content)
    look(upload.pk)
    with CaptureQueriesContext(database) as few:
        client.get(PAGE)
    upload.refresh_from_db()
    with rows.writing():
        Upload.objects.update(problems=upload.problems * 500, problems_total=12_345)
    with CaptureQueriesContext(database) as many:
        response = client.get(PAGE)
    assert len(many) == len(few)
    assert texts(response, "h3") == ["Замечания: 12 345"]
    assert "Показаны первые 1 000." in texts(response, "p", **{"class": "text-secondary"})


def test_every_code_kind_and_state_has_words() -> None:
    assert set(words.PROBLEMS) == set(codes(Path("peremena/rosters")))
    assert set(words.HEADINGS) == {state for state, _ in Upload.STATES}
    assert set(words.KINDS) == set(KINDS)
    assert set(words.COUNTS) == set(RosterFile(format="", mode="bulk", source="").counts())


def codes(folder: Path) -> set[str]:
    """What is written out in the source as a problem: a group of checks, a point, a name."""
    groups = ("csv", "package", "reference", "row", "schema", "semantic")
    own = {"manifest.version", "oneroster.version"}  # properties of a manifest
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
                group, point, name = node.value.partition(".")
                if point and name.isidentifier() and name != "csv" and group in (*groups, "manifest"):
                    found.add(node.value)
    return found - own
