"""The real client over real HTTP against the stand-in."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from peremena.core.errors import Transient, UnusableInput
from peremena.core.operations import AddMember
from peremena.messengers.base import Credential, Identity
from peremena.messengers.registry import MESSENGERS, connect
from peremena.messengers.vk.config import VkConfig
from peremena.wire.secret import Secret
from tests.messengers.adding import AddingContract
from tests.messengers.harness import chat, creation, errors, settle
from tests.messengers.inviting import InvitingContract
from tests.messengers.sandbox import VkHarness
from tests.wire.places import free, noted


class TestVk(AddingContract):
    @pytest.fixture
    def harness(self, vk):
        return vk


class TestVkWithTheAnswersOf5131(AddingContract):
    """createChat then answers a bare number and names nobody."""

    @pytest.fixture
    def harness(self, vk):
        vk.config = replace(vk.config, v="5.131")
        vk.messenger = vk.connected(vk.tokens[vk.account])
        return vk


class TestVkCommunity(InvitingContract):
    @pytest.fixture
    def harness(self, vk_community):
        return vk_community


class TestVkCommunityWithTheAnswersOf5131(InvitingContract):
    @pytest.fixture
    def harness(self, vk_community):
        vk_community.config = replace(vk_community.config, v="5.131")
        vk_community.messenger = vk_community.connected(vk_community.tokens[vk_community.account])
        return vk_community


@pytest.mark.parametrize(("chats", "requests"), [(25, 1), (26, 2), (100, 4)])
def test_rooms_of_30_people_take_one_request_for_25_of_them(vk, chats, requests):
    operations = [operation for number in range(chats) for operation in creation(number, vk.people[:30])]
    rooms = {}
    assert errors(settle(vk.messenger, operations, rooms)) == {}
    stats = vk.sandbox.stats()
    assert (vk.messenger.requests.write, vk.messenger.requests.read) == (requests, 0)
    assert (stats["requests"]["execute"], stats["chats"], stats["duplicate_titles"]) == (requests, chats, 0)
    assert vk.messenger.requests.by_method == {"execute": requests, "messages.createChat": chats}
    assert len(vk.places) == requests


def test_members_beyond_those_a_create_takes_come_in_the_next_requests(vk_sandbox):
    vk = VkHarness(vk_sandbox, people=130)
    rooms = {}
    assert errors(settle(vk.messenger, creation(1, vk.people), rooms)) == {}
    (state,) = vk.messenger.read(rooms.values()).values()
    assert (state.members, vk.messenger.requests.write) == ({vk.account, *vk.people}, 1 + 2)  # 100, then 25 and 5
    vk.close()


def test_adding_25_people_who_are_all_inside_takes_one_look_for_all(vk):
    rooms = {}
    settle(vk.messenger, creation(1, vk.people[:25]), rooms)
    again = [AddMember(chat(), member) for member in vk.people[:25]]
    assert {outcome.applied for outcome in vk.messenger.apply(again, rooms)} == {False}
    assert (vk.messenger.requests.write, vk.messenger.requests.read) == (2, 1)


def test_a_school_of_24_rooms_is_read_in_one_request(vk):
    rooms = {}
    settle(vk.messenger, [operation for number in range(24) for operation in creation(number, [])], rooms)
    assert (len(vk.messenger.read(rooms.values())), vk.messenger.requests.read) == (24, 1)


def test_threads_share_a_connection(vk):
    def make(number):
        rooms = {}
        return errors(settle(vk.messenger, creation(number, vk.people[number : number + 3]), rooms)), rooms[
            chat(number)
        ]

    with ThreadPoolExecutor(8) as pool:
        made = dict(enumerate(pool.map(make, range(16))))
    states = vk.messenger.read([room for _, room in made.values()])
    assert {number: (wrong, states[room].title) for number, (wrong, room) in made.items()} == {
        number: ({}, f"Чат {number}") for number in range(16)
    }
    assert vk.messenger.requests.by_method["messages.createChat"] == vk.messenger.requests.write == 16


def test_the_clock_is_asked_for_once_and_then_heard_in_passing(vk):
    for _ in range(3):
        assert vk.messenger.clock() == pytest.approx(time.time(), abs=3)
    assert vk.messenger.requests.by_method == {"execute": 1, "utils.getServerTime": 1}


def test_a_connection_is_made_by_name_and_takes_its_places_under_a_key_that_does_not_tell_the_token(vk):
    places = []
    token = vk.tokens[vk.account]
    messenger = connect(
        "vk",
        {"api_url": vk.sandbox.url},
        Credential("user", Secret(token)),
        noted(places),
    )
    assert messenger.identity() == Identity(vk.account, "Имя school")
    assert (places, token in places[0][0]) == ([(f"vk:{Secret(token).fingerprint()}", 3.0)], False)
    messenger.close()


def test_a_server_that_is_not_there_is_tried_later_and_surely_did_nothing():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = {"api_url": f"http://127.0.0.1:{port}"}
    messenger = connect("vk", settings, Credential("user", Secret("token")), free)
    with pytest.raises(Transient) as caught:
        messenger.apply(creation(1, []), {})
    assert (type(caught.value), caught.value.reason, messenger.requests.write) == (Transient, "unreachable", 0)
    messenger.close()


@pytest.mark.parametrize(
    ("messenger", "settings", "kind", "words"),
    [
        ("icq", {}, "user", "Неизвестный мессенджер «icq»; есть: vk."),
        (
            "vk",
            {"colour": 1},
            "user",
            "Подключение «vk»: неизвестные настройки colour; есть: api_url, v, set_role, timeout.",
        ),
        (
            "vk",
            {},
            "service",
            "Подключение «vk»: ключ вида «service» не поддерживается; есть: user (пользователь с правом messages) "
            "и community (сообщество).",
        ),
    ],
)
def test_a_connection_that_cannot_be_made_says_why_in_one_line(messenger, settings, kind, words):
    with pytest.raises(UnusableInput) as caught:
        connect(messenger, settings, Credential(kind, Secret("token")), free)
    assert str(caught.value) == words


@pytest.mark.parametrize("url", ["api.vk.ru", "http://api.vk.ru", "ftp://127.0.0.1", "https://", ""])
def test_a_token_never_goes_over_a_network_unencrypted(url):
    with pytest.raises(UnusableInput) as caught:
        VkConfig(api_url=url)
    assert str(caught.value) == (
        "Подключение «vk»: api_url должен начинаться с https:// (http:// — только для этой же машины), "
        f"а задано «{url}»."
    )


@pytest.mark.parametrize(
    "url", ["https://api.vk.ru", "https://api.example:8443/", "http://127.0.0.1:8001", "http://[::1]:1"]
)
def test_an_encrypted_or_a_local_address_is_taken(url):
    assert VkConfig(api_url=url).api_url == url


def test_the_registry_names_every_messenger_by_its_own_id():
    assert {name: kind.open.__module__.split(".")[2] for name, kind in MESSENGERS.items()} == {"vk": "vk"}
