"""The dialog «Создать/обновить чаты для организации» and its «Да»."""

from __future__ import annotations

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Account, Chat, Connection, Enrollment, Membership, Organization, Room, SchoolClass
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.web.reading import Answer, elements, text, texts, walk

PLAN, RUNS = "/registry/demo/plan/", "/registry/demo/runs/"


def fingerprint(response: Answer) -> str:
    return str(dict(elements(response, "input", name="fingerprint")[0].attributes)["value"])


def alerts(response: Answer) -> list[str]:
    return [
        text
        for kind in ("danger", "warning", "info")
        for text in texts(response, "p", **{"class": f"alert alert-{kind}"})
    ]


def planned(response: Answer) -> list[str]:
    lists = elements(response, "ul", **{"class": "plan-list"})
    return [text(line) for one in lists for line in walk(one) if line.name == "li"]


@pytest.fixture
def thinned(school: Organization) -> Organization:
    """Eight of ten pupils have left a chat that we filled: the guard refuses to put so many out."""
    first = SchoolClass.objects.get(organization=school)
    with rows.writing():
        Enrollment.objects.filter(school_class=first, role=EnrollmentRole.STUDENT).update(ended="2026-10-01")
        for number in range(2):
            rows.enroll(rows.person(f"Осталась {number}", linked=True), first)
        chat = rows.chat(school, ChatKind.CLASS, "Демо школа - 1А - Чат класса", unit=first)
        room = Room.objects.create(
            chat=chat, connection=Connection.objects.get(), owner="1", external_id="1", title=chat.title
        )
        Membership.objects.bulk_create(
            Membership(room=room, member=f"9{number}", state=Membership.IN, ours=True) for number in range(8)
        )
    return school


def test_the_plan_is_told_in_words(administrator: User, client: Client) -> None:
    response = client.get(PLAN)
    assert planned(response) == [
        "создать 4 чата",
        "добавить 10 участников",
        "назначить учителей администраторами чатов: это подключение так не умеет.",
    ]
    assert texts(response, "button", **{"class": "btn btn-primary"}) == ["Да"]
    assert Run.objects.count() == Chat.objects.count() == 0


def test_in_the_dialog_the_plan_is_a_fragment(administrator: User, client: Client) -> None:
    response = client.get(PLAN, headers={"HX-Request": "true"})
    assert texts(response, "h1") == []
    assert texts(response, "button") == ["Да", "Нет"]


def test_yes_starts_exactly_what_was_shown_in_the_name_of_who_said_it(
    school: Organization, administrator: User, client: Client
) -> None:
    shown = fingerprint(client.get(PLAN))
    response = client.post(RUNS, {"fingerprint": shown})
    assert (response.status_code, response.headers["Location"]) == (302, "/registry/?school=demo")
    run = Run.objects.get()
    assert (run.organization, run.fingerprint, run.total, run.state) == (school, shown, 14, Run.QUEUED)
    assert (run.approved_by, run.actor, run.reason) == (administrator, f"user:{administrator.pk}", "")


def test_a_plan_that_changed_meanwhile_is_shown_again(
    school: Organization, administrator: User, client: Client
) -> None:
    shown = fingerprint(client.get(PLAN))
    with rows.writing():
        rows.enroll(rows.person(linked=True), SchoolClass.objects.get(organization=school))
    response = client.post(RUNS, {"fingerprint": shown})
    assert alerts(response) == ["План изменился, пока вы его смотрели. Проверьте новые цифры и подтвердите ещё раз."]
    assert "добавить 11 участников" in texts(response, "li")
    assert Run.objects.count() == 0
    client.post(RUNS, {"fingerprint": fingerprint(response)})
    assert Run.objects.get().total == 15


def test_a_refused_plan_wants_a_reason_and_goes_on_once_with_it(
    thinned: Organization, administrator: User, client: Client
) -> None:
    response = client.get(PLAN)
    told = (
        "Из чатов школы будет исключено 100 % участников, а без вашего решения можно не больше 10 %. "
        "Так бывает, если список загружен не полностью. Проверьте списки."
    )
    assert alerts(response) == [told]
    shown = fingerprint(response)
    again = client.post(RUNS, {"fingerprint": shown, "reason": "  "})
    assert alerts(again) == ["Напишите, почему это правильно: без причины такой план не выполняется.", told]
    assert Run.objects.count() == 0
    client.post(RUNS, {"fingerprint": shown, "reason": "класс расформирован"})
    assert (Run.objects.get().state, Run.objects.get().reason) == (Run.QUEUED, "класс расформирован")


def test_a_running_update_is_not_started_twice(school: Organization, administrator: User, client: Client) -> None:
    shown = fingerprint(client.get(PLAN))
    approve(prepare(school), actor=Actor.system("tests"))
    assert alerts(client.get(PLAN)) == [
        "Обновление чатов этой школы уже идёт. Новый план можно будет увидеть, когда оно закончится."
    ]
    fresh = prepare(school).plan.fingerprint
    response = client.post(RUNS, {"fingerprint": fresh}, follow=True)
    assert texts(response, "div", role="status")[0] == "Обновление чатов этой школы уже идёт: его ход показан ниже."
    assert texts(response, "h2", id="run-heading") == ["Обновление чатов: в очереди"]
    assert (Run.objects.count(), shown != "") == (1, True)


def test_without_a_connection_the_plan_is_shown_but_cannot_be_started(administrator: User, client: Client) -> None:
    with rows.writing():
        Connection.objects.all().delete()
    response = client.get(PLAN)
    problem = (
        "Школа «demo»: нет подключения к мессенджеру ни у неё, ни у организаций выше; "
        "добавьте его: peremena connection add --school demo."
    )
    assert alerts(response) == [problem]
    assert planned(response) == ["создать 4 чата"]
    assert elements(response, "input", name="fingerprint") == []
    fresh = prepare(Organization.objects.get(key="demo")).plan.fingerprint
    assert alerts(client.post(RUNS, {"fingerprint": fresh})) == [problem]
    assert Run.objects.count() == 0


def test_without_a_year_the_dialog_tells_what_is_missing(
    school: Organization, administrator: User, client: Client
) -> None:
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(active_year=None)
    response = client.get(PLAN, headers={"HX-Request": "true"})
    assert alerts(response) == [
        "Организация «demo»: нет учебного года, загрузите список школы: peremena roster ФАЙЛ --apply."
    ]
    assert texts(response, "button") == ["Закрыть"]


def test_where_nothing_is_to_do_yes_is_no_dead_end(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        Account.objects.all().update(ended_at="2026-10-01T00:00Z")
        Enrollment.objects.all().update(ended="2026-10-01")
        school.employments.update(ended="2026-10-01")
    response = client.get(PLAN, headers={"HX-Request": "true"})
    assert texts(response, "p") == [
        "Демо школа",
        "Делать ничего не нужно: все чаты уже соответствуют спискам.",
        "Всё равно выполнить?",
    ]
    assert texts(response, "button") == ["Да", "Нет"]
    response = client.post(RUNS, {"fingerprint": fingerprint(response)}, follow=True)
    assert "Менять было нечего: все чаты соответствуют спискам." in texts(response, "p")
    assert [(run.state, run.total) for run in Run.objects.all()] == [(Run.DONE, 0)]
