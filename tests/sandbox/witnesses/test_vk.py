"""vk 3.0 by voronind and others (PyPI): the plainest client there is."""

from __future__ import annotations

from typing import Any

import pytest
import vk

from tests.sandbox.witnesses.everyday import Everyday
from tests.sandbox.witnesses.roads import lead_requests
from tests.sandbox.witnesses.stand import Stand

CLIENT = "vk"


class Client:
    def __init__(self) -> None:
        self.apis: dict[str, Any] = {}

    def call(self, token: str, method: str, **parameters: Any) -> Any:
        if token not in self.apis:
            self.apis[token] = vk.API(access_token=token, v="5.199")
        return self.apis[token](method)(**parameters)

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        with pytest.raises(vk.exceptions.VkAPIError) as caught:
            self.call(token, method, **parameters)
        return int(caught.value.code)


@pytest.fixture
def client(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Client:
    lead_requests(monkeypatch, stand)
    return Client()


class TestVk(Everyday):
    pass


def test_a_captcha_is_solved_and_the_call_is_made(client: Client, stand: Stand) -> None:
    class Solving(vk.API):
        def get_captcha_key(self, api_error: vk.exceptions.VkAPIError) -> str:
            assert api_error.captcha_img.startswith("http")
            return "кот"

    [owner] = stand.people(1)
    stand.fault("captcha", times=1)
    api = Solving(access_token=owner.token, v="5.199")
    assert api.messages.createChat(title="9А")["chat_id"] == 1
    assert stand.requests("messages.createChat") == 2


@pytest.mark.parametrize("code", [6, 9, 14, 17, 29, 103])
def test_what_is_asked_too_often_is_left_to_the_caller(client: Client, stand: Stand, code: int) -> None:
    [owner] = stand.people(1)
    stand.fault("error", code=code)
    assert client.refused(owner.token, "messages.createChat", title="9А") == code
    assert stand.requests("messages.createChat") == 1


def test_calls_go_out_together_in_execute(client: Client, stand: Stand) -> None:
    [owner] = stand.people(1)
    code = 'return [API.messages.createChat({title: "9А"}), API.messages.createChat({title: ""})];'
    made, refused = client.call(owner.token, "execute", code=code)
    assert (made["chat_id"], refused) == (1, False)
