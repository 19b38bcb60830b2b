"""What an administrator decides about a person in a chat, and how he finds whom to add."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from peremena.accounts.models import User
from peremena.school.models import Chat, Enrollment, Membership, Organization, Person, Seat
from tests import chat_rows
from tests import school_rows as rows
from tests.chat_rows import profile
from tests.sync.queue import forget_the_queue, waiting
from tests.web.reading import elements, texts


@pytest.fixture
def chat(school: Organization) -> Chat:
    found = chat_rows.made(school)["class"]
    forget_the_queue()
    return found


@pytest.fixture
def pupil(chat: Chat) -> Person:
    return Person.objects.filter(family_name="Сидорова").earliest("pk")


def address(chat: Chat, person: Person | None = None) -> str:
    return f"/chats/{chat.pk}/people/" + (f"{person.pk}/" if person else "")


def decided() -> list[tuple[str, str, datetime.date | None]]:
    return list(Seat.objects.order_by("pk").values_list("layer", "reason", "until"))


def test_excluding_asks_first_and_says_what_will_happen(
    chat: Chat, pupil: Person, administrator: User, client: Client
) -> None:
    response = client.get(address(chat, pupil), {"do": "exclude", "back": "/registry/?page=2", "q": "сид"})
    assert texts(response, "h1") == ["Исключить из чата"]
    assert "Сидорова Анна, чат «Демо школа - 1А - Чат класса»" in texts(response, "p", **{"class": "decision-about"})[0]
    (way_out,) = elements(response, "a", **{"class": "btn"})
    assert dict(way_out.attributes)["href"] == f"/chats/{chat.pk}/?back=%2Fregistry%2F%3Fpage%3D2&q=%D1%81%D0%B8%D0%B4"
    assert decided() == []


def test_who_is_excluded_is_blocked_and_the_messenger_follows(
    chat: Chat, pupil: Person, administrator: User, client: Client
) -> None:
    response = client.post(address(chat, pupil), {"do": "exclude", "reason": " просьба\u202e родителей ", "q": "сид"})
    assert response["Location"] == f"/chats/{chat.pk}/?q=%D1%81%D0%B8%D0%B4"
    seat = Seat.objects.get()
    assert (seat.layer, seat.reason, seat.decided_by) == (Seat.BLOCKED, "просьба родителей", administrator)
    assert waiting("sync.mend") == 1
    assert texts(client.get(f"/chats/{chat.pk}/"), "div", role="status")[0] == "Сидорова Анна: доступ в чат закрыт."


def test_who_is_let_in_again_has_his_place_by_rule(
    chat: Chat, pupil: Person, administrator: User, client: Client
) -> None:
    client.post(address(chat, pupil), {"do": "exclude"})
    client.post(address(chat, pupil), {"do": "let_in"})
    assert (decided(), waiting("sync.mend")) == ([], 1)
    client.post(address(chat, pupil), {"do": "let_in"})
    assert "менять уже нечего" in texts(client.get(f"/chats/{chat.pk}/"), "div", role="status")[-3]


def test_who_left_by_himself_is_invited_again(chat: Chat, pupil: Person, administrator: User, client: Client) -> None:
    chat_rows.inside(chat, profile(pupil), state=Membership.LEFT)
    client.post(address(chat, pupil), {"do": "invite"})
    assert not Membership.objects.filter(room__chat=chat, member=profile(pupil)).exists()
    assert waiting("sync.mend") == 1


def test_a_place_is_given_with_reason_and_term_and_taken_back(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        guest = rows.person("Яковлева")
        rows.employ(guest, school, "specialist")
    today = timezone.localdate()
    client.post(address(chat, guest), {"do": "pin", "reason": "помогает", "until": today.isoformat()})
    assert decided() == [(Seat.PINNED, "помогает", today)]
    client.post(address(chat, guest), {"do": "unpin"})
    assert decided() == []


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"reason": "я" * 256}, "256 символов"),
        ({"until": "2026-01-01"}, "уже прошла"),
        ({"until": "завтра"}, "непонятна"),
        ({"until": "9999-99-99"}, "непонятна"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    chat: Chat, pupil: Person, administrator: User, client: Client, sent: dict[str, str], told: str
) -> None:
    for response in (
        client.post(address(chat, pupil), {"do": "pin", "reason": "помогает", **sent}),
        client.post(address(chat), {"person": pupil.pk, "name": "сид", "reason": "помогает", **sent}),
    ):
        assert response.status_code == 422
        assert told in texts(response, "p", role="alert")[0]
        (reason,) = elements(response, "input", id="reason")
        assert dict(reason.attributes)["value"] == sent.get("reason", "помогает")
    chosen = ["checked" in dict(one.attributes) for one in elements(response, "input", name="person")]
    assert chosen == [True, False]
    assert decided() == []


@pytest.mark.parametrize("do", ["", "erase", "exclude; drop"])
def test_what_nobody_offered_is_not_done(
    chat: Chat, pupil: Person, administrator: User, client: Client, do: str
) -> None:
    assert client.post(address(chat, pupil), {"do": do}).status_code == 404
    assert client.get(address(chat, pupil), {"do": do}).status_code == 404


def test_people_of_other_schools_are_not_there(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        foreigner = rows.person("Яковлева")
        rows.employ(foreigner, rows.school("far"))
    for do in ("exclude", "pin", "let_in", "invite"):
        assert client.post(address(chat, foreigner), {"do": do}).status_code == 404
    assert client.post(address(chat), {"person": foreigner.pk}).status_code == 404
    assert "Яковлева" not in client.get(address(chat), {"name": "Яковлева"}).content.decode().replace(
        'value="Яковлева"', ""
    )
    assert decided() == []


def test_who_is_no_longer_of_the_school_gets_no_new_place_and_loses_his_old_one(
    chat: Chat, pupil: Person, administrator: User, client: Client
) -> None:
    client.post(address(chat, pupil), {"do": "pin"})
    with rows.writing():
        Enrollment.objects.filter(person=pupil).update(ended="2026-11-01")
    assert client.post(address(chat, pupil), {"do": "pin"}).status_code == 404
    assert client.post(address(chat), {"person": pupil.pk}).status_code == 404
    assert client.post(address(chat, pupil), {"do": "unpin"}).status_code == 302
    assert decided() == []


def found(client: Client, chat: Chat, name: str) -> list[str]:
    return texts(client.get(address(chat), {"name": name}), "label", **{"class": "form-check"})


def test_people_are_found_by_the_beginnings_of_their_names(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        for name, position in (("Фёдорова-Ли", "teacher"), ("Федотова", "aide")):
            person = rows.person(name)
            rows.employ(person, school, position)
    assert found(client, chat, "ФЕДО") == [
        "Федотова Анна сотрудник ; профиль не связан: попадёт в чат, когда свяжет".replace(" ;", ";"),
        "Фёдорова-Ли Анна учитель; профиль не связан: попадёт в чат, когда свяжет",
    ]
    assert [line.split()[0] for line in found(client, chat, "анна фёдоро")] == ["Фёдорова-Ли"]
    assert [line.split()[0] for line in found(client, chat, "Ли")] == ["Фёдорова-Ли"]
    assert found(client, chat, "едо") == found(client, chat, "(.*") == found(client, chat, "   ") == []
    assert found(client, chat, "сидорова") == ["Сидорова Анна ученик 1А", "Сидорова Анна родитель (Сидорова Анна)"]


def test_who_was_found_is_added(school: Organization, chat: Chat, administrator: User, client: Client) -> None:
    with rows.writing():
        guest = rows.person("Яковлева")
        rows.employ(guest, school)
    response = client.post(address(chat), {"person": guest.pk, "reason": "замещает", "back": "/registry/"})
    assert (response["Location"], decided()) == (
        f"/chats/{chat.pk}/?back=%2Fregistry%2F",
        [(Seat.PINNED, "замещает", None)],
    )


@pytest.mark.parametrize("person", ["", "x", "-1", "٣"])
def test_without_a_choice_nobody_is_added(chat: Chat, administrator: User, client: Client, person: str) -> None:
    response = client.post(address(chat), {"person": person, "name": "сидорова", "reason": "замещает"})
    assert response.status_code in (404, 422)
    assert decided() == []


def test_many_namesakes_are_cut_short_and_told(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        for _ in range(25):
            rows.employ(rows.person("Яковлева"), school)
    response = client.get(address(chat), {"name": "яковлева"})
    assert len(elements(response, "input", name="person")) == 20
    assert "Показаны первые 20: напишите имя точнее." in texts(response, "p")


def test_the_dialogs_get_fragments(chat: Chat, pupil: Person, administrator: User, client: Client) -> None:
    htmx = {"HX-Request": "true"}
    question = client.get(address(chat, pupil), {"do": "exclude"}, headers=htmx)
    adding = client.get(address(chat), headers=htmx)
    names = client.get(address(chat), {"name": "сид"}, headers=htmx)
    assert [texts(one, "h2") for one in (question, adding, names)] == [
        ["Исключить из чата"],
        ["Добавить участника"],
        [],
    ]
    assert all(texts(one, "h1") == [] for one in (question, adding, names))
    assert [len(elements(one, "form")) for one in (question, adding, names)] == [1, 2, 0]
