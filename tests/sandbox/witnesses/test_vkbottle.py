"""vkbottle 4.11.0 (PyPI): typed. Every answer has to fit its models, which other people derived from VK's schema."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from vkbottle import API, APIAuthError, Bot, CaptchaError, UserPolling, VKAPIError
from vkbottle.bot import Message
from vkbottle.http import AiohttpClient
from vkbottle.tools import DocMessagesUploader, PhotoMessageUploader
from vkbottle.tools.uploader import PhotoChatFaviconUploader

from tests.sandbox.images import PNG
from tests.sandbox.process import Person
from tests.sandbox.witnesses.everyday import REFUSALS, Everyday, School
from tests.sandbox.witnesses.roads import leading_session
from tests.sandbox.witnesses.stand import CHATS, Stand

CLIENT = "vkbottle"
UNTYPED = {"calls"}  # vkbottle 4.11 has no category for them


class Client:
    def __init__(self, stand: Stand, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.http = AiohttpClient(session=self.run(leading_session(stand)))

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(coroutine)

    def api(self, token: str) -> API:
        return API(token, http_client=self.http)

    def call(self, token: str, method: str, **parameters: Any) -> Any:
        subject, _, name = method.partition(".")
        if subject in UNTYPED or not name:
            return self.run(self.api(token).request(method, parameters))["response"]
        typed = getattr(getattr(self.api(token), subject), re.sub("[A-Z]", lambda big: f"_{big[0].lower()}", name))
        return as_json(self.run(typed(**parameters)))

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        with pytest.raises(VKAPIError) as caught:
            self.call(token, method, **parameters)
        return int(caught.value.code)


def as_json(answer: Any) -> Any:
    if isinstance(answer, BaseModel):
        return answer.model_dump(mode="json", exclude_unset=True)
    return [as_json(one) for one in answer] if isinstance(answer, list) else answer


@pytest.fixture
def client(stand: Stand) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        client = Client(stand, runner)
        yield client
        client.run(client.http.close())


class TestVkbottle(Everyday):
    @pytest.mark.parametrize("case", REFUSALS)
    def test_a_refusal_has_a_type_of_its_own_by_its_number(self, school: School, client: Client, case: str) -> None:
        code, token, method, parameters = REFUSALS[case]
        with pytest.raises(VKAPIError[code]) as caught:
            client.call(token(school), method, **parameters(school))
        assert caught.value.request_params["method"] == method
        assert isinstance(caught.value, APIAuthError) == (code == 5)


@pytest.fixture
def owner(client: Client, stand: Stand) -> Person:
    """One who has a chat, alone."""
    [person] = stand.people(1)
    client.call(person.token, "messages.createChat", title="9А")
    return person


def test_a_captcha_is_solved_and_the_call_is_made(client: Client, stand: Stand, owner: Person) -> None:
    async def solve(captcha: CaptchaError) -> str:
        assert captcha.captcha_img.startswith("http")
        assert "session_token=" in captcha.kwargs["redirect_uri"]
        return "кот"

    stand.fault("captcha")
    api = client.api(owner.token)
    api.add_captcha_handler(solve)
    assert client.run(api.messages.edit_chat(chat_id=1, title="9Б")) == 1
    assert stand.requests("messages.editChat") == 2


def test_it_cannot_read_a_captcha_of_the_new_fields_alone(client: Client, stand: Stand, owner: Person) -> None:
    stand.fault("captcha", fields="new")
    with pytest.raises(TypeError, match="captcha_sid"):
        client.call(owner.token, "messages.editChat", chat_id=1, title="9Б")


@pytest.mark.parametrize("code", [6, 9, 14, 17, 29, 103, 984])
def test_faults_are_left_to_the_caller(client: Client, stand: Stand, owner: Person, code: int) -> None:
    stand.fault("captcha") if code == 14 else stand.fault("error", code=code)
    assert client.refused(owner.token, "messages.editChat", chat_id=1, title="9Б") == code
    assert stand.requests("messages.editChat") == 1


def test_many_answers_have_their_types(client: Client, owner: Person) -> None:
    client.call(owner.token, "messages.send", peer_ids=[CHATS + 1], message="Урок", random_id=0)
    for method, asked in {
        "messages.getConversations": {"extended": True},
        "messages.getConversationsById": {"peer_ids": [CHATS + 1], "extended": True},
        "messages.getConversationMembers": {"peer_id": CHATS + 1, "extended": True, "fields": ["sex"]},
        "messages.getHistory": {"peer_id": CHATS + 1, "extended": True},
        "messages.getById": {"message_ids": [1], "extended": True},
        "messages.getChat": {"chat_ids": [1]},  # with `fields` vkbottle 4.11 takes the model of answers without them
        "messages.send": {"peer_ids": [CHATS + 1], "message": "а", "random_id": 0},
        "users.get": {"fields": ["sex", "bdate", "screen_name"]},
    }.items():
        assert client.call(owner.token, method, **asked)


def test_calls_go_out_together_in_execute(client: Client, owner: Person) -> None:
    code = 'return [API.messages.editChat({chat_id: 1, title: "9Б"}), API.messages.createChat({title: ""})];'
    assert client.call(owner.token, "execute", code=code) == [1, False]


def test_files_are_sent_and_had_again(client: Client, owner: Person) -> None:
    api = client.api(owner.token)
    photo = client.run(PhotoMessageUploader(api).upload(PNG, peer_id=CHATS + 1))
    document = client.run(DocMessagesUploader(api).upload("план".encode(), peer_id=CHATS + 1, title="План.txt"))
    sent = {"peer_id": CHATS + 1, "random_id": 0, "attachment": f"{photo},{document}"}
    client.call(owner.token, "messages.send", **sent)
    [message] = client.run(api.messages.get_history(peer_id=CHATS + 1, count=1)).items
    shown, kept = message.attachments
    addresses = shown.photo.sizes[-1].url, kept.doc.url
    assert [client.run(client.http.request_content(address)) for address in addresses] == [PNG, "план".encode()]
    assert kept.doc.title == "План.txt"


def test_a_method_vk_does_not_have_is_refused_whoever_calls_it(client: Client, owner: Person) -> None:
    with pytest.raises(VKAPIError[3]):  # vkbottle 4.11 asks for photos.setChatPhoto where VK has messages.setChatPhoto
        client.run(PhotoChatFaviconUploader(client.api(owner.token)).raw_upload(1, PNG))


def test_a_bot_hears_and_answers(client: Client, stand: Stand) -> None:
    community, [pupil] = stand.community(), stand.people(1)
    bot, heard = Bot(api=client.api(community.token)), []

    @bot.on.chat_message(text="Когда урок?")
    async def answer(message: Message) -> None:
        await message.answer("В 9")

    @bot.on.chat_message()
    async def note(message: Message) -> None:
        assert message.action is not None
        heard.append((message.action.type.value, message.action.member_id, message.chat_id))

    async def listen() -> None:
        api, theirs = bot.api, client.api(pupil.token)
        await api.messages.create_chat(title="9А")
        link = (await api.messages.get_invite_link(peer_id=CHATS + 1)).link
        polling = bot.polling.listen()
        server = bot.polling.get_server
        opened = await server()
        bot.polling.get_server = lambda: asyncio.sleep(0, opened)  # the news of before its first question too
        await theirs.messages.join_chat_by_invite_link(link=link)
        await theirs.messages.remove_chat_user(chat_id=1, user_id=pupil.id)
        await theirs.messages.add_chat_user(chat_id=1, user_id=pupil.id)
        await theirs.messages.send(peer_id=CHATS + 1, message="Когда урок?", random_id=0)
        event = await anext(polling)
        for update in event["updates"]:
            await bot.router.route(update, api)
        await polling.aclose()

    client.run(listen())
    assert heard == [
        ("chat_invite_user_by_link", pupil.id, 1),
        ("chat_kick_user", pupil.id, 1),
        ("chat_invite_user", pupil.id, 1),
    ]
    last = client.call(pupil.token, "messages.getHistory", peer_id=CHATS + 1, count=1)["items"][0]
    assert (last["text"], last["from_id"]) == ("В 9", -community.id)


def test_a_person_hears_what_happens_in_a_chat(client: Client, owner: Person) -> None:
    async def listen() -> list[Any]:
        api = client.api(owner.token)
        polling = UserPolling(api=api)
        opened = await polling.get_server()
        await api.messages.edit_chat(chat_id=1, title="9Б")
        await api.messages.send(peer_id=CHATS + 1, message="Урок", random_id=0)
        return (await polling.get_event(opened))["updates"]

    titled, changed, said = client.run(listen())
    assert (titled[6]["source_act"], changed, said[5]) == ("chat_title_update", [52, 1, CHATS + 1, 0], "Урок")
