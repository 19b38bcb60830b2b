"""The rule book: every file of scenarios/ is one rule, and its name says which."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from peremena.core.operations import OPERATIONS, ChatKind, to_json
from peremena.core.plan import fingerprint, make_plan
from tests.core.scenario import Scenario, read, understand
from tests.core.words import BadScenario

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.toml"))
SIMPLE = """
staff = "irina"
[classes."5А"]
pupils = "anna"
[expect]
chats = { "class/5А" = "anna", teachers = "irina" }
operations = '''
class/5А create Школа - 5А - Чат класса
class/5А add anna
teachers create Школа - Учительский чат
teachers add irina'''
linked = 2
"""


def sentence(path: Path) -> str:
    return path.stem.replace("_", " ")


def simple(**changed: Any) -> Scenario:
    return understand(tomllib.loads(SIMPLE) | changed)


@pytest.mark.parametrize("path", FILES, ids=sentence)
def test_rule(path: Path) -> None:
    scenario = read(path)
    plan = make_plan(scenario.school, scenario.can)
    assert scenario.tell(plan) == scenario.expected
    assert plan.fingerprint == fingerprint([to_json(operation) for operation in plan.operations], plan.by_hand)
    assert plan.is_empty is (not scenario.expected.operations)


@pytest.mark.parametrize("path", FILES, ids=sentence)
def test_the_figures_of_a_plan_count_what_is_in_it(path: Path) -> None:
    scenario = read(path)
    plan = make_plan(scenario.school, scenario.can)
    by_kind = Counter(chat.partition("/")[0] for chat in scenario.expected.chats)
    by_name = Counter(type(operation).name for operation in plan.operations)
    assert plan.chats == {kind.value: by_kind[kind.value] for kind in ChatKind}
    assert plan.counts() == {name: by_name[name] for name in OPERATIONS}
    assert plan.seats == sum(len(people.split()) for people in scenario.expected.chats.values())


def test_the_rule_book_is_not_empty() -> None:
    assert len(FILES) >= 25


def test_a_right_expectation_holds() -> None:
    scenario = simple()
    assert scenario.tell(make_plan(scenario.school, scenario.can)) == scenario.expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"chats": {"class/5А": "anna"}},
        {"chats": {"class/5А": "anna*", "teachers": "irina"}},
        {"titles": {"teachers": "Учительская"}},
        {"operations": "class/5А create Школа - 5А - Чат класса\nclass/5А add anna"},
        {"operations": "\n".join(reversed(tomllib.loads(SIMPLE)["expect"]["operations"].splitlines()))},
        {"by_hand": "- set_role unsupported"},
        {"refused": "members_of_all_chats 0.1 0.5"},
        {"linked": 1},
    ],
    ids=lambda wrong: "".join(wrong),
)
def test_a_wrong_expectation_fails(wrong: dict[str, Any]) -> None:
    expect = tomllib.loads(SIMPLE)["expect"] | wrong
    scenario = simple(expect=expect)
    assert scenario.tell(make_plan(scenario.school, scenario.can)) != scenario.expected


@pytest.mark.parametrize(
    "changed",
    [
        {"stuff": "irina"},
        {"classes": {"5А": {"pupil": "anna"}}},
        {"rooms": {"class/5А": {"member": "anna"}}},
        {"rooms": {"class/5А": {"ours": "boris"}}},
        {"rooms": {"class/5А": {"admins": "anna"}}},
        {"rooms": {"class/6Б": {"ours": "anna"}}},
        {"rooms": {"custom/council": {"ours": "anna"}}},
        {"known": {"class/5А": {"ours": "anna"}}},
        {"pinned": {"class/5А": "boris"}},
        {"unlinked": "boris"},
        {"expect": {}},
        {"expect": {"linkt": 2}},
    ],
    ids=str,
)
def test_a_file_that_nobody_understands_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadScenario):
        simple(**changed)


def test_a_word_for_every_field_of_the_plan() -> None:
    """`tell` loses nothing: plans that differ in one field are told differently."""
    scenario = simple()
    plan = make_plan(scenario.school, scenario.can)
    told = scenario.tell(plan)
    one_title = {**plan.titles, next(iter(plan.titles)): "Другое"}
    for other in (
        replace(plan, operations=plan.operations[1:]),
        replace(plan, titles=one_title),
        replace(plan, wanted={}),
        replace(plan, linked=3),
    ):
        assert scenario.tell(other) != told
