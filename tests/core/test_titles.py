"""What chats are called, and in which order they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import strategies as st

from peremena.core.operations import ChatKey
from peremena.core.titles import Title, natural_key, unique_titles
from tests.core.trial import holds, refuted
from tests.core.worlds import KEYS, by_some, some

Namer = Callable[[Mapping[ChatKey, Title], Mapping[ChatKey, str], Set[str], int], dict[ChatKey, str]]

RESTS = st.sampled_from(["5А - Чат", "5А - Чат (2)", "5А", "10 физмат - Физика и астрономия - Группа 1"])
NAMES = st.sampled_from(["Ш", "Муниципальное учреждение", "Муниципальное управление"])
SAID = ("Ш - 5А - Чат", "Ш - 5А - Чат (2)", "Ш - 5А - Чат (10)", "Муниципально… - 5А - Чат", "5А", "Наш чат")


class Case(NamedTuple):
    titles: Mapping[ChatKey, Title]
    current: Mapping[ChatKey, str]
    taken: Set[str]
    limit: int


CASES = st.builds(
    Case,
    by_some(KEYS[:5], st.builds(Title, NAMES, RESTS)),
    by_some(KEYS[:5], st.sampled_from(SAID)),
    some(SAID),
    st.integers(24, 60),
)


def unique_fitting_and_nobody_elses(case: Case, named: Namer) -> None:
    found = named(*case)
    assert found.keys() == case.titles.keys()
    assert len({*found.values()}) == len(found)
    assert case.taken.isdisjoint(found.values())
    assert [title for title in found.values() if len(title) > case.limit] == []


def settled(case: Case, named: Namer) -> None:
    found = named(*case)
    assert named(case.titles, found, case.taken, case.limit) == found


def a_newcomer_renames_nobody(case: Case, named: Namer) -> None:
    """Whoever comes, and wherever in the order, those who have their titles keep them."""
    residents = named(*case)
    for newcomer in KEYS[5:]:
        for title in case.titles.values():
            found = named({newcomer: title, **case.titles}, residents, case.taken, case.limit)
            assert {chat: found[chat] for chat in residents} == residents


def independent_of_order(case: Case, named: Namer) -> None:
    turned = {chat: case.titles[chat] for chat in reversed(list(case.titles))}
    assert named(turned, case.current, case.taken, case.limit) == named(*case)


def without_numbers(
    titles: Mapping[ChatKey, Title], current: Mapping[ChatKey, str], taken: Set[str], limit: int
) -> dict[ChatKey, str]:
    return {chat: title.within(limit) for chat, title in titles.items()}


def longer_every_time(
    titles: Mapping[ChatKey, Title], current: Mapping[ChatKey, str], taken: Set[str], limit: int
) -> dict[ChatKey, str]:
    return {chat: current.get(chat, title.rest) + "!" for chat, title in titles.items()}


def in_the_order_given(
    titles: Mapping[ChatKey, Title], current: Mapping[ChatKey, str], taken: Set[str], limit: int
) -> dict[ChatKey, str]:
    return {chat: f"{title.rest} {number}" for number, (chat, title) in enumerate(titles.items())}


LAWS: dict[Callable[[Case, Namer], None], Namer] = {
    unique_fitting_and_nobody_elses: without_numbers,
    settled: longer_every_time,
    a_newcomer_renames_nobody: in_the_order_given,
    independent_of_order: in_the_order_given,
}


def test_every_law_of_titles_holds() -> None:
    def laws_hold(case: Case) -> None:
        for law in LAWS:
            law(case, unique_titles)

    holds(CASES, laws_hold)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.replace("_", " "))
def test_a_broken_namer_breaks_the_law(law: Callable[[Case, Namer], None]) -> None:
    refuted(CASES, lambda case: law(case, LAWS[law]))


def test_a_dozen_namesakes_keep_their_numbers_when_one_comes_first() -> None:
    many = [KEYS[0]._replace(organization=number) for number in range(2, 14)]
    title = Title("Ш", "5А")
    residents = unique_titles(dict.fromkeys(many, title), {}, set(), 60)
    assert [*residents.values()] == ["Ш - 5А", *(f"Ш - 5А ({number})" for number in range(2, 13))]
    again = unique_titles(dict.fromkeys([KEYS[0], *many[1:]], title), residents, {"Ш - 5А"}, 60)
    assert again == {KEYS[0]: "Ш - 5А (13)", **{key: residents[key] for key in many[1:]}}


def test_the_name_of_the_school_gives_way_first_and_the_number_never() -> None:
    title = Title("Средняя школа № 1", "5А - Чат класса")
    assert title.within(35) == "Средняя школа № 1 - 5А - Чат класса"
    assert title.within(34) == "Средняя школа №… - 5А - Чат класса"
    assert title.within(34, " (2)") == "Средняя шко… - 5А - Чат класса (2)"
    assert title.within(27) == "Средняя… - 5А - Чат класса"
    assert title.within(20) == "С… - 5А - Чат класса"
    assert title.within(14) == "5А - Чат клас…"
    assert title.within(14, " (2)") == "5А - Чат… (2)"


@pytest.mark.parametrize(
    "rising",
    [
        ["1А", "2А", "10А", "11А"],
        ["5А", "5Б", "5Е", "5Ё", "5Ж"],
        ["Елисеев", "Ёлкин", "Жуков"],
        ["Группа 2", "Группа 10", "Группа 010 б"],
    ],
    ids=" < ".join,
)
def test_titles_stand_as_people_count_and_spell(rising: list[str]) -> None:
    assert [(low, high) for low, high in pairwise(rising) if natural_key(low) >= natural_key(high)] == []


def test_without_the_key_ten_would_come_before_two() -> None:
    assert (
        sorted(["10А", "2А", "Ж", "Ё"]) != sorted(["10А", "2А", "Ж", "Ё"], key=natural_key) == ["2А", "10А", "Ё", "Ж"]
    )


def test_case_spaces_and_leading_zeros_do_not_tell_titles_apart() -> None:
    assert natural_key("  05а   класс ") == natural_key("5А КЛАСС")
