"""No code of an inner floor reaches a page without words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from peremena.core.capabilities import ByHand
from peremena.core.guard import Refusal, refusal
from peremena.core.operations import OPERATIONS, AddMember, ChatKey, ChatKind, RemoveMember, SetRole
from peremena.core.state import ActualRoom
from peremena.messengers.vk.errors import MEANINGS
from peremena.sync.models import Run
from peremena.web.wording import actors as actor_words
from peremena.web.wording import chats as chat_words
from peremena.web.wording import operations as plan_words
from peremena.web.wording import reasons as reason_words
from peremena.web.wording import runs as run_words
from peremena.web.wording.operations import Line
from peremena.web.wording.reasons import Reason
from tests import school_rows as rows

RAISED = {"Refused", "Transient", "Unauthorized", "Unsupported", "Lost", "WireError", "Meaning"}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_operation_kind_state_and_reason_has_words() -> None:
    assert set(plan_words.OPERATIONS) == set(OPERATIONS)
    assert set(chat_words.KIND_CODES) == set(ChatKind)
    assert set(run_words.HEADINGS) == {state for state, _ in Run.STATES}


def test_every_reason_an_inner_floor_gives_has_words() -> None:
    found = {code for floor in ("messengers", "sync", "wire") for code in reasons_in(Path("peremena") / floor)}
    assert found - {"adopted"} <= set(reason_words.REASONS)  # that one is a success
    assert {meaning.reason for meaning in MEANINGS.values()} | {"no_room", "timeout"} <= found


def reasons_in(folder: Path) -> Iterator[str]:
    """Codes written out in the source: `Refused("…")` and its kin, `reason="…"`."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
                error = isinstance(node.func, ast.Name) and node.func.id in RAISED
                for value in (*named, *(node.args[:2] if error else ())):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        yield value.value


def test_an_http_status_is_told() -> None:
    assert reason_words.reason("http_502").what == "сервер мессенджера ответил ошибкой 502"


def test_a_reason_without_words_is_told_by_its_code() -> None:
    assert reason_words.reason("vk_4242") == Reason(
        "неизвестная причина (код vk_4242)", "Сообщите тому, кто сопровождает систему."
    )


def test_operations_are_told_in_the_order_in_which_they_are_done() -> None:
    counts = dict.fromkeys(OPERATIONS, 0) | {"remove_member": 3, "add_member": 21, "create_chat": 12}
    assert [plain(line) for line in plan_words.operations(counts)] == [
        "создать 12 чатов",
        "добавить 21 участника",
        "исключить 3 участников",
    ]


def test_equal_steps_by_hand_are_one_line() -> None:
    chat = ChatKey(1, 2027, ChatKind.TEACHERS)
    steps = [
        ByHand(SetRole.name, None, "unsupported"),
        *(ByHand(AddMember.name, chat, "privacy", member) for member in "ab"),
    ]
    lines = plan_words.by_hand((step.operation, step.reason) for step in steps)
    assert [(plain(line.what), line.why) for line in lines] == [
        ("назначить учителей администраторами чатов", reason_words.REASONS["unsupported"]),
        ("добавить 2 участников", reason_words.REASONS["privacy"]),
    ]


def test_failures_with_one_meaning_are_one_line_the_commonest_first() -> None:
    found = plan_words.failures([("unknown_account", 2), ("token_refused", 3), ("unauthorized", 1)])
    assert [Line(plain(line.what), line.why) for line in found] == [
        Line("4 действия", reason_words.REASONS["unauthorized"]),
        Line("2 действия", reason_words.REASONS["unknown_account"]),
    ]


def test_both_rules_of_the_guard_have_words_with_limit_and_value() -> None:
    one = ChatKey(1, 2027, ChatKind.CLASS, 1)
    members = frozenset(str(number) for number in range(10))
    most = [RemoveMember(one, member) for member in sorted(members)[:6]]
    crowd = frozenset(f"x{number}" for number in range(100))
    alone = {one: ActualRoom("", members, members)}
    beside = alone | {ChatKey(1, 2027, ChatKind.TEACHERS): ActualRoom("", crowd, crowd)}
    assert plain(plan_words.refusal(refusal(most, beside))) == (  # type: ignore[arg-type]
        "В одном из чатов будет исключено 60 % участников, а без вашего решения можно не больше 30 %."
    )
    assert plain(plan_words.refusal(Refusal("members_of_all_chats", 0.1, 0.2345))) == (
        "Из чатов школы будет исключено 23,4 % участников, а без вашего решения можно не больше 10 %."
    )


def test_people_without_a_profile_are_explained_only_when_there_are_any() -> None:
    assert plain(plan_words.linked_seats(10, 10)) == "Мест в чатах: 10, из них у связавших учебный профиль: 10."
    assert plain(plan_words.linked_seats(843, 1204)) == (
        "Мест в чатах: 1 204, из них у связавших учебный профиль: 843. Остальные попадут в чаты, когда свяжут профиль."
    )


def test_whoever_acts_is_named(db: None) -> None:
    with rows.writing():
        teacher, pupil = rows.person("Петрова", user=rows.user("teacher")), rows.person("Сидорова")
    assert teacher.user
    told = actor_words.names([f"user:{teacher.user.pk}", f"person:{pupil.pk}", "person:0", "user:0", "command-line"])
    assert list(told.values()).count("командная строка") == 1
    assert {told[f"user:{teacher.user.pk}"], told[f"person:{pupil.pk}"]} == {"Петрова Анна", "Сидорова Анна"}
    assert (told["person:0"], told["user:0"]) == ("человек 0", "учётная запись 0")
