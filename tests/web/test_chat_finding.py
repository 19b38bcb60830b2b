"""Finding somebody among the people of a chat, however many they are."""

from __future__ import annotations

from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.school.models import (
    Chat,
    Enrollment,
    Organization,
    Person,
    Room,
    SchoolClass,
    Seat,
)
from peremena.sync import edits
from peremena.sync.models import Run
from tests import chat_rows
from tests import school_rows as rows
from tests.chat_rows import TESTS
from tests.web.cards import called, card, counts, rows_of
from tests.web.reading import elements, table, texts


def test_members_are_found_by_any_part_of_the_name_and_by_a_missing_link(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    first = SchoolClass.objects.get(organization=school)
    with rows.writing():
        for name, linked in (("Фёдорова-Ли", True), ("Ёлкина", False)):
            rows.enroll(rows.person(name, linked=linked), first)
    assert list(rows_of(client, chat)) == [
        "Ёлкина Анна",
        "Кузнецова Анна",
        "Петрова Анна",
        "Сидорова Анна",
        "Фёдорова-Ли Анна",
    ]
    assert list(rows_of(client, chat, q="федо")) == ["Фёдорова-Ли Анна"]
    assert list(rows_of(client, chat, q=" ЛИ анн ")) == ["Фёдорова-Ли Анна"]
    assert list(rows_of(client, chat, unlinked="1")) == ["Ёлкина Анна"]
    response = card(client, chat, q="нет такой")
    assert texts(response, "p", **{"class": "empty-title"}) == ["Никого не нашлось"]
    assert [dict(one.attributes)["value"] for one in elements(response, "input", id="q")] == ["нет такой"]


def test_an_empty_chat_says_how_people_come(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        hike = rows.chat(school, ChatKind.CUSTOM, "Поход")
    response = card(client, hike)
    assert texts(response, "p", **{"class": "empty-title"}) == ["Участников пока нет"]
    assert counts(client, hike) == ["Всего 0, связали профиль 0, в чате 0"]


def test_pages_have_50_people_and_keep_what_was_asked(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    first = SchoolClass.objects.get(organization=school)
    with rows.writing():
        for number in range(60):
            rows.enroll(rows.person(f"Яшина{number}"), first)
    response = card(client, chat, q="яш", back="/registry/?page=3")
    assert [len(table(response)), len(table(card(client, chat, q="яш", page="2")))] == [50, 10]
    (link,) = elements(response, "a", rel="next")
    assert dict(link.attributes)["href"] == "?back=%2Fregistry%2F%3Fpage%3D3&q=%D1%8F%D1%88&page=2"
    assert table(response)[9][0] == "Яшина9 Анна"


def test_the_brake_is_told_when_people_should_go_and_do_not(chat: Chat, administrator: User, client: Client) -> None:
    edits.block(chat, called("Сидорова"), actor=TESTS)
    Room.objects.update(due_at=None)
    assert "остановлено защитой" not in card(client, chat).content.decode()
    run = Run.objects.get()
    Run.objects.create(
        organization=run.organization,
        connection=run.connection,
        kind=Run.CHANGE,
        state=Run.REFUSED,
        plan={},
        fingerprint="",
        actor="tests",
    )
    assert "Исключение остановлено защитой" in card(client, chat).content.decode()


def test_the_fragment_is_the_people_alone(chat: Chat, administrator: User, client: Client) -> None:
    response = client.get(f"/chats/{chat.pk}/", {"q": "сид"}, headers={"HX-Request": "true"})
    assert [texts(response, "h1"), [row[0] for row in table(response)]] == [[], ["Сидорова Анна"]]
    assert "Найдено: 1" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_chat(
    school: Organization, chats: dict[str, Chat], administrator: User, client: Client
) -> None:
    chat, first = chats["parents"], SchoolClass.objects.get(organization=school)
    edits.pin(chat, called("Сидорова"), actor=TESTS, by=administrator)
    chat_rows.inside(chat, "stranger", ours=False)
    with CaptureQueriesContext(database) as few:
        card(client, chat)
    with rows.writing():
        people = Person.objects.bulk_create(
            Person(public_id=f"many{number}", family_name=f"Яшина{number}", given_name="Анна") for number in range(4000)
        )
        pupils, guardians = people[:2000], people[2000:]
        Enrollment.objects.bulk_create(
            Enrollment(
                source=rows.source(),
                source_key=f"m{one.pk}",
                person=one,
                role=EnrollmentRole.STUDENT,
                school_class=first,
            )
            for one in pupils
        )
        for pupil, guardian in list(zip(pupils, guardians, strict=True))[:60]:
            rows.guard(pupil, guardian)
        for number in range(40):
            pinned = rows.person(f"Аа{number}")
            rows.employ(pinned, school, "aide")
            Seat.objects.create(chat=chat, person=pinned, layer=Seat.PINNED, decided_by=administrator)
    for number in range(60):
        chat_rows.inside(chat, f"s{number}", ours=False)
    with CaptureQueriesContext(database) as many:
        response = card(client, chat)
    assert len(table(response)) == 50
    assert len(many) <= len(few) + 1  # a pinned person's ties, which nobody needed before
