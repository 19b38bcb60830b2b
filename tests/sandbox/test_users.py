from __future__ import annotations

from tests.sandbox.process import Person, Sandbox


def test_without_ids_the_caller_is_answered(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.response("users.get", owner.token) == [
        {
            "id": owner.study_id,
            "first_name": "Имя0",
            "last_name": "Фамилия0",
            "can_access_closed": True,
            "is_closed": False,
        }
    ]


def test_people_come_once_in_the_order_asked_and_unknown_ones_are_left_out(sandbox: Sandbox) -> None:
    first, second = sandbox.people(2)
    asked = f"{second.id},5,id{first.id},{second.id},-{first.id},school"
    assert [user["id"] for user in sandbox.response("users.get", first.token, user_ids=asked)] == [second.id, first.id]


def test_fields_are_added_on_request(sandbox: Sandbox) -> None:
    [person] = sandbox.people(1, sex=1, birthday="2010-09-01")
    assert sandbox.response("users.get", person.token, fields="sex,bdate,screen_name,photo_50") == [
        {
            "id": person.id,
            "first_name": "Имя0",
            "last_name": "Фамилия0",
            "can_access_closed": True,
            "is_closed": False,
            "sex": 1,
            "bdate": "1.9.2010",
            "screen_name": f"id{person.id}",
        }
    ]


def test_a_community_without_ids_gets_nobody(sandbox: Sandbox) -> None:
    token = sandbox.seed(community={"name": "Школа"})["community"]["token"]
    assert sandbox.response("users.get", token) == []
