"""«Управление чатами»: who works at a school sees the chats he works in, who has linked there and who has not, and changes
nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from peremena.core.roster import EnrollmentRole
from peremena.school.models import Chat, Organization, Person, SchoolClass
from tests import school_rows as rows
from tests.web.own_chats import signed_in
from tests.web.reading import elements, table, texts

REGISTRY = "/registry/"


@pytest.fixture
def teacher(chats: dict[str, Chat], school: Organization, client: Client) -> Person:
    """Of the whole school; of one class of two."""
    with rows.writing():
        second = rows.school_class(school, "2Б")
        rows.enroll(rows.person("Чужая", linked=True), second)
        rows.guard(Person.objects.get(family_name="Чужая"), Person.objects.get(family_name="Петрова"))
        rows.chat(school, "class", "Демо школа - 2Б - Чат класса", unit=second)
        rows.chat(school, "parents", "Демо школа - 2Б - Родительский чат", unit=second)
    return signed_in(client, Person.objects.get(family_name="Петрова"))


def titles(client: Client, address: str = REGISTRY) -> list[str]:
    return [row[0] for row in table(client.get(address))]


def test_he_sees_the_chats_he_works_in_and_none_of_a_parent_or_a_stranger(teacher: Person, client: Client) -> None:
    assert sorted(titles(client)) == [
        "Демо школа - 1А - Математика",
        "Демо школа - 1А - Родительский чат",
        "Демо школа - 1А - Чат класса",
        "Демо школа - Учительский чат",
    ]


def test_he_is_shown_nothing_that_he_may_not_do(teacher: Person, chat: Chat, client: Client) -> None:
    for address in (REGISTRY, f"/chats/{chat.pk}/"):
        page = client.get(address)
        assert [dict(one.attributes).get("action") for one in elements(page, "form", method="post")] == [
            "/accounts/logout/"
        ]
        text = page.content.decode()
        for word in ("Создать/обновить", "Редактировать", "Добавить участника", "Сохранить", "Исключить", "История"):
            assert word not in text, word
        assert "администратор школы" in text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/chats/{chat}/"),
        ("get", "/chats/{chat}/people/"),
        ("post", "/chats/{chat}/people/{person}/"),
        ("get", "/registry/demo/plan/"),
        ("post", "/registry/demo/runs/"),
        ("get", "/registry/demo/edit/"),
        ("get", "/runs/?school=demo"),
    ],
)
def test_what_he_may_not_do_is_not_there(
    teacher: Person, chat: Chat, client: Client, method: str, address: str
) -> None:
    where = address.format(chat=chat.pk, person=teacher.pk)
    assert getattr(client, method)(where, {"title": "Другое", "do": "exclude"}).status_code == 404
    chat.refresh_from_db()
    assert chat.title == "Демо школа - 1А - Чат класса"


def test_the_card_tells_who_has_linked(teacher: Person, chat: Chat, client: Client) -> None:
    with rows.writing():
        rows.enroll(rows.person("Новая"), SchoolClass.objects.get(title="1А"))
    marks = {row[0]: row[2] for row in table(client.get(f"/chats/{chat.pk}/"))}
    assert marks["Новая Анна"] == "не связан"
    assert marks["Сидорова Анна"] == "связан"


def test_chats_of_others_have_no_card_for_him(teacher: Person, client: Client) -> None:
    assert client.get(f"/chats/{Chat.objects.get(title__contains='2Б - Чат').pk}/").status_code == 404
    with rows.writing():
        rows.enroll(teacher, SchoolClass.objects.get(title="2Б"), EnrollmentRole.TEACHER)
    assert client.get(f"/chats/{Chat.objects.get(title__contains='2Б - Чат').pk}/").status_code == 200  # the control


def test_who_works_in_no_chat_is_told_so_and_a_pupil_has_no_registry(
    chats: dict[str, Chat], school: Organization, client: Client
) -> None:
    with rows.writing():
        rows.employ(secretary := rows.person("Секретарева"), school, "secretary")
    signed_in(client, secretary, "secretary")
    assert "Школа ещё не создала чаты, в которых вы работаете" in " ".join(texts(client.get(REGISTRY), "p"))
    signed_in(client, Person.objects.filter(family_name="Сидорова").earliest("pk"), "pupil")
    assert client.get(REGISTRY).status_code == 404


def test_a_place_given_by_hand_counts_and_a_school_with_chats_off_does_not(
    chats: dict[str, Chat], school: Organization, client: Client
) -> None:
    with rows.writing():
        rows.employ(secretary := rows.person("Секретарева"), school, "secretary")
        chats["parents"].hand_seats.create(person=secretary, layer="pinned")
    signed_in(client, secretary, "secretary")
    assert titles(client) == ["Демо школа - 1А - Родительский чат"]
    with rows.writing():
        Organization.objects.update(chats_enabled=False)
    assert client.get(REGISTRY).status_code == 404
    assert client.get(f"/chats/{chats['parents'].pk}/").status_code == 404


def test_an_administrator_still_sees_all(teacher: Person, administrator: object, client: Client) -> None:
    assert len(titles(client)) == 6
