"""«Подключения»: how a school is connected, its key, and the switch of its chats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.jobs.models import Worker
from peremena.messengers.registry import MESSENGERS, switches
from peremena.school.credentials import unseal
from peremena.school.models import Connection, Grant, Organization, Room
from peremena.sync.checking import ask_to_check
from peremena.sync.models import ConnectionCheck, Run
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from peremena.web.wording import connections as words
from tests import school_rows as rows
from tests.web.reading import Answer, elements, text, texts, walk

PAGE, ADD, REPLACE = "/connections/", "/connections/demo/add/", "/connections/demo/replace/"
KEY = "vk1.a.the-invented-key"
FILLED = {"organization": "demo", "kind": "community", "token": KEY, "strangers": "remove", "set_role": "on"}


@pytest.fixture
def operator(school: Organization, client: Client) -> User:
    with rows.writing():
        user = rows.granted("operator", Grant.OPERATOR, school.parent)
    client.force_login(user)
    return user


def facts(response: Answer) -> dict[str, str]:
    return dict(zip(texts(response, "dt"), texts(response, "dd"), strict=True))


def links(response: Answer) -> list[str]:
    return [str(dict(each.attributes)["href"]) for each in elements(response, "a", **{"class": "btn"})]


def marked(response: Answer) -> list[str]:
    lists = elements(response, "ul", **{"class": "marked"})
    return [text(line) for one in lists for line in walk(one) if line.name == "li"]


def told(client: Client) -> list[str]:
    return texts(client.get(PAGE), "h2", id="check-heading")


def answered(state: str, **how: str) -> None:
    with rows.writing():
        ConnectionCheck.objects.update(state=state, finished_at=timezone.now(), **how)


def test_an_inherited_connection_tells_whose_it_is_and_what_it_can(administrator: User, client: Client) -> None:
    response = client.get(PAGE)
    found = facts(response)
    assert found.pop("Добавлено")
    assert found == {
        "Мессенджер": "VK Мессенджер (Сферум)",
        "Чьё подключение": "общее, от организации выше: region",
        "Вид ключа": "ключ служебной учётной записи",
        "Состояние": "работает",
        "Наш номер в мессенджере": "1",
        "Чужие в чатах": "сообщать",
    }
    assert marked(response) == [
        "создавать чаты",
        "переименовывать чаты",
        "добавлять людей",
        "исключать людей",
        "сразу узнавать, что в чатах что-то изменилось",
        "назначать администраторов чатов",
    ]
    assert links(response) == [ADD]  # the region's key is not his to replace


def test_a_community_invites_by_link(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        rows.connection(school, "community")
    response = client.get(PAGE)
    assert (facts(response)["Чьё подключение"], facts(response)["Вид ключа"]) == ("своё", "ключ сообщества")
    assert "приглашать людей по ссылке" in marked(response) and "добавлять людей" not in marked(response)
    assert links(response) == [REPLACE]


def test_a_stopped_connection_says_why_and_what_to_do(administrator: User, client: Client) -> None:
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED, problem="token_expired")
    state = facts(client.get(PAGE))["Состояние"]
    assert state == (
        "остановлено: срок ключа доступа истёк. Проверьте подключение к мессенджеру и выдайте новый ключ доступа."
    )


def test_without_a_connection_the_page_offers_one(db: None, client: Client) -> None:
    with rows.writing():
        client.force_login(rows.granted("administrator", Grant.ADMINISTRATOR, rows.school("demo")))
    response = client.get(PAGE)
    assert texts(response, "h3") == ["Подключения пока нет"]
    assert texts(response, "a", **{"class": "btn btn-primary"}) == ["Добавить подключение"]


def test_a_key_is_asked_about_and_never_shown_again(school: Organization, administrator: User, client: Client) -> None:
    answer = client.post(ADD, FILLED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/connections/?school=demo")
    check = ConnectionCheck.objects.get()
    assert (check.organization, check.credential_kind, check.strangers) == (school, "community", "remove")
    assert (check.options, unseal(bytes(check.credential))) == ({"set_role": True}, KEY)
    assert check.actor == Actor.user(administrator).name
    assert ProcrastinateJob.objects.get(task_name="sync.check_connection").args == {"check": check.pk}
    assert KEY not in client.get(PAGE).content.decode()
    assert not Connection.objects.filter(organization=school).exists()
    assert told(client) == ["Проверяем ключ…"]


@pytest.mark.parametrize("token", ["", "   ", "два слова", "x" * 3000])
def test_what_cannot_be_a_key_is_told_and_the_rest_is_kept(administrator: User, client: Client, token: str) -> None:
    response = client.post(ADD, FILLED | {"token": token})
    assert response.status_code == 200
    assert len(texts(response, "p", **{"class": "field-error"})) == 1
    checked = [dict(each.attributes) for each in elements(response, "input")]
    assert [each["value"] for each in checked if "checked" in each and "value" in each] == ["community", "remove"]
    assert "value" not in dict(elements(response, "input", name="token")[0].attributes)
    assert not ConnectionCheck.objects.exists()


def test_an_operator_chooses_whose_the_connection_is(school: Organization, operator: User, client: Client) -> None:
    with rows.writing():
        Connection.objects.get().delete()
    assert texts(client.get(ADD), "option") == ["Демо школа", "region"]
    client.post(ADD, FILLED | {"organization": "region"})
    assert ConnectionCheck.objects.get().organization == school.parent


def test_an_administrator_adds_nothing_above_his_school(
    school: Organization, administrator: User, client: Client
) -> None:
    with rows.writing():
        Connection.objects.get().delete()
    assert client.post(ADD, FILLED | {"organization": "region"}).status_code == 200
    assert client.post(REPLACE, FILLED | {"organization": "region"}).status_code == 404
    assert not ConnectionCheck.objects.exists()


def test_replacing_a_key_keeps_settings_that_are_not_on_the_page(
    school: Organization, operator: User, client: Client
) -> None:
    with rows.writing():
        Connection.objects.update(options={"timeout": 20.0, "set_role": True}, strangers="remove")
    assert "checked" in dict(elements(client.get(REPLACE), "input", name="set_role")[0].attributes)
    client.post(REPLACE, {"organization": "region", "kind": "user", "token": KEY, "strangers": "report"})
    check = ConnectionCheck.objects.get()
    assert (check.organization, check.options) == (school.parent, {"timeout": 20.0, "set_role": False})
    assert "Прежний ключ остаётся на месте." in client.get(PAGE).content.decode()


def test_where_chats_are_there_a_second_connection_is_asked_about(
    school: Organization, administrator: User, client: Client
) -> None:
    with rows.writing():
        chat = rows.chat(school, ChatKind.TEACHERS, "Учительский чат")
        Room.objects.create(chat=chat, connection=Connection.objects.get(), owner="1", external_id="1", title="x")
    response = client.post(ADD, FILLED)
    assert texts(response, "p", **{"class": "field-error"}) == ["Отметьте, что чаты нужно создать заново."]
    assert not ConnectionCheck.objects.exists()
    assert client.post(ADD, FILLED | {"anew": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("state", "how", "heading"),
    [
        ("accepted", {"account": "77"}, "Ключ принят: наш номер в мессенджере — 77"),
        ("refused", {"problem": "token_kind"}, "Ключ не принят: ключ доступа не того вида"),
        ("refused", {"said": "Нужен другой."}, "Ключ не принят: Нужен другой"),
        ("failed", {"problem": "unreachable"}, "Проверить ключ не удалось: мессенджер не отвечает"),
    ],
)
def test_the_outcome_is_polled_until_it_is_there(
    school: Organization, administrator: User, client: Client, state: str, how: dict[str, str], heading: str
) -> None:
    client.post(ADD, FILLED)
    address = f"/connections/demo/checks/{ConnectionCheck.objects.get().pk}/"
    polled = client.get(address, headers={"HX-Request": "true"})
    assert dict(elements(polled, "section")[0].attributes)["hx-get"] == address
    answered(state, **how)
    polled = client.get(address, headers={"HX-Request": "true"})
    assert texts(polled, "h2") == [heading]
    assert "hx-get" not in dict(elements(polled, "section")[0].attributes)
    assert polled.headers["HX-Trigger"] == '{"check-finished": {}}'
    assert told(client) == [heading]


def test_after_some_seconds_without_a_worker_the_page_says_so(
    school: Organization, administrator: User, client: Client
) -> None:
    client.post("/connections/demo/check/")

    def alerts() -> list[str]:
        return [line[:27] for line in texts(client.get(PAGE), "p", **{"class": "alert alert-warning"})]

    assert alerts() == []
    with rows.writing():
        ConnectionCheck.objects.update(created_at=timezone.now() - timedelta(seconds=6))
    assert alerts() == ["Никто не выполняет задания,"]
    worker = Worker.objects.create(pid=1, host="here", queues=["other"], seen_at=timezone.now())
    assert alerts() == ["Никто не выполняет задания,"]
    Worker.objects.filter(pk=worker.pk).update(queues=[])
    assert alerts() == []


def test_yesterdays_answer_is_not_shown(administrator: User, client: Client) -> None:
    ask_to_check(Connection.objects.get(), actor=Actor.user(administrator))
    with rows.writing():
        ConnectionCheck.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert told(client) == []


def test_switching_off_is_asked_about_and_ends_what_is_under_way(
    school: Organization, administrator: User, client: Client
) -> None:
    run = approve(prepare(school), actor=Actor.system("tests"))
    question = client.get("/connections/demo/chats/")
    assert "Чаты в мессенджере останутся как есть, обновляться не будут" in question.content.decode()
    assert len(elements(question, "p", **{"class": "alert alert-warning"})) == 1
    client.post("/connections/demo/chats/", {"on": "0"})
    school.refresh_from_db()
    run.refresh_from_db()
    assert (school.chats_enabled, run.state) == (False, Run.CANCELLED)
    assert "Чаты школы: выключены" in texts(client.get(PAGE), "h2")
    registry = client.get("/registry/")
    assert elements(registry, "form", action="/registry/demo/plan/") == []
    assert "/connections/?school=demo" in [dict(each.attributes).get("href") for each in elements(registry, "a")]
    client.post("/connections/demo/chats/", {"on": "1"})
    assert len(elements(client.get("/registry/"), "form", action="/registry/demo/plan/")) == 1


def test_the_number_of_queries_does_not_grow(school: Organization, administrator: User, client: Client) -> None:
    with CaptureQueriesContext(database) as few:
        client.get(PAGE)
    with rows.writing():
        for _ in range(20):
            Connection.objects.update(strangers="remove")
            Connection.objects.update(strangers="report")
            rows.chat(school, ChatKind.CUSTOM, "Чат")
    with CaptureQueriesContext(database) as many:
        client.get(PAGE)
    assert len(many) == len(few)


def test_every_messenger_kind_and_switch_has_words() -> None:
    assert set(words.MESSENGERS) == set(MESSENGERS)
    for name, kind in MESSENGERS.items():
        assert set(kind.credentials) <= set(words.KINDS) & set(words.KIND_HINTS)
        assert set(switches(name)) <= set(words.SWITCHES)
    assert set(words.STRANGERS) == {value for value, _ in Connection.STRANGERS}
