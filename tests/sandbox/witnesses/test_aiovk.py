"""aiovk 4.1.0 (PyPI): asynchronous, untyped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiovk
import pytest
from aiovk.drivers import HttpDriver
from aiovk.exceptions import VkAPIError, VkAuthError, VkCaptchaNeeded, VkLongPollError
from aiovk.longpoll import BotsLongPoll, UserLongPoll
from aiovk.pools import AsyncVkExecuteRequestPool

from tests.sandbox.process import Person
from tests.sandbox.witnesses.everyday import Everyday
from tests.sandbox.witnesses.roads import leading_session, plain
from tests.sandbox.witnesses.stand import CHATS, Stand

CLIENT = "aiovk"
UNAUTHORIZED = 5


class Session(aiovk.TokenSession):
    API_VERSION = "5.199"


class Client:
    def __init__(self, stand: Stand, runner: asyncio.Runner) -> None:
        self.stand, self.runner, self.kind = stand, runner, Session

    @asynccontextmanager
    async def session(self, token: str) -> AsyncIterator[aiovk.TokenSession]:
        async with self.kind(token, driver=HttpDriver(session=await leading_session(self.stand))) as session:
            yield session

    def with_api(self, token: str, act: Callable[[aiovk.API], Coroutine[Any, Any, Any]]) -> Any:
        async def acted() -> Any:
            async with self.session(token) as session:
                return await act(aiovk.API(session))

        return self.runner.run(acted())

    def call(self, token: str, method: str, **parameters: Any) -> Any:
        return self.with_api(token, lambda api: api(method, **plain(parameters)))

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        with pytest.raises((VkAPIError, VkAuthError)) as caught:
            self.call(token, method, **parameters)
        return UNAUTHORIZED if isinstance(caught.value, VkAuthError) else int(caught.value.error_code)


@pytest.fixture
def client(stand: Stand) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        yield Client(stand, runner)


class TestAiovk(Everyday):
    pass


@pytest.fixture
def owner(client: Client, stand: Stand) -> Person:
    """One who has a chat, alone."""
    [person] = stand.people(1)
    client.call(person.token, "messages.createChat", title="9А")
    return person


def test_a_captcha_is_solved_and_the_call_is_made(client: Client, stand: Stand, owner: Person) -> None:
    class Solving(Session):
        async def enter_captcha(self, url: str, sid: str) -> str:
            assert (url[:4], sid.isdecimal()) == ("http", True)
            return "кот"

    stand.fault("captcha")
    client.kind = Solving
    assert client.call(owner.token, "messages.editChat", chat_id=1, title="9Б") == 1
    assert stand.requests("messages.editChat") == 2


def test_a_captcha_that_nobody_solves_is_an_exception(client: Client, stand: Stand, owner: Person) -> None:
    stand.fault("captcha")
    with pytest.raises(VkCaptchaNeeded) as caught:
        client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")
    assert caught.value.url.startswith("http")


@pytest.mark.parametrize("code", [6, 9, 17, 29, 103])
def test_faults_are_left_to_the_caller(client: Client, stand: Stand, owner: Person, code: int) -> None:
    stand.fault("error", code=code)
    assert client.refused(owner.token, "messages.editChat", chat_id=1, title="9Б") == code
    assert stand.requests("messages.editChat") == 1


def test_a_pool_of_calls_is_one_request_a_token(client: Client, stand: Stand, owner: Person) -> None:
    [pupil] = stand.people(1)

    async def together() -> list[Any]:
        http = HttpDriver(session=await leading_session(stand))
        async with AsyncVkExecuteRequestPool(token_session_class=partial(Session, driver=http)) as pool:
            made = pool.add_call("messages.createChat", owner.token, {"title": "9Б"})
            refused = pool.add_call("messages.editChat", owner.token, {"chat_id": 7, "title": "9Б"})
            other = pool.add_call("users.get", pupil.token)
            lost = pool.add_call("users.get", "vk1.a.nobody")
        return [made, refused, other, lost]

    made, refused, other, lost = client.runner.run(together())
    assert (made.result["chat_id"], other.result[0]["id"]) == (2, pupil.id)
    assert (refused.error["error_code"], refused.error["method"]) == (927, "messages.editChat")
    assert (lost.ok, lost.error["error_code"]) == (False, UNAUTHORIZED)
    assert stand.answered("execute") == 2


def test_a_person_hears_what_happens_in_a_chat(client: Client, stand: Stand, owner: Person) -> None:
    async def listen(api: aiovk.API) -> dict[str, Any]:
        ear = UserLongPoll(api, mode=[2, 8, 32], version=3)
        await ear.get_pts()
        await api.messages.editChat(chat_id=1, title="9Б")
        await api.messages.send(chat_id=1, message="а < б", random_id=0)
        return await ear.wait(need_pts=True)

    told = client.with_api(owner.token, listen)
    assert told["pts"] == told["ts"]
    titled, changed, said = told["updates"]
    assert titled[6] == {"from": str(owner.id), "source_act": "chat_title_update", "source_text": "9Б"}
    assert (changed, said[0], said[5]) == ([52, 1, CHATS + 1, 0], 4, "а &lt; б")


def test_a_version_that_is_not_there_is_an_exception_of_listening(client: Client, owner: Person) -> None:
    async def listen(api: aiovk.API) -> None:
        ear = UserLongPoll(api, mode=2, version=99)
        await ear.wait()

    with pytest.raises(VkLongPollError) as caught:
        client.with_api(owner.token, listen)
    assert caught.value.error == 4


def test_a_lost_key_is_asked_for_again(client: Client, owner: Person) -> None:
    async def listen(api: aiovk.API) -> dict[str, Any]:
        ear = UserLongPoll(api, mode=2, version=3, wait=0)
        await ear.get_pts()
        ear.key = "lost"
        return await ear.wait()

    assert client.with_api(owner.token, listen)["updates"] == []


def test_a_community_hears_who_comes_and_goes(client: Client, stand: Stand) -> None:
    community, [pupil] = stand.community(), stand.people(1)
    client.call(community.token, "messages.createChat", title="9А")
    link = client.call(community.token, "messages.getInviteLink", peer_id=CHATS + 1)["link"]

    async def listen(api: aiovk.API) -> list[dict[str, Any]]:
        ear = BotsLongPoll(api, group_id=community.id)
        await ear._get_long_poll_server()
        async with client.session(pupil.token) as session:
            theirs = aiovk.API(session)
            await theirs.messages.joinChatByInviteLink(link=link)
            await theirs.messages.removeChatUser(chat_id=1, user_id=pupil.id)
            await theirs.messages.addChatUser(chat_id=1, user_id=pupil.id)
        return (await ear.wait())["updates"]

    told = client.with_api(community.token, listen)
    assert [event["object"]["message"]["action"] for event in told] == [
        {"type": "chat_invite_user_by_link", "member_id": pupil.id},
        {"type": "chat_kick_user", "member_id": pupil.id},
        {"type": "chat_invite_user", "member_id": pupil.id},
    ]
