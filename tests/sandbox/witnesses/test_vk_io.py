"""vk-io 4.10.1 (npm): the most used client in JavaScript."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.images import PNG
from tests.sandbox.names import Names
from tests.sandbox.process import Person
from tests.sandbox.witnesses.everyday import Everyday
from tests.sandbox.witnesses.node import Driver, Refused, driver
from tests.sandbox.witnesses.stand import CHATS, Stand

CLIENT = "vk-io"


class Client:
    def __init__(self, node: Driver) -> None:
        self.node = node

    def call(self, token: str, method: str, **parameters: Any) -> Any:
        answer = self.node.ask("call", token=token, method=method, params=parameters)
        return answer["response"] if method == "execute" else answer

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        with pytest.raises(Refused) as caught:
            self.call(token, method, **parameters)
        assert caught.value.type == "APIError"
        return int(caught.value.code)


@pytest.fixture(scope="module")
def node(names: Names) -> Iterator[Driver]:
    with driver("vk_io.mjs", "vk-io", names) as running:
        yield running


@pytest.fixture
def client(stand: Stand, node: Driver) -> Client:
    return Client(node)


class TestVkIo(Everyday):
    pass


@pytest.fixture
def owner(client: Client, stand: Stand) -> Person:
    """One who has a chat, alone."""
    [person] = stand.people(1)
    client.call(person.token, "messages.createChat", title="9А")
    return person


def test_it_pauses_and_asks_again_when_told_too_many_requests(client: Client, stand: Stand, owner: Person) -> None:
    stand.fault("error", code=6, times=1)
    assert client.call(owner.token, "messages.editChat", chat_id=1, title="9Б") == 1
    assert stand.requests("messages.editChat") == 2


@pytest.mark.parametrize("code", [9, 14, 17, 29, 103])
def test_other_faults_are_left_to_the_caller(client: Client, stand: Stand, owner: Person, code: int) -> None:
    stand.fault("captcha") if code == 14 else stand.fault("error", code=code)
    assert client.refused(owner.token, "messages.editChat", chat_id=1, title="9Б") == code
    assert stand.requests("messages.editChat") == 1


@pytest.mark.parametrize(("fields", "known"), [("both", (True, True)), ("old", (True, False)), ("new", (False, True))])
def test_a_captcha_is_solved_and_the_call_is_made(
    client: Client, stand: Stand, owner: Person, fields: str, known: tuple[bool, bool]
) -> None:
    stand.fault("captcha", fields=fields)
    asked = {"token": owner.token, "method": "messages.editChat", "params": {"chat_id": 1, "title": "9Б"}}
    done = client.node.ask("captcha", **asked)
    [seen] = done["seen"]
    assert (done["answer"], ("sid" in seen, "session_token=" in seen.get("redirectUri", ""))) == (1, known)
    assert stand.requests("messages.editChat") == 2


@pytest.mark.parametrize("mode", ["parallel", "parallel_selected"])
def test_calls_of_one_moment_go_out_in_one_request(client: Client, stand: Stand, owner: Person, mode: str) -> None:
    says = [["messages.send", {"peer_id": CHATS + 1, "message": f"№{n} «а»", "random_id": n + 1}] for n in range(30)]
    refused = ["messages.send", {"peer_id": CHATS + 9, "message": "никому", "random_id": 0}]
    *said, lost = client.node.ask("together", token=owner.token, mode=mode, calls=[*says, refused])
    assert [one["answer"] for one in said] == sorted(one["answer"] for one in said)
    assert lost["error"] == {"type": "ExecuteError", "code": 927, "method": "messages.send"}
    assert stand.requests("execute") == 2


def test_all_pages_are_had_in_one_request(client: Client, stand: Stand, owner: Person) -> None:
    for number in range(7):
        client.call(owner.token, "messages.createChat", title=f"чат {number}")
    [items] = client.node.ask("collect", token=owner.token, method="messages.getConversations", size=3)
    assert sorted(item["conversation"]["peer"]["local_id"] for item in items) == list(range(1, 9))
    assert stand.requests("execute") == 1


def test_files_are_sent_and_had_again(client: Client, stand: Stand, owner: Person) -> None:
    def sent(kind: str, name: str, content: bytes) -> dict[str, Any]:
        asked = {"token": owner.token, "name": name, "content": base64.b64encode(content).decode()}
        return dict(client.node.ask("upload", kind=kind, peer_id=CHATS + 1, **asked))

    photo, document = sent("messagePhoto", "a.png", PNG), sent("messageDocument", "План.txt", "план".encode())
    both = f"{photo['attachment']},{document['attachment']}"
    client.call(owner.token, "messages.send", peer_id=CHATS + 1, random_id=0, attachment=both)
    [message] = client.call(owner.token, "messages.getHistory", peer_id=CHATS + 1, count=1)["items"]
    assert [one["type"] for one in message["attachments"]] == ["photo", "doc"]
    assert [stand.names.ask(one["url"]).body for one in (photo, document)] == [PNG, "план".encode()]
    set_photo = client.node.ask("chatPhoto", token=owner.token, chat_id=1, content=base64.b64encode(PNG).decode())
    assert set_photo["chat"]["photo_200"].startswith("http")
    assert client.call(owner.token, "messages.deleteChatPhoto", chat_id=1)["chat"]["title"] == "9А"


def test_a_name_nobody_has_is_an_error_of_its_own(client: Client, stand: Stand, owner: Person) -> None:
    with pytest.raises(Refused) as caught:
        client.node.ask("resolve", token=owner.token, name="nobody_here")
    assert (caught.value.type, caught.value.code) == ("ResourceError", "RESOURCE_NOT_FOUND")
    assert stand.answered("utils.resolveScreenName") == 1


def test_a_person_hears_what_happens_in_a_chat(client: Client, stand: Stand, owner: Person) -> None:
    client.node.ask("listen", token=owner.token)  # finds out by error 100 that this is no community
    client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")
    client.call(owner.token, "messages.send", peer_id=CHATS + 1, message="а < б", random_id=0)
    titled, said = client.node.ask("heard", count=2)
    client.node.ask("hush", token=owner.token)
    assert (titled["event"], titled["peer"]) == ("chat_title_update", CHATS + 1)
    assert (said["event"], said["text"], said["from"]) == (None, "а < б", owner.id)


def test_a_community_hears_who_comes_and_goes(client: Client, stand: Stand) -> None:
    community, [pupil] = stand.community(), stand.people(1)
    client.call(community.token, "messages.createChat", title="9А")
    link = client.call(community.token, "messages.getInviteLink", peer_id=CHATS + 1)["link"]
    client.node.ask("listen", token=community.token)
    client.call(pupil.token, "messages.joinChatByInviteLink", link=link)
    client.call(pupil.token, "messages.removeChatUser", chat_id=1, user_id=pupil.id)
    client.call(pupil.token, "messages.addChatUser", chat_id=1, user_id=pupil.id)
    client.call(pupil.token, "messages.send", peer_id=CHATS + 1, message="Здравствуйте", random_id=0)
    told = client.node.ask("heard", count=4)
    client.node.ask("hush", token=community.token)
    assert [(one["event"], one["member"], one["text"]) for one in told] == [
        ("chat_invite_user_by_link", pupil.id, None),
        ("chat_kick_user", pupil.id, None),
        ("chat_invite_user", pupil.id, None),
        (None, None, "Здравствуйте"),
    ]
    assert {(one["from"], one["peer"]) for one in told} == {(pupil.id, CHATS + 1)}
