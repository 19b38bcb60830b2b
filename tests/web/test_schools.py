"""An operator looks after many schools at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Enrollment, Grant, Organization
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.web.reading import elements, table, texts

START = "/schools/runs/"


@pytest.fixture
def second(school: Organization) -> Organization:
    with rows.writing():
        return rows.small_school("second", "Вторая школа", parent=school.parent)


@pytest.fixture
def operator(second: Organization, client: Client) -> User:
    with rows.writing():
        user = rows.granted("operator", Grant.OPERATOR, second.parent)
        far = rows.region("far")
        rows.small_school("foreign", "Чужая школа", parent=far)
    client.force_login(user)
    return user


def shown(client: Client, *keys: str) -> dict[str, str | list[str]]:
    """What the page of the plans sends back, filled in row by row."""
    sent: dict[str, str | list[str]] = {"school": list(keys)}
    for key in keys:
        for field in elements(client.get(f"/schools/plan/{key}/"), "input", type="hidden"):
            named = dict(field.attributes)
            if named["name"] != "school":
                sent[named["name"]] = named["value"]
    return sent


def test_the_schools_below_are_told_with_their_figures_and_last_update(
    school: Organization, operator: User, client: Client
) -> None:
    run = approve(prepare(school), actor=Actor.system("tests"))
    Run.objects.filter(pk=run.pk).update(state=Run.PARTIAL)
    Chat.objects.filter(organization=school).update(seats=10, linked=4, inside=3)
    second, demo = table(client.get("/schools/"))
    assert second[1:] == ["Вторая школа", "0", "—", "—", "не было"]
    assert demo[1:5] == ["Демо школа", "4", "75 %", "40 %"]
    assert demo[5].endswith("выполнено не всё")


def test_a_school_is_found_by_a_part_of_its_name_in_any_case(operator: User, client: Client) -> None:
    assert [row[1] for row in table(client.get("/schools/?q=ВТОР"))] == ["Вторая школа"]
    assert texts(client.get("/schools/?q=такой нет"), "p", **{"class": "empty-title"}) == ["Ничего не нашлось"]


def test_nothing_ticked_is_told(operator: User, client: Client) -> None:
    response = client.get("/schools/plan/", follow=True)
    assert "Отметьте школы" in texts(response, "div", role="status")[0]


def test_what_was_shown_is_started_in_each_school(school: Organization, operator: User, client: Client) -> None:
    response = client.post(START, shown(client, "demo", "second"), follow=True)
    assert texts(response, "div", role="status") == ["Обновление чатов запущено: 2 школы."]
    runs = Run.objects.order_by("organization__key")
    assert [(run.organization.key, run.state, run.approved_by) for run in runs] == [
        ("demo", Run.QUEUED, operator),
        ("second", Run.QUEUED, operator),
    ]


def test_a_school_whose_plan_has_changed_is_left_and_told(school: Organization, operator: User, client: Client) -> None:
    sent = shown(client, "demo", "second")
    with rows.writing():
        pupil = Enrollment.objects.filter(school_class__organization=school, role="student").first()
        assert pupil and pupil.school_class
        rows.enroll(rows.person("Новикова", linked=True), pupil.school_class)
    response = client.post(START, sent, follow=True)
    assert texts(response, "div", role="status") == [
        "Обновление чатов запущено: 1 школа.",
        "«Демо школа»: план изменился, пока вы его смотрели.",
    ]
    assert Run.objects.get().organization.key == "second"


def test_a_school_whose_update_is_under_way_is_told_and_not_started_twice(
    school: Organization, operator: User, client: Client
) -> None:
    sent = shown(client, "demo")
    approve(prepare(school), actor=Actor.system("tests"))
    told = texts(client.get("/schools/plan/demo/"), "p")
    assert told == ["Демо школа", "Обновление чатов этой школы уже идёт."]
    client.post(START, sent)
    assert Run.objects.count() == 1


def test_a_foreign_school_cannot_be_started(operator: User, client: Client) -> None:
    client.post(START, {"school": ["foreign"], "fingerprint-foreign": "0"})
    assert not Run.objects.exists()
    assert client.get("/schools/plan/foreign/").status_code == 404


def test_a_refused_plan_is_sent_to_the_schools_own_page(
    operator: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from peremena.core import guard

    monkeypatch.setattr("peremena.core.plan.refusal", lambda *_: guard.Refusal("members_of_all_chats", 0.1, 1.0))
    response = client.get("/schools/plan/demo/")
    assert "Такой план подтверждают в реестре этой школы" in texts(response, "p")[1]
    assert elements(response, "input") == []


def test_the_questions_do_not_grow_with_the_schools(operator: User, client: Client) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/schools/")
        return len(asked)

    questions()
    few = questions()
    with rows.writing():
        region = Organization.objects.get(key="region")
        for number in range(10):
            more = rows.school(f"more-{number}", f"Школа {number}", parent=region)
            rows.chat(more, ChatKind.TEACHERS, "Чат", linked=1)
    assert questions() == few
