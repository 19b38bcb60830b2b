"""SferumBridge 1.3.2 (PyPI): comes to a study profile by a cookie of web.vk.me, then speaks to api.vk.me."""

from __future__ import annotations

import pytest
from SferumBridge.sferum_api import SferumAPI

from tests.sandbox.process import Person
from tests.sandbox.witnesses.roads import lead_requests
from tests.sandbox.witnesses.stand import CHATS, Stand

CLIENT = "SferumBridge"
CHAT = CHATS + 1


@pytest.fixture
def teacher(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Person:
    lead_requests(monkeypatch, stand)
    [person] = stand.people(1, profiles=["vk", "study"])
    return person


@pytest.fixture
def bridge(teacher: Person) -> SferumAPI:
    """Acts for the study profile of one who is alone in a chat."""
    bridge = SferumAPI(teacher.token)
    bridge.execute('return API.messages.createChat({"title": "9А"});')
    return bridge


def test_the_second_profile_is_the_study_profile(bridge: SferumAPI, teacher: Person) -> None:
    assert (bridge.user["user_id"], bridge.user["profile_type"]) == (teacher.study_id, 2)


def test_one_without_a_study_profile_has_no_second_profile(stand: Stand, teacher: Person) -> None:
    [plain] = stand.people(1)
    with pytest.raises(IndexError):
        SferumAPI(plain.token)


def test_messages_are_sent_and_read(bridge: SferumAPI, teacher: Person) -> None:
    sent = bridge.send_message(CHAT, "*Урок* в 9", format=True)
    assert sent.keys() == {"message_id", "cmid"}
    history = bridge.get_history(CHAT, 20)
    assert [(item["from_id"], item["text"]) for item in history["items"]] == [
        (teacher.study_id, ""),
        (teacher.study_id, "Урок в 9"),
    ]
    assert history["items"][1]["conversation_message_id"] == sent["cmid"]
    assert [profile["id"] for profile in history["profiles"]] == [teacher.study_id]


def test_many_calls_go_out_in_one_request(bridge: SferumAPI) -> None:
    first, second = (bridge.send_message(CHAT, text)["cmid"] for text in ("а", "б"))
    delete = 'API.messages.delete({{"peer_id":{},"cmids":"{}","delete_for_all":1,"spam":0,"group_id":0,"lang":"ru"}})'
    answers = bridge.execute(f"return [{delete.format(CHAT, first)},{delete.format(CHAT, second)}];")
    assert [[item["response"] for item in answer] for answer in answers] == [[1], [1]]
    assert [item["text"] for item in bridge.get_history(CHAT, 20)["items"]] == [""]


@pytest.mark.parametrize("code", [6, 9, 14, 17, 917])
def test_errors_are_answers(bridge: SferumAPI, stand: Stand, code: int) -> None:
    stand.fault("captcha") if code == 14 else stand.fault("error", code=code)
    assert bridge.send_message(CHAT, "а")["error_code"] == code


def test_a_refused_token_makes_it_ask_for_the_cookie_again_and_lose_its_way(bridge: SferumAPI, stand: Stand) -> None:
    stand.fault("error", code=5, times=1)
    with pytest.raises(RuntimeError):  # SferumBridge 1.3.2 writes api.vk.me before the address that has it already
        bridge.send_message(CHAT, "а")
    assert stand.requests("messages.send") == 1
    assert bridge.send_message(CHAT, "б")["cmid"]
