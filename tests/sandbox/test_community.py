"""What the keys of a community and of an application may do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000


@pytest.fixture
def community(sandbox: Sandbox) -> dict[str, Any]:
    seeded: dict[str, Any] = sandbox.seed(community={"name": "Школа"})["community"]
    return seeded


def test_a_community_makes_chats_with_numbers_of_its_own(
    sandbox: Sandbox, owner: Person, community: dict[str, Any]
) -> None:
    sandbox.response("messages.createChat", owner.token, title="чужой")
    made = sandbox.response("messages.createChat", community["token"], title="9А", user_ids=str(owner.acting))
    assert made == {"chat_id": 1, "peer_ids": []}
    assert sandbox.call("messages.createChat", community["token"], title="9Б", v="5.131") == {"response": 2}
    members = sandbox.response("messages.getConversationMembers", community["token"], peer_id=PEER + 1, extended=1)
    assert [(item["member_id"], item["is_owner"]) for item in members["items"]] == [(-community["id"], True)]
    assert [group["name"] for group in members["groups"]] == ["Школа"]


def test_a_key_of_a_community_tells_its_rights(sandbox: Sandbox, community: dict[str, Any]) -> None:
    assert sandbox.response("groups.getTokenPermissions", community["token"]) == {
        "mask": 4 + 4096 + 131072 + 262144,
        "permissions": [
            {"name": "photos", "setting": 4},
            {"name": "messages", "setting": 4096},
            {"name": "docs", "setting": 131072},
            {"name": "manage", "setting": 262144},
        ],
    }


def test_a_person_cannot_call_what_is_for_communities(sandbox: Sandbox, owner: Person) -> None:
    refused = sandbox.error("groups.getTokenPermissions", owner.token)
    assert refused == (27, "Group authorization failed: method is available only with group auth")


def test_a_service_key_is_for_what_the_schema_marks_so(
    sandbox: Sandbox, owner: Person, community: dict[str, Any]
) -> None:
    service = community["service_token"]
    assert sandbox.response("users.get", service, user_ids=owner.id)[0]["id"] == owner.id
    for method in ("messages.getConversations", "account.getInfo", "execute"):
        refused = sandbox.error(method, service)
        assert refused == (28, "Application authorization failed: method is unavailable with service token")


def test_a_community_is_found_by_each_of_its_names(sandbox: Sandbox, owner: Person, community: dict[str, Any]) -> None:
    number = community["id"]
    shown = {"id": number, "name": "Школа", "screen_name": f"club{number}", "is_closed": 0, "type": "group"}
    asked = f"club{number},1,{number},id{number}"
    answer = {"groups": [shown], "profiles": []}
    assert sandbox.response("groups.getById", owner.token, group_ids=asked) == answer
    assert sandbox.response("groups.getById", owner.token, group_id=number) == answer
    assert sandbox.response("groups.getById", community["token"]) == answer
    assert sandbox.call("groups.getById", community["token"], v="5.131") == {"response": [shown]}


def test_members_are_those_who_were_seeded_so(sandbox: Sandbox, community: dict[str, Any]) -> None:
    first, second = sandbox.people(2, member=True)
    sandbox.people(1)
    token = community["token"]
    assert sandbox.response("groups.getMembers", token) == {"count": 2, "items": [first.id, second.id]}
    assert sandbox.response("groups.getMembers", token, sort="id_desc", count=1) == {"count": 2, "items": [second.id]}
    shown = sandbox.response("groups.getMembers", token, offset=1, fields="sex")
    assert [(user["id"], user["sex"]) for user in shown["items"]] == [(second.id, 0)]


@pytest.mark.parametrize(("prefix", "kind"), [("id", "user"), ("club", "group"), ("public", "group")])
def test_screen_names_lead_to_whom_they_name(
    sandbox: Sandbox, owner: Person, community: dict[str, Any], prefix: str, kind: str
) -> None:
    number = owner.id if kind == "user" else community["id"]
    found = sandbox.response("utils.resolveScreenName", owner.token, screen_name=f"{prefix}{number}")
    assert found == {"type": kind, "object_id": number}


@pytest.mark.parametrize("name", ["id7", "club7", "school", "100000001"])
def test_a_name_nobody_has_is_an_empty_list(sandbox: Sandbox, owner: Person, name: str) -> None:
    assert sandbox.response("utils.resolveScreenName", owner.token, screen_name=name) == []


def test_an_account_knows_itself(sandbox: Sandbox) -> None:
    [person] = sandbox.people(1, sex=1, birthday="2010-09-01", phone="+79990000042", rights=["messages", "docs"])
    assert sandbox.response("account.getProfileInfo", person.token) == {
        "id": person.id,
        "first_name": "Имя0",
        "last_name": "Фамилия0",
        "screen_name": f"id{person.id}",
        "sex": 1,
        "home_town": "",
        "status": "",
        "relation": 0,
        "is_service_account": False,
        "bdate": "1.9.2010",
        "bdate_visibility": 0,
        "phone": "+7 *** *** ** 42",
    }
    assert sandbox.response("account.getAppPermissions", person.token) == 4096 + 131072
    assert sandbox.response("account.getInfo", person.token, fields="intro,lang,phone") == {"intro": 0, "lang": 0}
