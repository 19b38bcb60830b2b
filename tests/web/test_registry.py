from __future__ import annotations

from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Chat, Enrollment, Grant, Group, Organization, SchoolClass
from tests import school_rows as rows
from tests.web.reading import elements, table, text, texts, walk

COLUMNS = ["Название", "Тип", "Организация", "Класс", "Предмет", "%", "Связали профиль", "Состояние"]
NOBODY = "нет: никто не связал профиль"
BIG = ("99 % в чате 999 из 1 000 связавших профиль", "100 % связали 1 000 из 1 000")


def row(title: str, kind: str, classes: str, subject: str, percent: str, profiles: str) -> list[str]:
    """Of a chat that has no room yet."""
    return [f"Выбрать: {title}", title, kind, "Демо школа", classes, subject, percent, profiles, "ещё не создан"]


def share(percent: int, part: int, whole: int) -> str:
    return f"{percent} % в чате {part} из {whole} связавших профиль"


def linked(percent: int, part: int, whole: int) -> str:
    return f"{percent} % связали {part} из {whole}"


@pytest.fixture
def first(school: Organization) -> SchoolClass:
    return SchoolClass.objects.get(organization=school)


def test_a_row_tells_the_chats_kind_class_subject_and_percentage(
    school: Organization, first: SchoolClass, administrator: User, client: Client
) -> None:
    maths = Group.objects.get(organization=school)
    with rows.writing():
        rows.chat(school, ChatKind.TEACHERS, "1 Учительский чат")
        rows.chat(school, ChatKind.CLASS, "2 Чат класса", unit=first, linked=30, inside=30)
        rows.chat(school, ChatKind.PARENTS, "3 Родительский чат", unit=first, linked=1000, inside=999)
        rows.chat(school, ChatKind.SUBJECT, "4 Математика", unit=maths, linked=3, inside=0)
        rows.chat(school, ChatKind.CUSTOM, "5 Поход", linked=3, inside=2)
        Chat.objects.filter(kind=ChatKind.CLASS).update(seats=32)
    response = client.get("/registry/")
    assert texts(response, "h1") == ["Интеграция со Сферум (ВК Мессенджер)"]
    assert texts(response, "p", **{"class": "card-actions"}) == ["Всего 5"]
    assert texts(response, "th", role="columnheader") == ["Выбор", *COLUMNS]
    assert table(response) == [
        row("1 Учительский чат", "TEACHER Учительский чат", "", "", NOBODY, "нет: в чате ни одного места"),
        row("2 Чат класса", "CLASS Чат класса", "1А, весь класс", "", share(100, 30, 30), linked(93, 30, 32)),
        row("3 Родительский чат", "PARENTS Родительский чат", "1А, весь класс", "", *BIG),
        row("4 Математика", "SUBJECT Чат предмета", "1А", "Математика", share(0, 0, 3), linked(100, 3, 3)),
        row("5 Поход", "CUSTOM Чат", "", "", share(66, 2, 3), linked(100, 3, 3)),
    ]


def test_a_group_of_several_classes_names_them_all_and_an_empty_one_itself(
    school: Organization, first: SchoolClass, administrator: User, client: Client
) -> None:
    with rows.writing():
        tenth, second = rows.school_class(school, "10А"), rows.school_class(school, "2А")
        choir, nobody = rows.group(school, "Хор", "Хор 1"), rows.group(school, "Хор", "Хор 2")
        for unit in (tenth, second, second):
            pupil = rows.person()
            rows.enroll(pupil, unit)
            rows.enroll(pupil, choir)
        teacher = rows.person()
        rows.enroll(teacher, first, EnrollmentRole.TEACHER)
        rows.enroll(teacher, choir, EnrollmentRole.TEACHER)
        gone = rows.person()
        rows.enroll(gone, first)
        rows.enroll(gone, choir)
        Enrollment.objects.filter(person=gone, group=choir).update(ended="2026-10-01")
        rows.chat(school, ChatKind.SUBJECT, "1", unit=choir)
        rows.chat(school, ChatKind.SUBJECT, "2", unit=nobody)
    assert [row[4] for row in table(client.get("/registry/"))] == ["2А, 10А", "Хор 2"]


def test_chats_stand_in_natural_order_without_the_archived(
    school: Organization, administrator: User, client: Client
) -> None:
    with rows.writing():
        for title in ("10А", "Б", "2А", "Ё", "Е", "Старый"):
            rows.chat(school, ChatKind.CUSTOM, title)
        Chat.objects.filter(title="Старый").update(archived_at="2026-10-01T00:00Z")
    assert [row[1] for row in table(client.get("/registry/"))] == ["2А", "10А", "Б", "Е", "Ё"]


def test_pages_have_25_rows_and_a_page_that_is_not_there_is_the_last_one(
    school: Organization, administrator: User, client: Client
) -> None:
    with rows.writing():
        for number in range(60):
            rows.chat(school, ChatKind.CUSTOM, f"Чат {number}")
    assert [row[1] for row in table(client.get("/registry/?school=demo&page=2"))] == [f"Чат {n}" for n in range(25, 50)]
    assert [row[1] for row in table(client.get("/registry/?page=99"))] == [f"Чат {n}" for n in range(50, 60)]


def test_the_number_of_queries_does_not_grow_with_the_school(
    school: Organization, first: SchoolClass, administrator: User, client: Client
) -> None:
    maths = Group.objects.get(organization=school)
    with rows.writing():
        rows.chat(school, ChatKind.SUBJECT, "Математика", unit=maths)
        rows.chat(school, ChatKind.CLASS, "Чат класса", unit=first)
    with CaptureQueriesContext(connection) as few:
        client.get("/registry/")
    with rows.writing():
        number = count()
        units = [rows.group(school, "Предмет", f"Группа {next(number)}") for _ in range(25)]
        for unit in units:
            rows.chat(school, ChatKind.SUBJECT, f"0 {unit.title}", unit=unit)
        Chat.objects.bulk_create(
            Chat(organization=school, year=rows.YEAR, kind=ChatKind.CUSTOM, title=f"Чат {n}", sort_key=f"чат {n:05}")
            for n in range(10_000)
        )
    with CaptureQueriesContext(connection) as many:
        response = client.get("/registry/?page=2")
    assert len(table(response)) == 25
    assert len(many) == len(few)


def test_an_operator_chooses_among_his_schools_in_natural_order(db: None, client: Client) -> None:
    with rows.writing():
        for number in (10, 2):
            rows.chat(rows.school(f"s{number}", f"Школа № {number}"), ChatKind.TEACHERS, f"Чат {number}")
        client.force_login(rows.granted("operator", Grant.OPERATOR, None))
    response = client.get("/registry/?school=s10")
    chooser = elements(response, "select", name="school")[0]
    options = [dict(option.attributes) for option in walk(chooser) if option.name == "option"]
    assert [option["value"] for option in options] == ["s2", "s10"]
    assert [option["value"] for option in options if "selected" in option] == ["s10"]
    assert [row[1] for row in table(response)] == ["Чат 10"]
    assert [row[1] for row in table(client.get("/registry/"))] == ["Чат 2"]


def test_an_administrator_of_one_school_chooses_nothing(administrator: User, client: Client) -> None:
    assert elements(client.get("/registry/"), "select", name="school") == []


def test_the_title_leads_to_the_card(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        chat = rows.chat(school, ChatKind.CUSTOM, "Поход")
    links = elements(client.get("/registry/"), "a", href=f"/chats/{chat.pk}/?back=%2Fregistry%2F")
    assert [text(link) for link in links] == ["Поход"]


def test_what_the_percents_mean_is_told_beside_them(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        rows.chat(school, ChatKind.CUSTOM, "Поход")
    response = client.get("/registry/")
    assert texts(response, "summary") == ["Что значат проценты"]
    assert texts(response, "dt") == ["%", "Связали профиль"]
    assert texts(response, "dd")[0] == "сколько связавших профиль уже в чате"


def test_an_empty_registry_says_what_to_do_next(school: Organization, administrator: User, client: Client) -> None:
    assert texts(client.get("/registry/"), "p", **{"class": "empty-title"}) == ["Чатов пока нет"]
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(active_year=None)
    assert texts(client.get("/registry/"), "a", href="/import/?school=demo") == ["«Импорт»"]


def test_an_operator_without_schools_is_told_how_they_appear(db: None, client: Client) -> None:
    with rows.writing():
        client.force_login(rows.granted("operator", Grant.OPERATOR, None))
    assert texts(client.get("/registry/"), "h2", **{"class": "empty-title"}) == ["Школ пока нет"]


def test_the_fragment_is_the_rows_alone(administrator: User, client: Client) -> None:
    response = client.get("/registry/", headers={"HX-Request": "true"})
    assert [response.content.decode().strip()[:8], texts(response, "h1")] == ["<section", []]
    assert "HX-Request" in response.headers["Vary"]
