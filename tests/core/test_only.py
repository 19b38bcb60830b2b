"""A part of a plan is a plan of its own: what puts right some chats that have rooms."""

from __future__ import annotations

from hypothesis import strategies as st

from peremena.core.capabilities import Capabilities
from peremena.core.operations import CreateChat
from peremena.core.plan import School, make_plan, only
from tests.core.scenario import understand
from tests.core.trial import holds
from tests.core.worlds import connections, schools

Case = tuple[School, Capabilities]
CASES = st.tuples(schools(), connections())


def test_a_part_makes_no_chat_and_touches_none_that_is_to_be_made() -> None:
    def law(case: Case) -> None:
        school, can = case
        plan = make_plan(school, can)
        made = {operation.chat for operation in plan.operations if isinstance(operation, CreateChat)}
        part = only(plan, school, {*plan.wanted, *school.known})
        assert [each for each in plan.operations if each.chat not in made] == list(part.operations)

    holds(CASES, law)


def test_the_parts_of_single_chats_are_together_what_the_plan_does_in_rooms() -> None:
    def law(case: Case) -> None:
        school, can = case
        plan = make_plan(school, can)
        whole = only(plan, school, {*plan.wanted, *school.known})
        chats = sorted({*plan.wanted, *school.known})
        parts = {chat: only(plan, school, {chat}) for chat in chats}
        assert [each for chat in chats for each in parts[chat].operations] == list(whole.operations)
        assert all({step.chat for step in part.by_hand} <= {chat} for chat, part in parts.items())

    holds(CASES, law)


def test_a_part_is_refused_by_its_own_figures() -> None:
    """Two go out of thirty in the whole school, and four out of four in one chat."""
    scenario = understand(
        {
            "classes": {"5А": {"pupils": " ".join(f"a{number}" for number in range(30))}, "6Б": {"pupils": "vera"}},
            "others": "petr egor ivan oleg",
            "rooms": {
                "class/5А": {"ours": " ".join(f"a{number}" for number in range(30))},
                "class/6Б": {"ours": "vera petr egor ivan oleg"},
            },
            "expect": {"linked": 31},
        }
    )
    plan = make_plan(scenario.school, scenario.can)
    one, other = (only(plan, scenario.school, {scenario.words.key(f"class/{title}")}) for title in ("5А", "6Б"))
    assert (one.operations, one.refusal) == ((), None)
    assert other.refusal is not None and (other.refusal.rule, other.refusal.value) == ("members_of_one_chat", 0.8)
    assert (other.fingerprint, one.fingerprint != plan.fingerprint) == (plan.fingerprint, True)
