"""The people of a chat on its card: who they are, where they stand, why they are there."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.school.models import (
    Account,
    Chat,
    Connection,
    Enrollment,
    Membership,
    Organization,
    Person,
    Seat,
)
from peremena.sync import edits
from tests import chat_rows
from tests import school_rows as rows
from tests.chat_rows import TESTS, profile
from tests.web.cards import called, card, counts, rows_of
from tests.web.reading import elements, table, text, texts, walk


def unlinked(person: Person) -> str:
    member = profile(person)
    with rows.writing():
        Account.objects.filter(person=person).update(ended_at="2026-11-01T00:00Z")
    return member


def test_everybody_is_there_with_type_profile_state_reason_and_action(
    chat: Chat, administrator: User, client: Client
) -> None:
    assert table(card(client, chat)) == [
        ["Кузнецова Анна", "ученик", "связан", "в чате", "ученик 1А", "Исключить"],
        [
            "Петрова Анна",
            "классный руководитель",
            "связан",
            "в чате",
            "классный руководитель 1А",
            "Исключить",
        ],
        ["Сидорова Анна", "ученик", "связан", "в чате", "ученик 1А", "Исключить"],
    ]
    assert counts(client, chat) == ["Всего 3, связали профиль 3, в чате 3"]


def test_a_linked_profile_is_told_by_a_sign_and_by_words(chat: Chat, administrator: User, client: Client) -> None:
    unlinked(called("Сидорова"))
    marks = [
        one
        for name in ("linked-mark linked-yes", "linked-mark linked-no")
        for one in elements(card(client, chat), "span", **{"class": name})
    ]
    assert [[str(child) for child in walk(one) if child is not one] for one in marks]
    assert [text(one) for one in marks] == ["связан", "связан", "не связан"]
    signs = [text(next(iter(child.children))) for one in marks for child in walk(one) if child is not one]
    assert signs == ["✓", "✓", "✗"]


def test_a_parent_is_there_for_a_child_and_for_each_of_several(
    school: Organization, chats: dict[str, Chat], administrator: User, client: Client
) -> None:
    mother = Person.objects.filter(family_name="Сидорова").latest("pk")
    with rows.writing():
        rows.guard(called("Кузнецова"), mother)
        rows.guard(called("Кузнецова"), called("Петрова"))
    found = rows_of(client, chats["parents"])
    assert found["Сидорова Анна"][0] == "родитель"
    assert found["Сидорова Анна"][3] == "родитель: Сидорова Анна, 1А родитель: Кузнецова Анна, 1А"
    assert found["Петрова Анна"][0] == "классный руководитель, родитель"
    assert found["Петрова Анна"][3] == "классный руководитель 1А родитель: Кузнецова Анна, 1А"


def test_teachers_and_groups_tell_their_own_reasons(
    chats: dict[str, Chat], administrator: User, client: Client
) -> None:
    assert rows_of(client, chats["teachers"])["Петрова Анна"][:4:3] == ["учитель", "учитель школы"]
    found = rows_of(client, chats["subject"])
    assert found["Петрова Анна"][3] == "ведёт предмет «Математика», 1А математика"
    assert found["Сидорова Анна"][3] == "изучает предмет «Математика», 1А математика"


@pytest.mark.parametrize(
    ("state", "shown", "actions"),
    [
        (Membership.LEFT, "вышел сам", ["Пригласить снова", "Исключить"]),
        (Membership.INVITED, "приглашён", ["Исключить"]),
        (
            Membership.REFUSED,
            "отклонён Человек запретил добавлять себя в чаты. Пригласите",
            ["Пригласить снова", "Исключить"],
        ),
        (None, "ждёт добавления", ["Исключить"]),
    ],
)
def test_where_somebody_stands_is_told_in_words(
    chat: Chat, administrator: User, client: Client, state: str | None, shown: str, actions: list[str]
) -> None:
    pupil = called("Сидорова")
    if state:
        chat_rows.inside(chat, profile(pupil), state=state, reason="privacy" if state == Membership.REFUSED else "")
    else:
        Membership.objects.filter(room__chat=chat, member=profile(pupil)).delete()
    found = rows_of(client, chat)["Сидорова Анна"]
    assert found[2].startswith(shown)
    assert found[4] == " ".join(actions)
    assert counts(client, chat) == ["Всего 3, связали профиль 3, в чате 2"]


def test_who_is_not_brought_back_is_told_what_he_can_do_himself(
    chat: Chat, administrator: User, client: Client
) -> None:
    chat_rows.inside(chat, profile(called("Сидорова")), state=Membership.REFUSED, reason="access_denied")
    assert "Попросите его вернуться в чат самому" in rows_of(client, chat)["Сидорова Анна"][2]


def test_who_has_not_linked_is_counted_and_told(chat: Chat, administrator: User, client: Client) -> None:
    member = unlinked(called("Сидорова"))
    found = rows_of(client, chat)["Сидорова Анна"]
    assert found[1:3] == ["не связан", "не связан"]
    assert counts(client, chat) == ["Всего 3, связали профиль 2, в чате 2"]
    (stranger,) = texts(card(client, chat), "li")[-1:]
    assert stranger == "Сидорова Анна , ученик 1А будет исключён Закрепить".replace(" ,", ",")
    assert member not in stranger


def test_decisions_are_told_with_day_reason_and_term(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        psychologist = rows.person("Яковлева", linked=True)
        rows.employ(psychologist, school, "specialist")
    until = datetime.date(2100, 5, 31)
    edits.pin(chat, psychologist, actor=TESTS, by=administrator, reason="помогает классу", until=until)
    edits.block(chat, called("Сидорова"), actor=TESTS, by=administrator)
    edits.pin(chat, called("Кузнецова"), actor=TESTS)
    with rows.writing():
        Seat.objects.update(decided_at="2026-11-03T09:00Z")
    found = rows_of(client, chat)
    assert found["Яковлева Анна"] == [
        "сотрудник",
        "связан",
        "закреплён ждёт добавления",
        "закреплён администратором 3 ноября 2026 г.: помогает классу, до 31 мая 2100 г. включительно",
        "Снять закрепление Исключить",
    ]
    assert found["Сидорова Анна"][2:] == [
        "закрыт доступ будет исключён",
        "доступ закрыт администратором 3 ноября 2026 г. ученик 1А",
        "Вернуть",
    ]
    assert found["Кузнецова Анна"][3] == "закреплён 3 ноября 2026 г. ученик 1А"
    assert counts(client, chat) == ["Всего 3, связали профиль 3, в чате 2"]


def test_a_place_whose_term_is_over_is_none(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        guest = rows.person("Яковлева", linked=True)
        rows.employ(guest, school, "specialist")
    edits.pin(chat, guest, actor=TESTS, until=datetime.date(2026, 9, 1))
    assert "Яковлева Анна" not in rows_of(client, chat)


def test_who_lost_his_place_is_told_until_he_is_out(chat: Chat, administrator: User, client: Client) -> None:
    with rows.writing():
        Enrollment.objects.filter(person=called("Сидорова")).update(ended="2026-11-01")
    found = rows_of(client, chat)["Сидорова Анна"]
    assert found[2:] == ["будет исключён", "по спискам места в этом чате больше нет", ""]


def test_who_lost_his_place_and_is_still_of_the_school_can_be_kept(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        Enrollment.objects.filter(person=called("Сидорова")).update(ended="2026-11-01")
        rows.enroll(called("Сидорова"), rows.school_class(school, "2А"))
    assert rows_of(client, chat)["Сидорова Анна"][4] == "Закрепить"


def test_strangers_stand_apart_and_only_our_own_have_names(
    school: Organization, chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        ours, elsewhere = rows.person("Яковлева", linked=True), rows.person("Чужова", linked=True)
        rows.employ(ours, school, "secretary")
        rows.employ(elsewhere, rows.school("far"))
    for member in (profile(ours), profile(elsewhere), "9999"):
        chat_rows.inside(chat, member, ours=False)
    response = card(client, chat)
    assert texts(response, "h3") == ["Есть в чате, но нет в списках"]
    lines = texts(response, "ul", **{"class": "stranger-list"})[0]
    assert "Яковлева Анна, сотрудник посторонний Закрепить Исключить" in lines
    assert "Профиль 9999, в списках школы не найден посторонний" in lines
    assert f"Профиль {profile(elsewhere)}, в списках школы не найден" in lines
    assert "Чужова" not in response.content.decode()
    assert counts(client, chat) == ["Всего 3, связали профиль 3, в чате 3"]
    with rows.writing():
        Connection.objects.update(strangers=Connection.REMOVE)
    assert (
        "Профиль 9999, в списках школы не найден будет исключён"
        in texts(card(client, chat), "ul", **{"class": "stranger-list"})[0]
    )


def test_a_chat_no_longer_wanted_keeps_its_people_and_takes_no_new_ones(
    chat: Chat, administrator: User, client: Client
) -> None:
    with rows.writing():
        Enrollment.objects.update(ended="2026-11-01")
    chat_rows.changed(chat, wanted=False)
    response = card(client, chat)
    assert [row[3] for row in table(response)] == ["в чате"] * 3
    assert "Добавить участника" not in texts(response, "button")
    assert "больше не нужен" in texts(response, "p", **{"class": "alert alert-warning chat-alert"})[0]
