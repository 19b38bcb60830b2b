"""«Чаты»: everybody sees the chats in which he has a place, each once, and what he can do there."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.core.roster import EnrollmentRole
from peremena.school.models import Account, Chat, Connection, Membership, Organization, Person, Room, SchoolClass
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import chat_rows
from tests import school_rows as rows
from tests.web.own_chats import PAGE, Told, acts, headings, linked, signed_in, told
from tests.web.reading import elements, texts

LINK, GO, MANAGE = "Привязать учебный профиль VK ID", "Перейти в VK Мессенджер", "Управление чатами"
UNLINK = "Отменить привязку учебного профиля VK ID"


def called(family_name: str) -> Person:
    """The pupil, where a parent has the same name."""
    return Person.objects.filter(family_name=family_name).earliest("pk")


def mother_of(pupil: Person) -> Person:
    return Person.objects.get(wards__pupil=pupil)


@pytest.fixture(autouse=True)
def _application(settings) -> None:  # type: ignore[no-untyped-def]
    settings.VK_ID_CLIENT_ID = "51000001"


def test_a_teacher_has_the_staff_the_class_the_parents_and_his_subjects(chats: dict[str, Chat], client: Client) -> None:
    signed_in(client, called("Петрова"))
    page = client.get(PAGE)
    assert told(page) == [
        Told("Демо школа - Учительский чат", "Учительский чат", "вы в чате", "вы учитель школы", "Открыть"),
        Told("Демо школа - 1А - Чат класса", "Чат класса", "вы в чате", "вы классный руководитель 1А", "Открыть"),
        Told(
            "Демо школа - 1А - Родительский чат", "Родительский чат", "вы в чате", "вы классный руководитель 1А", "Открыть"
        ),
        Told(
            "Демо школа - 1А - Математика",
            "Чат предмета",
            "вы в чате",
            "вы ведёте предмет «Математика», 1А математика",
            "Открыть",
        ),
    ]  # fmt: skip
    assert acts(page) == [GO, MANAGE, UNLINK]
    assert headings(page) == ["Демо школа"]


def test_a_pupil_has_his_class_and_his_subjects(chats: dict[str, Chat], client: Client) -> None:
    signed_in(client, called("Сидорова"))
    page = client.get(PAGE)
    assert [(each.kind, each.why) for each in told(page)] == [
        ("Чат класса", "вы учитесь в 1А"),
        ("Чат предмета", "вы изучаете предмет «Математика», 1А математика"),
    ]
    assert acts(page) == [GO, UNLINK]


def test_a_parent_has_the_parents_chats_of_all_his_children_each_once_with_every_reason(
    school: Organization, client: Client
) -> None:
    with rows.writing():
        mother = mother_of(called("Сидорова"))
        rows.guard(called("Кузнецова"), mother)
        rows.guard(third := rows.person("Орлова"), mother)
        other = rows.small_school("other", "Другая школа", parent=school.parent)
        rows.enroll(third, SchoolClass.objects.get(organization=other))
    chat_rows.made(school)
    chat_rows.made(other)
    signed_in(client, mother)
    page = client.get(PAGE)
    assert headings(page) == ["Демо школа", "Другая школа"]
    assert [(each.title, each.why) for each in told(page)] == [
        ("Демо школа - 1А - Родительский чат", "вы родитель: Сидорова Анна, 1А вы родитель: Кузнецова Анна, 1А"),
        ("Другая школа - 1А - Родительский чат", "вы родитель: Орлова Анна, 1А"),
    ]


def test_a_teacher_whose_child_is_in_his_own_class_is_there_for_both_reasons(
    school: Organization, client: Client
) -> None:
    teacher = called("Петрова")
    with rows.writing():
        rows.guard(called("Сидорова"), teacher)
    chat_rows.made(school)
    signed_in(client, teacher)
    (parents,) = [each for each in told(client.get(PAGE)) if each.kind == "Родительский чат"]
    assert parents.why == "вы классный руководитель 1А вы родитель: Сидорова Анна, 1А"


def test_who_is_not_linked_has_the_button_and_sees_what_waits_for_him(chats: dict[str, Chat], client: Client) -> None:
    pupil = signed_in(client, called("Сидорова"))
    with rows.writing():
        Account.objects.filter(person=pupil).update(ended_at="2026-11-01T00:00Z")
    page = client.get(PAGE)
    assert acts(page) == [LINK]
    assert [(each.state, each.button) for each in told(page)] == [("откроется, когда вы привяжете профиль", "")] * 2


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (Membership.IN, "", ("вы в чате", "Открыть")),
        (Membership.INVITED, "", ("вас пригласили", "Вступить")),
        (Membership.LEFT, "", ("вы вышли из чата", "Вернуться")),
        (Membership.REFUSED, "privacy", ("VK не дал вас добавить: вступите сами", "Вступить")),
        (None, "", ("вас добавляют", "")),
    ],
)
def test_each_state_has_its_words_and_its_button(
    chat: Chat, client: Client, state: str | None, reason: str, expected: tuple[str, str]
) -> None:
    pupil = signed_in(client, called("Сидорова"))
    if state:
        chat_rows.inside(chat, chat_rows.profile(pupil), state=state, reason=reason)
    else:
        Membership.objects.filter(room__chat=chat, member=chat_rows.profile(pupil)).delete()
    page = client.get(PAGE)
    assert [(each.state, each.button) for each in told(page) if each.title == chat.title] == [expected]
    asks_again = [dict(one.attributes).get("hx-get") for one in elements(page, "div", id="own-chats")]
    assert asks_again == ([f"{PAGE}?looks=1"] if state is None else [None])


def test_the_page_stops_asking_after_a_minute_and_where_nothing_can_come(chat: Chat, client: Client) -> None:
    pupil = signed_in(client, called("Сидорова"))
    Membership.objects.filter(room__chat=chat, member=chat_rows.profile(pupil)).delete()
    part = {"HX-Request": "true"}
    asks = "hx-get"
    assert asks in client.get(f"{PAGE}?looks=59", headers=part).content.decode()
    assert asks not in client.get(f"{PAGE}?looks=60", headers=part).content.decode()
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED)
    page = client.get(PAGE, headers=part)
    assert asks not in page.content.decode()
    assert "не может управлять чатами" in " ".join(texts(page, "p"))


def test_a_chat_without_a_room_is_being_made(chat: Chat, client: Client) -> None:
    signed_in(client, called("Сидорова"))
    Room.objects.filter(chat=chat).delete()
    assert [(each.state, each.button) for each in told(client.get(PAGE)) if each.title == chat.title] == [
        ("чат ещё создаётся", "")
    ]


def test_a_place_given_by_hand_is_there_and_one_taken_away_is_not(chats: dict[str, Chat], client: Client) -> None:
    pupil = signed_in(client, called("Сидорова"))
    with rows.writing():
        chats["teachers"].hand_seats.create(person=pupil, layer="pinned")
        chats["class"].hand_seats.create(person=pupil, layer="blocked")
    assert [(each.kind, each.why) for each in told(client.get(PAGE))] == [
        ("Учительский чат", "вас добавил администратор школы"),
        ("Чат предмета", "вы изучаете предмет «Математика», 1А математика"),
    ]


def test_a_chat_no_longer_needed_is_there_while_he_is_in_it(chats: dict[str, Chat], client: Client) -> None:
    pupil = signed_in(client, called("Сидорова"))
    with rows.writing():
        SchoolClass.objects.get().enrollments.update(ended="2026-10-01")
    chat_rows.changed(chats["class"], wanted=False)
    (told_of,) = [each for each in told(client.get(PAGE)) if each.kind == "Чат класса"]
    assert told_of.why == "школе этот чат больше не нужен, но вы в нём остались"
    Membership.objects.filter(room__chat=chats["class"], member=chat_rows.profile(pupil)).delete()
    assert [each.kind for each in told(client.get(PAGE))] == ["Чат предмета"]


# --- whose school has no chats, and who is nobody's


def test_where_chats_are_off_there_is_no_icon_and_an_honest_page(chats: dict[str, Chat], client: Client) -> None:
    signed_in(client, called("Петрова"))
    assert [dict(one.attributes)["href"] for one in elements(client.get(PAGE), "a", **{"class": "own-link"})] == [PAGE]
    with rows.writing():
        Organization.objects.update(chats_enabled=False)
    page = client.get(PAGE)
    assert elements(page, "a", **{"class": "own-link"}) == []
    assert texts(page, "p", **{"class": "empty-title"}) == ["Чаты не включены"]
    assert (told(page), MANAGE in acts(page)) == ([], False)


def test_a_school_that_has_made_no_chats_says_so(school: Organization, client: Client) -> None:
    signed_in(client, called("Петрова"))
    assert texts(client.get(PAGE), "p", **{"class": "empty-title"}) == ["Чатов пока нет"]


def test_who_is_nobody_of_the_rosters_is_told_so(administrator: object, client: Client) -> None:
    page = client.get(PAGE)
    assert texts(page, "p", **{"class": "empty-title"}) == ["Своих чатов здесь нет"]
    assert acts(page) == [MANAGE]


def test_who_has_left_has_no_chats(chats: dict[str, Chat], client: Client) -> None:
    pupil = signed_in(client, called("Сидорова"))
    with rows.writing():
        Person.objects.filter(pk=pupil.pk).update(ended="2026-10-01")
    assert told(client.get(PAGE)) == []


def test_many_chats_cost_no_more_questions_than_one(
    chats: dict[str, Chat], school: Organization, client: Client
) -> None:
    teacher = signed_in(client, called("Петрова"))
    client.get(PAGE)
    with CaptureQueriesContext(
        database,
    ) as few:
        client.get(PAGE)
    with rows.writing():
        for number in range(8):
            group = rows.group(school, f"Предмет {number}", f"1А предмет {number}")
            rows.enroll(teacher, group, EnrollmentRole.TEACHER)
            rows.enroll(linked(rows.person("Новая")), group)
    approve(prepare(school), actor=chat_rows.TESTS)
    with CaptureQueriesContext(database) as many:
        assert len(told(client.get(PAGE))) == 12
    assert len(many) == len(few)
