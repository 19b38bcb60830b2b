"""Listening as newer clients do it, with version 19."""

from __future__ import annotations

from tests.sandbox.process import Person, Sandbox
from tests.sandbox.test_long_poll import PEER, poll, say, server


def test_newer_clients_are_told_the_numbers_in_the_conversation(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=pupil.id)
    ear = server(sandbox, pupil.token)
    first, second = say(sandbox, owner, "а < б"), say(sandbox, owner, "б")
    sandbox.response("messages.edit", owner.token, peer_id=PEER + 1, message_id=first, message="а < в")
    sandbox.response("messages.delete", owner.token, message_ids=first, delete_for_all=1)
    sandbox.response("messages.markAsRead", pupil.token, message_ids=second)
    sandbox.response("messages.setActivity", owner.token, peer_id=PEER + 1, type="typing")
    said, _, edited, deleted, read, typing = poll(sandbox, ear, version=19)["updates"]
    extra = {"from": str(owner.acting)}
    assert said == [10004, 2, 0, 0, PEER + 1, said[5], "а &lt; в", extra, {}, 0, first, 0]
    assert edited == [10005, 2, 0, PEER + 1, edited[4], "а &lt; в", extra, {}, 0, first, edited[10]]
    assert (deleted, read) == ([10002, 2, 128 | 131072, PEER + 1], [10006, PEER + 1, 3])
    assert typing == [63, PEER + 1, [owner.acting], 1, typing[4]]
