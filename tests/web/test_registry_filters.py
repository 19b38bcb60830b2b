"""Which rows are shown and in what order: everything stands in the address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Connection, Organization, SchoolClass
from tests import school_rows as rows
from tests.web.reading import elements, table, text, texts


@pytest.fixture
def chats(school: Organization, administrator: User) -> None:
    """Of two classes, one of them renamed by a person, and one where everything is as it should be."""
    with rows.writing():
        first, tenth = SchoolClass.objects.get(organization=school), rows.school_class(school, "10А")
        maths, green = school.groups.get(), rows.group(school, "Зелёный мир", "10А мир")
        pupil = rows.person()
        for place in (tenth, green):
            rows.enroll(pupil, place)
        rows.chat(school, ChatKind.TEACHERS, "Демо - Учительский чат", linked=4, inside=2)
        rows.chat(school, ChatKind.CLASS, "Демо - 1А - Чат класса", unit=first, linked=4, inside=4)
        rows.chat(school, ChatKind.PARENTS, "Демо - 10А - Родительский чат", unit=tenth, linked=4, inside=1)
        rows.chat(school, ChatKind.SUBJECT, "Математики 100%", unit=maths)
        rows.chat(school, ChatKind.SUBJECT, "Демо - 10А - Зелёный мир", unit=green, linked=4, inside=3)
        fine = Chat.objects.get(kind=ChatKind.CLASS)
        rows.room(fine, Connection.objects.get())
        Chat.objects.filter(kind=ChatKind.TEACHERS).update(seats=10)


TEACHERS, CLASS, PARENTS, MATHS, GREEN = (
    "Учительский чат",
    "Чат класса",
    "Родительский чат",
    "Математики 100%",
    "Зелёный мир",
)


def titles(client: Client, **query: str) -> list[str]:
    response = client.get("/registry/", query)
    return [row[1].rpartition(" - ")[2] for row in table(response)] if elements(response, "tbody") else []


SEARCHES = {
    "родительский": [PARENTS],
    "РОДИТЕЛЬСКИЙ": [PARENTS],
    "зеленый": [GREEN],
    "ЗЕЛЁНЫЙ": [GREEN],
    "10а": [GREEN, PARENTS],
    "1а": [CLASS, MATHS],  # the renamed chat is found by the class of its pupils
    "  чат   демо ": [CLASS, PARENTS, TEACHERS],
    "100%": [MATHS],
    "1_0": [],
    "\0": [CLASS, GREEN, PARENTS, TEACHERS, MATHS],
    "класса" * 100: [],
}


def test_a_search_looks_in_titles_and_classes(chats: None, client: Client) -> None:
    assert {search: titles(client, search=search) for search in SEARCHES} == SEARCHES


def test_each_filter_narrows_and_they_narrow_together(chats: None, client: Client, school: Organization) -> None:
    first, tenth = (str(SchoolClass.objects.get(title=title).pk) for title in ("1А", "10А"))
    assert titles(client, kind="subject") == [GREEN, MATHS]
    assert titles(client, **{"class": tenth}) == [GREEN, PARENTS]
    assert titles(client, **{"class": first}) == [CLASS, MATHS]
    assert titles(client, subject="Зелёный мир") == [GREEN]
    assert titles(client, state="fine") == [CLASS]
    assert titles(client, state="missing") == [GREEN, PARENTS, TEACHERS, MATHS]
    assert titles(client, differs="1", kind="parents") == [PARENTS]
    assert titles(client, differs="1", kind="class") == []
    assert titles(client, subject="Математика", kind="subject", search="100", **{"class": first}) == [MATHS]


def test_the_choices_are_those_of_the_school_in_natural_order(chats: None, client: Client) -> None:
    with rows.writing():
        rows.school_class(rows.school("other", "Другая"), "5Б")
    response = client.get("/registry/")
    options = {name: labels(client, name) for name in ("class", "subject", "state")}
    assert options == {
        "class": ["Все", "1А", "10А"],
        "subject": ["Все", "Зелёный мир", "Математика"],
        "state": [
            "Все",
            "Нужно вмешательство",
            "Есть расхождения",
            "Ещё не создан",
            "Обновляется",
            "Больше не нужен",
            "В порядке",
        ],
    }
    assert response.status_code == 200


def labels(client: Client, name: str) -> list[str]:
    select = elements(client.get("/registry/"), "select", name=name)[0]
    return [text(option) for option in select.children if not isinstance(option, str)]


ORDERS = {
    "title": [CLASS, GREEN, PARENTS, TEACHERS, MATHS],
    "-title": [MATHS, TEACHERS, PARENTS, GREEN, CLASS],
    "kind": [CLASS, PARENTS, GREEN, MATHS, TEACHERS],
    "-class": [MATHS, TEACHERS, PARENTS, GREEN, CLASS],
    "subject": [GREEN, MATHS, CLASS, PARENTS, TEACHERS],
    "percent": [PARENTS, TEACHERS, GREEN, CLASS, MATHS],  # «—» is neither little nor much
    "-percent": [CLASS, GREEN, TEACHERS, PARENTS, MATHS],
    "linked": [TEACHERS, CLASS, GREEN, PARENTS, MATHS],
    "-state": [CLASS, GREEN, PARENTS, TEACHERS, MATHS],
}


def test_rows_are_sorted_by_any_column(chats: None, client: Client) -> None:
    assert {sort: titles(client, sort=sort) for sort in ORDERS} == ORDERS


def test_the_head_tells_the_order_and_turns_it_round(chats: None, client: Client) -> None:
    plain = client.get("/registry/", {"school": "demo", "kind": "subject"})
    assert heads(plain) == {"Класс": "ascending"}
    assert link(plain, "sort-title") == {"school": ["demo"], "kind": ["subject"], "sort": ["title"]}
    up = client.get("/registry/", {"school": "demo", "kind": "subject", "sort": "title"})
    assert heads(up) == {"Название": "ascending"}
    assert link(up, "sort-title")["sort"] == ["-title"]
    assert "sort" not in link(up, "sort-class")
    down = client.get("/registry/?sort=-title")
    assert heads(down) == {"Название": "descending"}
    assert link(down, "sort-title")["sort"] == ["title"]


def heads(response: object) -> dict[str, str]:
    found = [(text(head), dict(head.attributes).get("aria-sort")) for head in elements(response, "th", scope="col")]  # type: ignore[arg-type]
    return {title: order for title, order in found if order}


def link(response: object, element: str) -> dict[str, list[str]]:
    attributes = dict(elements(response, "a", id=element)[0].attributes)  # type: ignore[arg-type]
    return parse_qs(str(attributes["href"]).removeprefix("?"))


def test_the_pages_keep_what_was_asked_for(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        for number in range(60):
            rows.chat(school, ChatKind.CUSTOM, f"Кружок {number}")
        rows.chat(school, ChatKind.TEACHERS, "Учительский чат")
    query = {"school": "demo", "search": "кружок", "kind": "custom", "differs": "1", "sort": "-title"}
    response = client.get("/registry/", {**query, "page": "2"})
    assert texts(response, "p", **{"class": "card-actions"}) == ["Найдено 60"]
    assert [row[1] for row in table(response)] == [f"Кружок {number}" for number in range(34, 9, -1)]
    following = dict(elements(response, "a", rel="next")[0].attributes)
    assert following["href"] == f"?{urlencode(query)}&page=3"


def test_the_form_shows_what_was_asked_for_and_can_be_reset(chats: None, client: Client) -> None:
    response = client.get("/registry/?search=демо&kind=parents&differs=1&sort=-percent")
    assert dict(elements(response, "input", name="search")[0].attributes)["value"] == "демо"
    selected = [text(one) for one in elements(response, "option") if "selected" in dict(one.attributes)]
    assert selected == ["Родительский чат (PARENTS)", "по %, сначала больше"]
    assert "checked" in dict(elements(response, "input", name="differs")[0].attributes)
    assert texts(response, "a", href="?school=demo") == ["Сбросить"]


def test_nothing_found_says_so_and_keeps_the_filters(chats: None, client: Client) -> None:
    response = client.get("/registry/?search=Астрономия&kind=parents")
    assert texts(response, "p", **{"class": "empty-title"}) == ["Ничего не нашлось"]
    assert texts(response, "a", href="?school=demo") == ["Сбросить", "Сбросить"]
    assert dict(elements(response, "input", name="search")[0].attributes)["value"] == "Астрономия"


NO_SUCH = {
    "kind=boss": ["Фильтр «Тип» не применён: такого значения в этой школе нет."],
    "class=99999999999999999999": ["Фильтр «Класс» не применён: такого значения в этой школе нет."],
    "subject=%00": ["Фильтр «Предмет» не применён: такого значения в этой школе нет."],
    "state=FINE": ["Фильтр «Состояние» не применён: такого значения в этой школе нет."],
    "sort=size": ["Порядок строк обычный: такого столбца нет."],
    "sort=--title": ["Порядок строк обычный: такого столбца нет."],
    "differs=yes&page=-1&school=demo&kind=&sort=": [],
}


def test_what_there_is_not_is_left_out_with_a_word(chats: None, client: Client) -> None:
    for query, told in NO_SUCH.items():
        response = client.get(f"/registry/?{query}")
        assert (texts(response, "p", role="alert"), len(table(response))) == (told, 5), query


def test_a_class_of_another_school_is_no_choice(chats: None, client: Client) -> None:
    with rows.writing():
        other = rows.school("other", "Другая")
        foreign = rows.school_class(other, "1А")
        rows.chat(other, ChatKind.CLASS, "Чат", unit=foreign)
    response = client.get(f"/registry/?class={foreign.pk}")
    assert (len(table(response)), len(texts(response, "p", role="alert"))) == (5, 1)


def test_the_fragment_tells_how_many_there_are(chats: None, client: Client) -> None:
    response = client.get("/registry/?kind=subject", headers={"HX-Request": "true"})
    assert texts(response, "h1") == []
    assert texts(response, "div", hx_swap_oob="innerHTML:#chats-said") == ["Найдено 2, страница 1 из 1."]
    restored = client.get("/registry/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert len(texts(restored, "h1")) == 1
