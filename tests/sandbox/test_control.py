"""The control panel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

EMPTY = {
    "requests": {},
    "answered": {},
    "vk_id": {},
    "http_requests": 0,
    "peak_per_second": 0,
    "refused_for_pace": 0,
    "chats": 0,
    "members": 0,
    "duplicate_titles": 0,
}
ANNA = {"key": "anna", "first_name": "Анна", "last_name": "Белова", "profiles": ["vk"]}


def test_people_get_ids_and_tokens_in_the_order_asked(sandbox: Sandbox) -> None:
    answer = sandbox.seed(
        ANNA | {"profiles": ["vk", "study"], "middle_name": "Ильинична", "phone": "+79990000001", "password": "тайна"},
        {"first_name": "Борис", "last_name": "Вишня", "sex": "male", "birthday": "1980-02-03"},
    )
    anna, boris = answer["users"]
    assert (anna["key"], boris["study_id"], answer["community"]) == ("anna", None, None)
    ids = [anna["id"], anna["study_id"], boris["id"]]
    assert len(set(ids)) == 3
    assert anna.keys() == boris.keys() == {"key", "id", "study_id", "token"}
    found = sandbox.response("users.get", anna["token"], user_ids=",".join(map(str, ids)))
    assert [user["first_name"] for user in found] == ["Анна", "Анна", "Борис"]


def test_the_same_key_is_the_same_person_with_the_same_token(sandbox: Sandbox) -> None:
    first = sandbox.seed(ANNA, community={"name": "Школа"})
    again = sandbox.seed({"first_name": "Борис", "last_name": "Вишня"}, ANNA, ANNA, community={"name": "Школа"})
    assert again["users"][1:] == first["users"] * 2
    assert again["community"] == first["community"]
    assert first["community"].keys() == {"id", "token", "service_token"}


def test_a_study_profile_can_come_later_and_stays(sandbox: Sandbox) -> None:
    [before] = sandbox.seed(ANNA)["users"]
    [after] = sandbox.seed(ANNA | {"profiles": ["vk", "study"]})["users"]
    assert after == before | {"study_id": after["study_id"]}
    assert sandbox.response("users.get", before["token"])[0]["id"] == after["study_id"]
    assert sandbox.seed(ANNA)["users"] == [after]


def test_what_is_given_again_is_changed_and_what_is_not_given_stays(sandbox: Sandbox) -> None:
    [user] = sandbox.seed(ANNA | {"sex": 1, "birthday": "2010-09-01"})["users"]
    sandbox.seed(ANNA | {"last_name": "Чернова"})
    [shown] = sandbox.response("users.get", user["token"], fields="sex,bdate")
    assert (shown["last_name"], shown["sex"], shown["bdate"]) == ("Чернова", 1, "1.9.2010")


def test_a_school_is_seeded_in_one_request(sandbox: Sandbox) -> None:
    people = sandbox.people(1500, profiles=["vk", "study"], password="тайна")
    assert len({number for person in people for number in (person.id, person.study_id)}) == 3000
    assert len({person.token for person in people}) == 1500


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "ожидается объект с полями users, community, apps и phones"),
        ({"people": []}, "ожидается объект с полями users, community, apps и phones"),
        ({"users": {}}, "users: ожидается список"),
        ({"users": [{"first_name": "А"}]}, "users[0]: нужны first_name и last_name"),
        ({"users": [ANNA | {"sex": "f"}]}, "users[0]: sex — одно из 0, 1, 2"),
        ({"users": [ANNA | {"sex": True}]}, "users[0]: sex — одно из 0, 1, 2"),
        ({"users": [ANNA | {"closed": 1}]}, "users[0]: closed — одно из False, True"),
        ({"users": [ANNA | {"birthday": "1.9.2010"}]}, "users[0]: birthday — дата вида 2010-09-01"),
        ({"users": [ANNA | {"profiles": ["study"]}]}, 'users[0]: profiles — ["vk"] или ["vk", "study"]'),
        ({"users": [ANNA | {"rights": "messages"}]}, "users[0]: rights — список строк"),
        ({"users": [ANNA | {"phone": 7}]}, "users[0]: key, имена, phone, email и password — строки до 200 знаков"),
        ({"users": [ANNA | {"device": "да"}]}, "users[0]: device — одно из False, True"),
        ({"apps": {}}, "apps: ожидается список"),
        ({"phones": ["112"]}, "phones[0]: ожидается номер вида +70000000001"),
        ({"phones": [70000000001]}, "phones[0]: ожидается номер вида +70000000001"),
        ({"community": []}, "community: ожидается объект с полями name, revoked, rights"),
        ({"community": {"nmae": "Школа"}}, "community: ожидается объект с полями name, revoked, rights"),
        ({"community": {"rights": "messages"}}, "community: rights — список строк"),
        ({"community": {"revoked": 1}}, "community: revoked — одно из False, True"),
        ({"community": {"name": 7}}, "community: name — строка до 200 знаков"),
        ({"community": {"name": "я" * 201}}, "community: name — строка до 200 знаков"),
    ],
)
def test_a_bad_order_is_refused_whole(sandbox: Sandbox, body: Any, said: str) -> None:
    answer = sandbox.control("seed", body)
    assert (answer.status_code, answer.json()) == (400, {"error": said})


@pytest.mark.parametrize("path", ["seed", "faults"])
@pytest.mark.parametrize(
    "body", ['{"community": {"name": "\\uD83d"}}', '{"faults": ["\\udc00"]}', "[" * 200_000, "{", "\xff"]
)
def test_what_is_no_json_of_texts_is_refused(sandbox: Sandbox, path: str, body: str) -> None:
    headers = {"X-Control-Token": sandbox.control_token}
    answer = sandbox.http.post(f"/control/{path}", content=body.encode("latin-1"), headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "тело запроса — не JSON"})


def test_a_sign_outside_the_basic_plane_is_a_text(sandbox: Sandbox) -> None:
    headers = {"X-Control-Token": sandbox.control_token}
    answer = sandbox.http.post("/control/seed", content=b'{"community": {"name": "\\ud83d\\ude00"}}', headers=headers)
    asked = {"token": answer.json()["community"]["token"]}
    assert sandbox.response("groups.getById", **asked)["groups"][0]["name"] == "😀"


def test_an_unknown_field_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.control("seed", {"users": [ANNA | {"nick": "a"}]}).status_code == 400


@pytest.mark.parametrize("path", ["seed", "reset"])
def test_the_panel_needs_its_token(sandbox: Sandbox, path: str) -> None:
    for token in ("", "wrong", "ключ"):
        headers = [(b"X-Control-Token", token.encode())]
        answer = sandbox.http.post(f"/control/{path}", json={}, headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"error": "нужен заголовок X-Control-Token"})


def test_what_is_not_there_is_told_in_json(sandbox: Sandbox) -> None:
    assert (sandbox.control("wishes", {}).status_code, sandbox.control("wishes", {}).json()) == (
        404,
        {"error": "такого здесь нет"},
    )
    assert sandbox.http.post("/control/stats").status_code == 405
    headers = {"X-Control-Token": sandbox.control_token}
    assert sandbox.http.get("/control/seed", headers=headers).status_code == 405


def test_stats_count_what_was_asked_and_need_no_token(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    create = ("messages.createChat", {"title": "9А", "user_ids": pupil.id})
    sandbox.execute(owner.token, create, create, create, ("messages.createChat", {"title": ""}))
    sandbox.response("messages.createChat", pupil.token, title="9А")
    sandbox.error("messages.createChat", "vk1.a.unknown", title="9А")
    sandbox.http.post("/method/no.such", data={"access_token": owner.token, "v": "5.199"})
    assert sandbox.stats() == EMPTY | {
        "requests": {"execute": 1, "messages.createChat": 5},
        "answered": {"execute": 1, "messages.createChat": 4},
        "http_requests": 4,
        "peak_per_second": 1,
        "chats": 4,
        "members": 7,
        "duplicate_titles": 2,
    }


def test_those_who_are_out_are_no_members(sandbox: Sandbox, owner: Person) -> None:
    sandbox.response("messages.createChat", owner.token, title="9А")
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=owner.acting)
    assert sandbox.stats()["members"] == 0


def test_a_reset_forgets_everything(sandbox: Sandbox, owner: Person) -> None:
    sandbox.response("messages.createChat", owner.token, title="9А")
    assert sandbox.control("reset").json() == {}
    assert sandbox.stats() == EMPTY
    assert sandbox.error("users.get", owner.token)[0] == 5
