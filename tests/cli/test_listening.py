"""What happens in a messenger is noticed by a worker within seconds: the whole way, over the wire."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.cli.commands import ROOT, Commands, clean
from tests.messengers.sandbox import Sandbox

WITHIN = 20.0  # seconds, on a machine with other work to do
PEER = 2_000_000_000
SEATED = """
select m.member, p.public_id, r.external_id, m.state from school_membership m
join school_room r on r.id = m.room_id join school_chat c on c.id = r.chat_id
join school_organization o on o.id = c.organization_id and o.key = %s
join school_account a on a.external_id = m.member and a.ended_at is null join school_person p on p.id = a.person_id
where c.kind = 'class' order by m.id
"""


@pytest.fixture
def worker(peremena: Commands) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "peremena", "worker"], cwd=ROOT, env=clean() | peremena.env, stderr=subprocess.DEVNULL
    )
    yield
    process.terminate()
    assert process.wait(WITHIN) == 0


def seated(database: str, school: str) -> list[tuple[str, str, str, str]]:
    """(account, person's public id, room, state) of everybody in the chats of classes."""
    with psycopg.connect(database) as connection:
        return connection.execute(SEATED, [school]).fetchall()


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < ends, "nothing came of it"
        time.sleep(0.02)


def token_of(sandbox: Sandbox, person: str) -> str:
    (answer,) = sandbox.seed(
        [{"key": person, "first_name": "Имя", "last_name": "Человек", "profiles": ["vk", "study"]}]
    )
    return str(answer["token"])


def members(sandbox: Sandbox, token: str, room: str) -> set[str]:
    answer: Any = sandbox.call(token, "messages.getConversationMembers", peer_id=PEER + int(room), count=1000)
    return {str(item["member_id"]) for item in answer["items"]}


def test_who_leaves_a_chat_by_himself_is_known_to_have_left(
    peremena: Commands, own_database: str, sandbox: Sandbox, school: Callable[[str], str], worker: None
) -> None:
    key = school("uhodyat")
    assert peremena("sync", "--school", key, "--yes").code == 0
    account, person, room, _ = seated(own_database, key)[0]
    own = token_of(sandbox, person)
    title = _title(sandbox, own, own_database, room)
    sandbox.call(own, "messages.removeChatUser", chat_id=title, member_id=account)
    until(lambda: (account, person, room, "left") in seated(own_database, key))
    assert peremena("plan", "--school", key, "--json").json["operations"]["add_member"] == 0


def _title(sandbox: Sandbox, token: str, database: str, room: str) -> int:
    """The person's own number of the chat that we know as `room`."""
    with psycopg.connect(database) as connection:
        row = connection.execute("select title from school_room where external_id = %s", [room]).fetchone()
    items = sandbox.call(token, "messages.getConversations", count=200)["items"]
    (number,) = [
        item["conversation"]["peer"]["local_id"]
        for item in items
        if row and item["conversation"]["chat_settings"]["title"] == row[0]
    ]
    return int(number)


def test_by_a_link_come_those_who_were_invited_and_nobody_else(
    peremena: Commands, own_database: str, sandbox: Sandbox, school: Callable[[str], str], worker: None
) -> None:
    key, community = school("po-ssylke"), sandbox.community()["token"]
    added = peremena(
        "connection", "add", "--school", key, "--kind", "community", "--strangers", "remove", told=community
    )
    assert added.code == 0, added
    synced = peremena("sync", "--school", key, "--yes", "--json")
    assert (synced.code, synced.json["state"]) == (0, "done")
    account, person, room, state = seated(own_database, key)[0]
    assert state == "invited"
    link = sandbox.call(community, "messages.getInviteLink", peer_id=PEER + int(room))["link"]
    sandbox.call(token_of(sandbox, person), "messages.joinChatByInviteLink", link=link)
    until(lambda: (account, person, room, "in") in seated(own_database, key))
    sandbox.call(token_of(sandbox, "stranger"), "messages.joinChatByInviteLink", link=link)
    until(lambda: len(members(sandbox, community, room)) == 2)  # we and the one who was invited
    late = sandbox.answer(token_of(sandbox, "another stranger"), "messages.joinChatByInviteLink", link=link)
    assert late["error"]["error_code"] == 100
    assert members(sandbox, community, room) > {account}
