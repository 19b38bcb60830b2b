"""vk_api 11.10.1 by python273 (PyPI): the most used client in Python."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
import requests
import vk_api
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.longpoll import VkChatEventType, VkEventType, VkLongPoll
from vk_api.requests_pool import vk_request_one_param_pool

from tests.sandbox.images import PNG
from tests.sandbox.process import Person
from tests.sandbox.witnesses.everyday import Everyday
from tests.sandbox.witnesses.roads import lead_requests
from tests.sandbox.witnesses.stand import CHATS, Stand

CLIENT = "vk_api"


class Client:
    def __init__(self) -> None:
        self.http = requests.Session()
        self.everyday: dict[str, vk_api.VkApi] = {}

    def session(self, token: str, **options: Any) -> vk_api.VkApi:
        session = vk_api.VkApi(token=token, api_version="5.199", session=self.http, **options)
        session.RPS_DELAY = 0  # the stand-in hurries nobody; what the client does at VK's pace has a test of its own
        return session

    def call(self, token: str, method: str, **parameters: Any) -> Any:
        if token not in self.everyday:
            self.everyday[token] = self.session(token)
        called = self.everyday[token].get_api()
        for name in method.split("."):
            called = getattr(called, name)
        return called(**parameters)

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        with pytest.raises(vk_api.ApiError) as caught:
            self.call(token, method, **parameters)
        return int(caught.value.code)


@pytest.fixture
def client(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Client:
    lead_requests(monkeypatch, stand)
    return Client()


class TestVkApi(Everyday):
    pass


@pytest.fixture
def owner(client: Client, stand: Stand) -> Person:
    """One who has a chat, alone."""
    [person] = stand.people(1)
    client.call(person.token, "messages.createChat", title="9А")
    return person


def test_it_waits_and_asks_again_when_told_too_many_requests(client: Client, stand: Stand, owner: Person) -> None:
    stand.fault("error", code=6, times=1)
    assert client.call(owner.token, "messages.editChat", chat_id=1, title="9Б") == 1
    assert stand.requests("messages.editChat") == 2


def test_at_its_own_pace_it_is_never_refused(client: Client, stand: Stand) -> None:
    [person] = stand.people(1)
    session = client.session(person.token)
    del session.RPS_DELAY
    began = time.monotonic()
    for _ in range(3):
        session.method("utils.getServerTime")
    assert time.monotonic() - began > 2 * session.RPS_DELAY
    assert stand.sandbox.stats()["peak_per_second"] <= 3


@pytest.mark.parametrize("answer", [{"key": "кот"}, {"success_token": "не робот"}])
def test_a_captcha_is_solved_and_the_call_is_made(client: Client, stand: Stand, answer: dict[str, str]) -> None:
    [owner] = stand.people(1)
    stand.fault("captcha")
    session = client.session(owner.token, captcha_handler=lambda captcha: captcha.try_again(**answer))
    assert session.method("messages.createChat", {"title": "9А"})["chat_id"] == 1
    assert (stand.requests("messages.createChat"), stand.answered("messages.createChat")) == (2, 1)


def test_it_cannot_read_a_captcha_of_the_new_fields_alone(client: Client, stand: Stand, owner: Person) -> None:
    stand.fault("captcha", fields="new")
    with pytest.raises(KeyError, match="captcha_sid"):
        client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")


def test_a_captcha_that_nobody_solves_is_an_exception_with_its_addresses(
    client: Client, stand: Stand, owner: Person
) -> None:
    stand.fault("captcha")
    with pytest.raises(vk_api.Captcha) as caught:
        client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")
    assert caught.value.sid
    assert caught.value.get_url().startswith("http")
    assert "session_token=" in caught.value.redirect_uri


@pytest.mark.parametrize("code", [9, 17, 29, 103, 984])
def test_other_faults_are_left_to_the_caller(client: Client, stand: Stand, owner: Person, code: int) -> None:
    stand.fault("error", code=code)
    assert client.refused(owner.token, "messages.editChat", chat_id=1, title="9Б") == code


def test_a_pool_of_calls_is_one_request(client: Client, stand: Stand, owner: Person) -> None:
    [pupil] = stand.people(1)
    with vk_api.VkRequestsPool(client.session(owner.token)) as pool:
        made = pool.method("messages.createChat", {"title": "9Б", "user_ids": pupil.id})
        refused = pool.method("messages.addChatUser", {"chat_id": 1, "user_id": owner.id})
        named = pool.method("users.get", {"user_ids": pupil.id})
    assert made.result == {"chat_id": 2, "peer_ids": [pupil.id]}
    assert (refused.ok, refused.error["error_code"], refused.error["method"]) == (False, 15, "messages.addChatUser")
    assert [user["id"] for user in named.result] == [pupil.id]
    assert stand.requests("execute") == 1


def test_a_pool_of_one_method_is_a_loop_on_the_server(client: Client, stand: Stand, owner: Person) -> None:
    people = stand.people(30)
    with vk_api.VkRequestsPool(client.session(owner.token)) as pool:
        added = [pool.method("messages.addChatUser", {"chat_id": 1, "user_id": person.id}) for person in people]
    assert [one.result for one in added] == [1] * 30
    assert stand.requests("execute") == 2


def test_one_parameter_that_changes_is_a_loop_too(client: Client, stand: Stand, owner: Person) -> None:
    first, second = stand.people(2)
    session, fixed = client.session(owner.token), {"chat_id": 1}
    done, failed = vk_request_one_param_pool(
        session, "messages.addChatUser", "user_id", [first.id, second.id, owner.id], fixed
    )
    assert done == {first.id: 1, second.id: 1}
    assert failed[owner.id]["error_code"] == 15


def test_all_pages_are_had_in_one_request(client: Client, stand: Stand, owner: Person) -> None:
    for number in range(7):
        client.call(owner.token, "messages.createChat", title=f"чат {number}")
    listed = vk_api.VkTools(client.session(owner.token)).get_all("messages.getConversations", 3)
    assert sorted(item["conversation"]["peer"]["local_id"] for item in listed["items"]) == list(range(1, 9))
    assert (stand.requests("execute"), stand.requests("messages.getConversations")) == (1, 3)


def test_files_are_sent_and_had_again(client: Client, stand: Stand, owner: Person) -> None:
    session = client.session(owner.token)
    upload = vk_api.VkUpload(session)
    photo, _ = upload.photo_messages([io.BytesIO(PNG), io.BytesIO(PNG)], peer_id=CHATS + 1)
    document = upload.document_message(io.BytesIO("план".encode()), title="План.txt", peer_id=CHATS + 1)["doc"]
    attached = [f"photo{photo['owner_id']}_{photo['id']}", f"doc{document['owner_id']}_{document['id']}"]
    client.call(owner.token, "messages.send", peer_id=CHATS + 1, random_id=0, attachment=attached)
    [message] = client.call(owner.token, "messages.getHistory", peer_id=CHATS + 1, count=1)["items"]
    shown, kept = message["attachments"]
    addresses = shown["photo"]["sizes"][-1]["url"], kept["doc"]["url"]
    assert [session.http.get(address).content for address in addresses] == [PNG, "план".encode()]
    assert kept["doc"]["title"] == "План.txt"
    assert upload.photo_chat(io.BytesIO(PNG), chat_id=1)["chat"]["photo_200"].startswith("http")
    assert client.call(owner.token, "messages.deleteChatPhoto", chat_id=1)["chat"]["title"] == "9А"


def test_a_person_hears_what_happens_in_a_chat(client: Client, stand: Stand, owner: Person) -> None:
    pupil, other = stand.people(2)
    client.call(owner.token, "messages.addChatUser", chat_id=1, user_id=other.id)
    link = client.call(owner.token, "messages.getInviteLink", peer_id=CHATS + 1)["link"]
    ear = VkLongPoll(client.session(owner.token), preload_messages=True)
    client.call(pupil.token, "messages.joinChatByInviteLink", link=link)
    client.call(pupil.token, "messages.send", chat_id=1, message="а < б & «в»\nг", random_id=0)
    client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")
    vk_api.VkUpload(client.session(owner.token)).photo_chat(io.BytesIO(PNG), chat_id=1)
    client.call(other.token, "messages.removeChatUser", chat_id=1, user_id=other.id)
    client.call(owner.token, "messages.removeChatUser", chat_id=1, user_id=pupil.id)
    told = ear.check()
    changes = [(event.update_type, event.info) for event in told if event.type is VkEventType.CHAT_UPDATE]
    assert changes == [
        (VkChatEventType.USER_JOINED, {"user_id": pupil.id}),
        (VkChatEventType.TITLE, 0),
        (VkChatEventType.PHOTO, 0),
        (VkChatEventType.USER_LEFT, {"user_id": other.id}),
        (VkChatEventType.USER_KICKED, {"user_id": pupil.id}),
    ]
    messages = [event for event in told if event.type is VkEventType.MESSAGE_NEW]
    assert [event.source_act for event in messages if not event.message] == [
        "chat_invite_user_by_link",
        "chat_title_update",
        "chat_photo_update",
        "chat_kick_user",
        "chat_kick_user",
    ]
    [said] = [event for event in messages if event.message]
    assert (said.message, said.user_id, said.chat_id) == ("а < б & «в»\nг", pupil.id, 1)
    assert said.to_me
    # It sends the set of ids as one parameter many times over: the last one counts, in whatever order a set has.
    [loaded] = [event for event in messages if event.message_data]
    assert loaded.message_data["id"] == loaded.message_id
    assert loaded.message_data.get("action", {}).get("type") == getattr(loaded, "source_act", None)


def test_a_lost_key_is_asked_for_again(client: Client, stand: Stand, owner: Person) -> None:
    ear = VkLongPoll(client.session(owner.token))
    ear.key = "lost"
    client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")
    assert ear.check() == []
    assert [event.type for event in ear.check()] == [VkEventType.MESSAGE_NEW, VkEventType.CHAT_UPDATE]


def test_a_community_hears_who_comes_and_goes(client: Client, stand: Stand) -> None:
    community, [pupil] = stand.community(), stand.people(1)
    client.call(community.token, "messages.createChat", title="9А")
    link = client.call(community.token, "messages.getInviteLink", peer_id=CHATS + 1)["link"]
    ear = VkBotLongPoll(client.session(community.token), community.id)
    client.call(pupil.token, "messages.joinChatByInviteLink", link=link)
    client.call(pupil.token, "messages.removeChatUser", chat_id=1, user_id=pupil.id)
    client.call(pupil.token, "messages.addChatUser", chat_id=1, user_id=pupil.id)
    client.call(pupil.token, "messages.send", chat_id=1, message="Здравствуйте", random_id=0)
    client.call(community.token, "messages.editChat", chat_id=1, title="9Б")
    client.call(community.token, "messages.removeChatUser", chat_id=1, member_id=pupil.id)
    told = ear.check()
    assert [(event.type, event.from_chat, event.chat_id) for event in told] == [
        *[(VkBotEventType.MESSAGE_NEW, True, 1)] * 4,
        *[(VkBotEventType.MESSAGE_REPLY, True, 1)] * 2,
    ]
    actions = [(event.message or event.obj).get("action", {}).get("type") for event in told]
    by_link, left, back, said, titled, kicked = actions
    assert (by_link, left, back, said) == ("chat_invite_user_by_link", "chat_kick_user", "chat_invite_user", None)
    assert (titled, kicked) == ("chat_title_update", "chat_kick_user")


def test_a_community_works_at_its_own_pace(client: Client, stand: Stand) -> None:
    community = stand.community()
    group = vk_api.VkApiGroup(token=community.token, api_version="5.199")
    assert group.method("groups.getById")["groups"][0]["id"] == community.id
    assert group.RPS_DELAY == 1 / 20
