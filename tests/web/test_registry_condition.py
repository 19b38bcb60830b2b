"""How a chat stands: told in words, the same in the row, in the filter and in the order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Connection, Membership, Organization, Room
from peremena.sync.condition import Condition
from peremena.sync.models import Run, Step
from peremena.web.wording import registry as registry_words
from tests import school_rows as rows
from tests.web.reading import table

Happens = Callable[[Chat], None]


@pytest.fixture
def connection(school: Organization, administrator: User) -> Connection:
    return Connection.objects.get()


def fine_chat(school: Organization, connection: Connection, title: str) -> Chat:
    """Everything is as it should be."""
    chat = rows.chat(school, ChatKind.CUSTOM, title, linked=10, inside=10)
    rows.room(chat, connection)
    return chat


def nothing(chat: Chat) -> None: ...


def changed(**fields: object) -> Happens:
    def changed(chat: Chat) -> None:
        Chat.objects.filter(pk=chat.pk).update(**fields)

    return changed


def room(**fields: object) -> Happens:
    def room(chat: Chat) -> None:
        Room.objects.filter(chat=chat).update(**fields)

    return room


def roomless(chat: Chat) -> None:
    Room.objects.filter(chat=chat).delete()


def refused(chat: Chat) -> None:
    changed(inside=7)(chat)
    for number, code in enumerate(("privacy", "privacy", "vk_4242")):
        _answered(chat, str(number), Membership.REFUSED, code)
    _answered(chat, "stale", Membership.REFUSED, "unknown_account")


def invited(chat: Chat) -> None:
    changed(inside=7)(chat)
    for number in range(2):
        _answered(chat, str(number), Membership.INVITED, "")


def refused_once_but_inside(chat: Chat) -> None:
    _answered(chat, "1", Membership.REFUSED, "privacy")


def _answered(chat: Chat, member: str, state: str, code: str) -> None:
    Membership.objects.create(room=Room.objects.get(chat=chat), member=member, state=state, reason=code)


def failed(operation: str, change: Happens) -> Happens:
    def failed(chat: Chat) -> None:
        change(chat)
        _step(chat, Run.SYNC, Run.PARTIAL, operation, Step.FAILED, "access_denied")

    return failed


def under_way(state: str) -> Happens:
    def under_way(chat: Chat) -> None:
        changed(inside=1)(chat)
        _step(chat, Run.CHANGE, Run.RUNNING, "add_member", state, "")

    return under_way


def left_over(chat: Chat) -> None:
    """A cancelled run's steps are nobody's work any more."""
    _step(chat, Run.CHANGE, Run.CANCELLED, "add_member", Step.WAITING, "")


def _step(chat: Chat, kind: str, run_state: str, operation: str, state: str, code: str) -> None:
    """Of the school's one run of that kind and state."""
    connection = Connection.objects.get()
    own = {"organization": chat.organization, "connection": connection, "kind": kind, "state": run_state}
    run, _ = Run.objects.get_or_create(**own, defaults={"plan": {}, "actor": "tests", "fingerprint": ""})
    Step.objects.create(
        run=run,
        connection=connection,
        chat=chat,
        position=run.steps.count(),
        operation=operation,
        data={},
        state=state,
        due_at=timezone.now(),
        reason=code,
    )


CONDITIONS = ("attention", "drift", "missing", "updating", "unwanted", "fine")
RIGHTS = "мессенджер запретил это действие. Проверьте права подключения."
CASES = {
    "fine": (nothing, "fine", False, "в порядке"),
    "several_left": (changed(inside=8, left=2), "fine", False, "в порядке вышли сами: 2"),
    "came_back": (changed(left=2), "fine", False, "в порядке"),
    "refused_once": (refused_once_but_inside, "fine", False, "в порядке"),
    "left_over": (left_over, "fine", False, "в порядке"),
    "short": (changed(inside=7), "drift", True, "есть расхождения не добавлены: 3"),
    "short_and_left": (
        changed(inside=6, left=1),
        "drift",
        True,
        "есть расхождения не добавлены: 3 вышли сами: 1",
    ),
    "invited": (invited, "drift", True, "есть расхождения приглашены и ещё не вошли: 2 не добавлены: 1"),
    "excess": (changed(excess=2), "drift", True, "есть расхождения лишние: 2"),
    "renamed": (room(title="Наш поход"), "drift", True, "есть расхождения в мессенджере он называется «Наш поход»"),
    "failed": (
        failed("rename_chat", room(title="Наш поход")),
        "drift",
        True,
        f"есть расхождения в мессенджере он называется «Наш поход» — {RIGHTS}",
    ),
    "not_added": (
        failed("add_member", changed(inside=9)),
        "drift",
        True,
        f"есть расхождения не добавлены: 1 — {RIGHTS}",
    ),
    "not_removed": (
        failed("remove_member", changed(excess=1)),
        "drift",
        True,
        f"есть расхождения лишние: 1 — {RIGHTS}",
    ),
    "refused": (
        refused,
        "attention",
        True,
        "нужно вмешательство не добавлены: 2 — человек запретил добавлять себя в чаты. "
        "Пригласите его по ссылке или попросите изменить настройки приватности. "
        "не добавлены: 1 — мессенджер не знает такого учебного профиля. Попросите человека связать профиль заново.",
    ),
    "closed": (
        room(problem="room_closed"),
        "attention",
        True,
        "нужно вмешательство чат закрыт для служебной учётной записи. Верните её в чат и запустите обновление ещё раз.",
    ),
    "several_rooms": (
        room(external_id="", problem="several_rooms"),
        "attention",
        True,
        "нужно вмешательство в мессенджере нашлось несколько новых чатов с таким названием. "
        "Удалите лишние и запустите обновление ещё раз.",
    ),
    "roomless": (roomless, "missing", True, "ещё не создан"),
    "intended": (room(external_id=""), "missing", True, "ещё не создан"),
    "not_created": (
        failed("create_chat", roomless),
        "missing",
        True,
        f"ещё не создан Создать не получилось: {RIGHTS}",
    ),
    "waiting": (under_way(Step.WAITING), "updating", True, "обновляется не добавлены: 9"),
    "sent": (under_way(Step.SENT), "updating", True, "обновляется не добавлены: 9"),
    "unwanted": (
        changed(wanted=False),
        "unwanted",
        True,
        "больше не нужен По спискам школы он не нужен; люди остаются в нём, пока его не уберут в архив.",
    ),
}


def test_a_chats_condition_is_told_and_found_by(school: Organization, connection: Connection, client: Client) -> None:
    with rows.writing():
        for name, (happens, *_) in CASES.items():
            happens(fine_chat(school, connection, name))
    assert shown(client, "") == {name: said for name, (*_, said) in CASES.items()}
    for condition in CONDITIONS:
        of_it = {name for name, (_, expected, *_) in CASES.items() if expected == condition}
        assert set(shown(client, f"state={condition}")) == of_it != set()
    assert set(shown(client, "differs=1")) == {name for name, (_, _, differs, _) in CASES.items() if differs}
    ranks = [CASES[name][1] for name in shown(client, "sort=state")]
    assert ranks == sorted(ranks, key=CONDITIONS.index)


def shown(client: Client, query: str) -> dict[str, str]:
    return {row[1]: row[-1] for row in table(client.get(f"/registry/?{query}"))}


def test_a_room_of_another_connection_is_not_this_one(
    school: Organization, connection: Connection, client: Client
) -> None:
    with rows.writing():
        fine_chat(school, connection, "Поход")
        rows.connection(school)  # the school's own one comes before its region's
    assert shown(client, "") == {"Поход": "ещё не создан"}


def test_without_a_connection_nothing_has_been_made(
    school: Organization, connection: Connection, client: Client
) -> None:
    with rows.writing():
        fine_chat(school, connection, "Поход")
        connection.delete()
    assert shown(client, "") == {"Поход": "ещё не создан"}


def test_every_condition_has_words_and_a_picture() -> None:
    for condition in Condition:
        assert registry_words.CONDITIONS[condition]
        assert get_template(f"web/icons/state-{condition.name.lower()}.svg")
