"""Listening: news come when they happen, not later, and once."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.sandbox.process import Person, Sandbox, running

PEER = 2_000_000_000
POLLS = 500


@pytest.fixture
def pupil(sandbox: Sandbox, owner: Person) -> Person:
    """One who is with the owner in a chat named 9А, the first chat of both."""
    [person] = sandbox.people(1)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=person.id)
    return person


@pytest.fixture
def community(sandbox: Sandbox) -> dict[str, Any]:
    seeded: dict[str, Any] = sandbox.seed(community={"name": "Школа"})["community"]
    return seeded


def server(sandbox: Sandbox, token: str, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.response("messages.getLongPollServer", token, **asked)
    return found | {"path": "/" + found["server"].partition("/")[2]}


def bot_server(sandbox: Sandbox, community: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.response("groups.getLongPollServer", community["token"], group_id=community["id"])
    return found | {"path": urlsplit(found["server"]).path}


def poll(sandbox: Sandbox, where: dict[str, Any], **asked: Any) -> dict[str, Any]:
    question = {"act": "a_check", "key": where["key"], "ts": where["ts"], "wait": 0, "version": 3, "mode": 2}
    answer = sandbox.http.get(where["path"], params=question | asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told: dict[str, Any] = answer.json()
    return told


def say(sandbox: Sandbox, person: Person, text: str, **asked: Any) -> int:
    return int(sandbox.response("messages.send", person.token, chat_id=1, message=text, random_id=0, **asked))


def test_a_message_is_told_to_those_who_see_it(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    [stranger] = sandbox.people(1)
    ears = [server(sandbox, person.token) for person in (owner, pupil, stranger)]
    number = say(sandbox, pupil, "а < б\nв")
    [[mine], [told], nothing] = [poll(sandbox, ear)["updates"] for ear in (ears[1], ears[0], ears[2])]
    extra = {"from": str(pupil.id)}
    assert told == [4, number, 1, PEER + 1, told[4], "а &lt; б<br>в", extra, {}, 0]
    assert (mine[2], mine[3], nothing) == (2, PEER + 1, [])


def test_the_next_ts_tells_only_what_is_new(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    ear = server(sandbox, owner.token, need_pts=1)
    assert ear["pts"] == ear["ts"]
    say(sandbox, pupil, "а")
    first = poll(sandbox, ear, mode=2 | 32)
    assert first["pts"] == first["ts"] > ear["ts"]
    say(sandbox, pupil, "б")
    second = poll(sandbox, ear, ts=first["ts"])
    assert [update[5] for update in second["updates"]] == ["б"]
    assert poll(sandbox, ear, ts=second["ts"]) == {"ts": second["ts"], "updates": []}


def test_every_change_of_a_chat_is_told(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    guest, other = sandbox.people(2)
    link = sandbox.response("messages.getInviteLink", owner.token, peer_id=PEER + 1)["link"]
    ear = server(sandbox, owner.token)
    sandbox.response("messages.editChat", owner.token, chat_id=1, title="9Б")
    sandbox.response("messages.joinChatByInviteLink", guest.token, link=link)
    sandbox.response("messages.addChatUser", owner.token, chat_id=1, user_id=other.id)
    sandbox.response("messages.removeChatUser", guest.token, chat_id=1, user_id=guest.id)
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=other.id)
    updates = poll(sandbox, ear)["updates"]
    assert [update for update in updates if update[0] == 52] == [
        [52, 1, PEER + 1, 0],
        [52, 6, PEER + 1, guest.id],
        [52, 6, PEER + 1, other.id],
        [52, 7, PEER + 1, guest.id],
        [52, 8, PEER + 1, other.id],
    ]
    assert [update[6] for update in updates if update[0] == 4][:3] == [
        {"from": str(owner.acting), "source_act": "chat_title_update", "source_text": "9Б"},
        {"from": str(guest.id), "source_act": "chat_invite_user_by_link", "source_mid": str(guest.id)},
        {"from": str(owner.acting), "source_act": "chat_invite_user", "source_mid": str(other.id)},
    ]


def test_editing_deleting_reading_and_typing_are_told(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    first, second = say(sandbox, owner, "а"), say(sandbox, owner, "б")
    ear, mine = server(sandbox, pupil.token), server(sandbox, owner.token)
    sandbox.response("messages.edit", owner.token, peer_id=PEER + 1, message_id=first, message="в")
    sandbox.response("messages.delete", owner.token, message_ids=first, delete_for_all=1)
    sandbox.response("messages.markAsRead", pupil.token, message_ids=second)
    sandbox.response("messages.delete", pupil.token, message_ids=second)
    sandbox.response("messages.setActivity", owner.token, peer_id=PEER + 1, type="typing")
    told = poll(sandbox, ear)["updates"]
    assert [update[:6] for update in told] == [
        [5, first, 0, PEER + 1, told[0][4], "в"],
        [2, first, 128 | 131072, PEER + 1],
        [6, PEER + 1, second],
        [2, second, 128, PEER + 1],
        [63, [owner.acting], PEER + 1, 1, told[4][4]],
    ]
    assert [update[0] for update in poll(sandbox, mine)["updates"]] == [5, 2, 7]


def test_one_who_goes_hears_of_it_and_nothing_after(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    ear = server(sandbox, pupil.token)
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=pupil.id)
    say(sandbox, owner, "без него")
    updates = poll(sandbox, ear)["updates"]
    assert [update[:2] for update in updates if update[0] == 52] == [[52, 8]]
    assert [update[5] for update in updates if update[0] == 4] == [""]


def test_a_bot_is_told_of_actions(sandbox: Sandbox, community: dict[str, Any]) -> None:
    [pupil] = sandbox.people(1)
    sandbox.response("messages.createChat", community["token"], title="9А")
    link = sandbox.response("messages.getInviteLink", community["token"], peer_id=PEER + 1)["link"]
    ear = bot_server(sandbox, community)
    sandbox.response("messages.joinChatByInviteLink", pupil.token, link=link)
    number = say(sandbox, pupil, "Здравствуйте")
    sandbox.response("messages.edit", pupil.token, peer_id=PEER + 1, message_id=number, message="Добрый день")
    sandbox.response("messages.send", community["token"], chat_id=1, message="Урок отменён", random_id=0)
    answer = poll(sandbox, ear)
    assert isinstance(answer["ts"], str)
    joined, said, edited, replied = answer["updates"]
    assert [event["type"] for event in answer["updates"]] == [
        "message_new",
        "message_new",
        "message_edit",
        "message_reply",
    ]
    action = {"type": "chat_invite_user_by_link", "member_id": pupil.id}
    assert joined["object"]["message"]["action"] == action
    assert joined.keys() == {"type", "event_id", "v", "group_id", "object"}
    assert (joined["group_id"], joined["v"]) == (community["id"], "5.199")
    [kept] = sandbox.response("messages.getById", community["token"], message_ids=number)["items"]
    assert said["object"]["message"] == edited["object"] == kept
    assert said["object"]["client_info"]["button_actions"] == ["text"]
    assert replied["object"]["text"] == "Урок отменён"
    assert len({event["event_id"] for event in answer["updates"]}) == 4


def test_only_the_community_itself_listens_as_a_bot(sandbox: Sandbox, owner: Person, community: dict[str, Any]) -> None:
    assert sandbox.error("groups.getLongPollServer", owner.token, group_id=community["id"])[0] == 15
    settings = sandbox.response("groups.getLongPollSettings", community["token"], group_id=community["id"])
    assert (settings["is_enabled"], settings["api_version"]) == (True, "5.199")
    told = {name for name, on in settings["events"].items() if on}
    assert told == {"message_new", "message_reply", "message_edit"}


def test_a_poll_that_cannot_be_answered_says_which_way_out(sandbox: Sandbox, owner: Person) -> None:
    [person] = sandbox.seed({"key": "a", "first_name": "А", "last_name": "Б"})["users"]
    ear = server(sandbox, person["token"])
    assert poll(sandbox, ear, ts=ear["ts"] + 1) == {"failed": 1, "ts": ear["ts"]}
    assert poll(sandbox, ear, ts="x") == {"failed": 1, "ts": ear["ts"]}
    assert poll(sandbox, ear, key="x") == {"failed": 2}
    assert poll(sandbox, ear | {"path": "/longpoll/bot"}) == {"failed": 2}
    assert poll(sandbox, ear, version=20) == {"failed": 4, "min_version": 0, "max_version": 19}
    sandbox.seed({"key": "a", "first_name": "А", "last_name": "Б", "revoked": True})
    assert poll(sandbox, ear) == {"failed": 3}
    sandbox.control("reset")
    assert poll(sandbox, ear) == {"failed": 2}


def test_who_is_far_behind_has_lost_something(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    ear = server(sandbox, owner.token)
    typing = f"API.messages.setActivity({{peer_id: {PEER + 1}}})"
    for _ in range(40):
        sandbox.call("execute", pupil.token, code=f"return [{','.join([typing] * 25)}];")
    assert len(poll(sandbox, ear)["updates"]) == 1000
    say(sandbox, owner, "а")
    assert poll(sandbox, ear) == {"failed": 1, "ts": ear["ts"] + 1001}


def test_history_tells_what_was_missed(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    ear = server(sandbox, owner.token, need_pts=1)
    number = say(sandbox, pupil, "а")
    sandbox.response("messages.markAsRead", owner.token, peer_id=PEER + 1)
    missed = sandbox.response("messages.getLongPollHistory", owner.token, pts=ear["pts"])
    [kept] = sandbox.response("messages.getById", owner.token, message_ids=number)["items"]
    assert missed == {
        "history": [[4, number, 0, PEER + 1], [6, PEER + 1, number]],
        "messages": {"count": 1, "items": [kept]},
        "new_pts": ear["pts"] + 2,
        "from_pts": ear["pts"],
        "more": False,
        "profiles": missed["profiles"],
    }
    assert [user["id"] for user in missed["profiles"]] == [pupil.id]


def test_long_history_comes_in_parts_without_a_gap(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    since = server(sandbox, owner.token, need_pts=1)["pts"]
    for part in range(9):
        calls = [("messages.send", {"chat_id": 1, "message": f"{part}", "random_id": 0})] * 25
        sandbox.execute(pupil.token, *calls)
    first = sandbox.response("messages.getLongPollHistory", owner.token, pts=since)
    rest = sandbox.response("messages.getLongPollHistory", owner.token, pts=first["new_pts"])
    assert [(part["messages"]["count"], part["more"]) for part in (first, rest)] == [(200, True), (25, False)]
    numbers = [update[1] for part in (first, rest) for update in part["history"]]
    assert numbers == list(range(numbers[0], numbers[0] + 225))


def threads(sandbox: Sandbox) -> int:
    return len(list(Path(f"/proc/{sandbox.process.pid}/task").iterdir()))


class Listeners:
    """Many polls from one thread of ours, each on a connection of its own."""

    def __init__(self, sandbox: Sandbox, keys: list[dict[str, Any]]) -> None:
        self.sandbox, self.keys = sandbox, keys
        self.waiting = threading.Event()
        self.answers: list[dict[str, Any]] = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()))

    async def _all(self) -> None:
        address = urlsplit(self.sandbox.url)
        streams = [await asyncio.open_connection(address.hostname, address.port) for _ in self.keys]
        for where, (_, writer) in zip(self.keys, streams, strict=True):
            question = urlencode({"act": "a_check", "key": where["key"], "ts": where["ts"], "wait": 25})
            head = f"GET {where['path']}?{question} HTTP/1.0\r\nHost: {address.netloc}\r\n\r\n"
            writer.write(head.encode())
            await writer.drain()
        self.waiting.set()
        for reader, writer in streams:
            body = (await reader.read()).partition(b"\r\n\r\n")[2]
            self.answers.append(json.loads(body))
            writer.close()


@contextmanager
def listening(sandbox: Sandbox, keys: list[dict[str, Any]]) -> Iterator[Listeners]:
    listeners = Listeners(sandbox, keys)
    listeners.thread.start()
    assert listeners.waiting.wait(10)
    yield listeners
    listeners.thread.join(10)


def test_five_hundred_polls_wait_in_one_process_without_threads(sandbox: Sandbox, owner: Person) -> None:
    people = sandbox.people(50)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=",".join(str(p.id) for p in people))
    keys = [server(sandbox, person.token) for person in people] * (POLLS // len(people))
    before, began = threads(sandbox), time.monotonic()
    with listening(sandbox, keys) as listeners:
        assert poll(sandbox, keys[0]) == {"ts": keys[0]["ts"], "updates": []}  # behind all the others in one queue
        assert threads(sandbox) == before
        assert listeners.answers == []
        number = say(sandbox, owner, "Все слышат?")
    assert [answer["updates"][0][:2] for answer in listeners.answers] == [[4, number]] * POLLS
    assert time.monotonic() - began < 20  # seconds: nobody has waited in vain


def test_a_poll_waits_as_long_as_asked(sandbox: Sandbox, owner: Person) -> None:
    ear, began = server(sandbox, owner.token), time.monotonic()
    assert poll(sandbox, ear, wait=1) == {"ts": ear["ts"], "updates": []}
    assert 0.9 < time.monotonic() - began < 3


def test_waiting_polls_do_not_hold_up_the_end() -> None:
    with running() as sandbox:
        [person] = sandbox.people(1)
        keys = [server(sandbox, person.token)] * 5
        with listening(sandbox, keys) as listeners:
            poll(sandbox, keys[0])
            began = time.monotonic()
            sandbox.process.terminate()
            assert sandbox.process.wait(10) == 0
    assert [answer["updates"] for answer in listeners.answers] == [[]] * 5
    assert time.monotonic() - began < 5  # seconds; held up it would be 10
