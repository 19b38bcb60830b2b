from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Organization
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.web.reading import Answer, elements, text, texts, walk

HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(school: Organization) -> Run:
    return approve(prepare(school), actor=Actor.system("tests"))


def set_state(run: Run, state: str, **fields: object) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, **fields)


def test_an_open_run_asks_again_every_second(run: Run, administrator: User, client: Client) -> None:
    response = client.get(f"/runs/{run.pk}/", headers=HTMX)
    section = dict(elements(response, "section", id="run")[0].attributes)
    assert (section["hx-get"], section["hx-trigger"]) == (f"/runs/{run.pk}/", "every 1s")
    assert "HX-Trigger" not in response.headers


def test_progress_is_counted_from_the_rows(run: Run, administrator: User, client: Client) -> None:
    Step.objects.filter(run=run, position__lt=5).update(state=Step.DONE)
    Step.objects.filter(run=run, position=5).update(state=Step.SENT)
    started = timezone.now() - timedelta(minutes=3)
    set_state(run, Run.RUNNING, done=6, failed=1, started_at=started)
    response = client.get(f"/runs/{run.pk}/", headers=HTMX)
    bar = dict(elements(response, "progress")[0].attributes)
    assert (bar["value"], bar["max"]) == ("7", "14")
    title = Step.objects.get(run=run, position=5).chat.title
    assert texts(response, "p") == [
        "7 из 14 действий, не получилось: 1 · осталось: примерно 3 минуты",
        f"Сейчас: {title}",
    ]


@pytest.mark.parametrize(
    ("state", "problem", "told"),
    [
        (Run.QUEUED, "", []),
        (
            Run.WAITING,
            "captcha",
            [
                "Мессенджер просит подтвердить, что мы не робот. "
                "Войдите в VK под служебной учётной записью и пройдите проверку; работа продолжится сама."
            ],
        ),
    ],
)
def test_a_run_that_stands_says_why(
    state: str, problem: str, told: list[str], run: Run, administrator: User, client: Client
) -> None:
    set_state(run, state, problem=problem)
    response = client.get(f"/runs/{run.pk}/", headers=HTMX)
    assert texts(response, "p") == ["0 из 14 действий", *told]


def test_a_finished_run_stops_asking_and_tells_the_page(run: Run, administrator: User, client: Client) -> None:
    now = timezone.now()
    set_state(run, Run.DONE, done=14, started_at=now - timedelta(minutes=2), finished_at=now)
    response = client.get(f"/runs/{run.pk}/", headers=HTMX)
    assert response.headers["HX-Trigger"] == '{"run-finished": {}}'
    assert "hx-get" not in dict(elements(response, "section", id="run")[0].attributes)
    assert texts(response, "p")[0] == (
        "Всё сделано: 14 действий. Это заняло: 2 минуты. Чаты уже видны участникам в мессенджере."
    )
    assert len(elements(response, "div", hx_swap_oob="innerHTML:#run-said")) == 1


def test_what_failed_is_told_chat_by_chat_with_an_advice_for_each_reason(
    run: Run, administrator: User, client: Client
) -> None:
    for position, reason in ((10, "privacy"), (11, "privacy"), (12, "vk_4242")):
        Step.objects.filter(run=run, position=position).update(state=Step.FAILED, reason=reason)
    Step.objects.filter(run=run, position=13).update(state=Step.CANCELLED, reason="no_room")
    set_state(run, Run.PARTIAL, done=10, failed=4, finished_at=timezone.now())
    response = client.get(f"/runs/{run.pk}/", headers=HTMX)
    assert undone(response) == [
        (
            Step.objects.get(run=run, position=12).chat,
            "создать чат: неизвестная причина (код vk_4242). Сообщите тому, кто сопровождает систему. "
            "добавить 1 участника: чата ещё нет в мессенджере. Он появится со следующим обновлением.",
        ),
        (
            Step.objects.get(run=run, position=10).chat,
            "добавить 2 участников: человек запретил добавлять себя в чаты. "
            "Пригласите его по ссылке или попросите изменить настройки приватности.",
        ),
    ]
    assert texts(response, "li")[-1] == "назначить учителей администраторами чатов: это подключение так не умеет."


def undone(response: Answer) -> list[tuple[Chat, str]]:
    """Chat and what is told of it."""
    found = elements(response, "ul", aria_labelledby="run-undone")[0]
    links = [element for element in walk(found) if element.name == "a"]
    lists = [element for element in walk(found) if element.name == "ul"][1:]
    chats = [Chat.objects.get(pk=str(dict(link.attributes)["href"]).split("/")[2]) for link in links]
    assert [text(link) for link in links] == [chat.title for chat in chats]
    return list(zip(chats, [text(one) for one in lists], strict=True))


def test_more_than_twenty_chats_are_counted_and_the_runs_own_page_has_them_all(
    run: Run, administrator: User, client: Client, school: Organization
) -> None:
    with rows.writing():
        for number in range(25):
            fail(run, rows.chat(school, ChatKind.CUSTOM, f"Кружок {number}"), "access_denied")
    set_state(run, Run.FAILED, failed=25, finished_at=timezone.now())
    short = client.get("/registry/")
    assert len(undone(short)) == 20
    assert "И ещё 5 чатов: показать все ." in texts(short, "p")
    assert [text(link) for link in elements(short, "a", href=f"/runs/{run.pk}/")] == ["показать все"]
    assert any(line.startswith("25 действий: мессенджер запретил") for line in texts(short, "li"))
    whole = client.get(f"/runs/{run.pk}/")
    assert len(undone(whole)) == 25
    assert elements(whole, "a", href=f"/runs/{run.pk}/") == []


def fail(run: Run, chat: Chat, reason: str) -> None:
    Step.objects.create(
        run=run,
        connection=run.connection,
        chat=chat,
        position=run.steps.count(),
        operation="create_chat",
        data={},
        state=Step.FAILED,
        due_at=timezone.now(),
        reason=reason,
    )


def test_the_registry_shows_the_latest_run_to_whoever_comes(run: Run, administrator: User, client: Client) -> None:
    assert texts(client.get("/registry/"), "h2", id="run-heading") == ["Обновление чатов: в очереди"]
    set_state(run, Run.CANCELLED, done=3, finished_at=timezone.now())
    assert texts(client.get("/registry/"), "h2", id="run-heading") == ["Обновление отменено"]


@pytest.mark.parametrize("state", [state for state, _ in Run.STATES])
def test_every_state_is_a_page(state: str, run: Run, administrator: User, client: Client) -> None:
    set_state(run, state, finished_at=None if state in Run.OPEN else timezone.now())
    response = client.get(f"/runs/{run.pk}/")
    assert (response.status_code, texts(response, "h1")) == (200, ["Демо школа"])
