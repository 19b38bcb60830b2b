"""Who may call."""

from __future__ import annotations

from tests.sandbox.process import Person, Sandbox

INVALID = (5, "User authorization failed: invalid access_token (4).")


def test_an_unknown_token_is_invalid(sandbox: Sandbox) -> None:
    assert sandbox.error("users.get", "vk1.a.unknown") == INVALID


def test_a_missing_token_is_told_so(sandbox: Sandbox) -> None:
    assert sandbox.error("users.get", "") == (5, "User authorization failed: no access_token passed.")


def test_a_revoked_token_is_invalid_until_it_is_given_back(sandbox: Sandbox) -> None:
    person = {"key": "a", "first_name": "А", "last_name": "Б"}
    [user] = sandbox.seed(person)["users"]
    sandbox.seed(person | {"revoked": True})
    assert sandbox.error("users.get", user["token"]) == INVALID
    sandbox.seed(person | {"revoked": False})
    assert sandbox.response("users.get", user["token"])[0]["id"] == user["id"]


def test_without_the_messages_right_only_names_can_be_read(sandbox: Sandbox) -> None:
    [person] = sandbox.people(1, rights=[])
    body = sandbox.call("messages.getConversations", person.token)
    assert body["error"] | {"request_params": []} == {
        "error_code": 15,
        "error_subcode": 1133,
        "error_msg": "Access denied: no access to call this method. It cannot be called with current scopes.",
        "request_params": [],
    }
    assert sandbox.response("users.get", person.token)[0]["id"] == person.id


def test_a_key_of_a_community_can_have_fewer_rights(sandbox: Sandbox) -> None:
    token = sandbox.seed(community={"name": "Школа", "rights": ["photos"]})["community"]["token"]
    assert sandbox.error("messages.createChat", token, title="9А")[0] == 15
    assert sandbox.response("groups.getTokenPermissions", token)["mask"] == 4
    assert sandbox.seed(community={"rights": ["messages"]})["community"]["token"] == token
    assert sandbox.response("messages.createChat", token, title="9А")["chat_id"] == 1
    assert sandbox.response("groups.getById", token)["groups"][0]["name"] == "Школа"


def test_a_revoked_key_of_a_community_is_invalid_until_it_is_given_back(sandbox: Sandbox) -> None:
    seeded = sandbox.seed(community={"revoked": True})["community"]
    assert sandbox.error("groups.getById", seeded["token"]) == INVALID
    assert "response" in sandbox.call("groups.getById", seeded["service_token"], group_id=seeded["id"])
    sandbox.seed(community={})
    assert sandbox.error("groups.getById", seeded["token"]) == INVALID
    sandbox.seed(community={"revoked": False})
    assert "response" in sandbox.call("groups.getById", seeded["token"])


def test_a_community_cannot_call_what_is_for_people(sandbox: Sandbox) -> None:
    token = sandbox.seed(community={})["community"]["token"]
    refused = sandbox.error("messages.addChatUser", token, chat_id=1, user_id=1)
    assert refused == (27, "Group authorization failed: method is unavailable with group auth")


def test_a_token_acts_for_the_study_profile_where_there_is_one(sandbox: Sandbox, owner: Person) -> None:
    [plain] = sandbox.people(1)
    assert sandbox.response("users.get", owner.token)[0]["id"] == owner.study_id
    assert sandbox.response("users.get", plain.token)[0]["id"] == plain.id
