"""What has been done to the chats of a school, by whom, and what of it did not work."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import OPERATIONS
from peremena.school.models import Account, Organization, Person
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from peremena.web.wording import runs as run_words
from peremena.web.wording import steps as step_words
from tests import school_rows as rows
from tests.web.reading import table, texts


@pytest.fixture
def run(school: Organization, administrator: User) -> Run:
    with rows.writing():
        rows.person("Завучева", user=administrator)
    return approve(prepare(school), actor=Actor.user(administrator), user=administrator)


def test_every_operation_and_state_has_words() -> None:
    assert set(step_words.ACTS) == set(OPERATIONS)
    assert set(step_words.STATES) == {state for state, _ in Step.STATES}
    assert set(run_words.OUTCOMES) == {state for state, _ in Run.STATES}


def test_runs_are_listed_the_newest_first_with_who_and_what_came_of_it(run: Run, client: Client) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.PARTIAL, done=10, failed=4)
    Run.objects.create(
        organization=run.organization,
        connection=run.connection,
        kind=Run.CHANGE,
        plan={},
        actor="system:events",
        state=Run.DONE,
        total=1,
        done=1,
    )
    assert [row[1:] for row in table(client.get("/runs/?school=demo"))] == [
        ["Изменение", "сама система, по событию в мессенджере", "готово", "1 из 1"],
        ["Создание и обновление чатов", "Завучева Анна", "выполнено не всё", "10 из 14, не получилось: 4"],
    ]


def test_a_run_tells_its_steps_by_name(run: Run, client: Client) -> None:
    lines = table(client.get(f"/runs/{run.pk}/"))
    assert len(lines) == 14
    assert ["Демо школа - 1А - Чат класса", "создать чат", "", "ждёт"] in lines
    added = next(step for step in run.steps.order_by("position") if step.operation == "add_member")
    person = Person.objects.get(messenger_accounts__external_id=added.data["member"])
    assert [added.chat.title, "добавить", person.full_name, "ждёт"] in lines


def test_what_did_not_work_is_shown_alone_with_what_helps(run: Run, client: Client) -> None:
    step = run.steps.filter(operation="add_member").first()
    Step.objects.filter(pk=step.pk).update(state=Step.FAILED, reason="unknown_account")
    [line] = table(client.get(f"/runs/{run.pk}/?shown=failed"))
    assert line[3] == (
        "не получилось: мессенджер не знает такого учебного профиля. Попросите человека связать профиль заново."
    )


def test_what_a_finished_run_has_left_is_not_said_to_wait(run: Run, client: Client) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.CANCELLED)
    assert {line[3] for line in table(client.get(f"/runs/{run.pk}/"))} == {"не выполнено"}


def test_an_unknown_choice_of_steps_shows_all(run: Run, client: Client) -> None:
    assert len(table(client.get(f"/runs/{run.pk}/?shown=invented&page=99"))) == 14


def test_the_questions_do_not_grow_with_the_steps(run: Run, client: Client) -> None:
    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/runs/{run.pk}/")
            client.get("/runs/?school=demo")
        return len(asked)

    questions()
    few = questions()
    person = rows.person
    with rows.writing():
        people = [person(linked=True) for _ in range(20)]
    accounts = Account.objects.filter(person__in=people).values_list("external_id", flat=True)
    chat = run.steps.first().chat
    Step.objects.bulk_create(
        Step(
            run=run,
            connection=run.connection,
            chat=chat,
            position=100 + number,
            operation="add_member",
            data={"member": account, "operation": "add_member", "chat": []},
            due_at=run.due_at,
        )
        for number, account in enumerate(accounts)
    )
    assert questions() == few


def test_an_open_run_is_stopped_by_a_person_and_a_finished_one_says_so(
    run: Run, administrator: User, client: Client
) -> None:
    assert "Остановить обновление" in texts(client.get(f"/runs/{run.pk}/"), "summary")
    response = client.post(f"/runs/{run.pk}/cancel/", follow=True)
    assert texts(response, "div", role="status")[0].startswith("Обновление остановлено.")
    run.refresh_from_db()
    assert (run.state, run.done) == (Run.CANCELLED, 0)
    assert texts(client.get(f"/runs/{run.pk}/"), "summary") == []
    response = client.post(f"/runs/{run.pk}/cancel/", follow=True)
    assert texts(response, "div", role="status")[0] == "Обновление уже закончилось само."


def test_a_school_without_runs_says_so(administrator: User, client: Client) -> None:
    assert texts(client.get("/runs/"), "p", **{"class": "empty-title"}) == ["Чаты ещё не обновляли"]
