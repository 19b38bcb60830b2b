"""Calls are answered, not held."""

from __future__ import annotations

from tests.sandbox.process import Person, Sandbox


def test_each_call_has_links_of_its_own_and_can_be_finished(sandbox: Sandbox, owner: Person) -> None:
    calls = [sandbox.response("calls.start", owner.token) for _ in range(2)]
    for name in ("call_id", "join_link", "ok_join_link"):
        assert len({call[name] for call in calls}) == 2
    assert [len(calls[0]["call_id"]), len(calls[0]["ok_join_link"])] == [36, 43]
    assert calls[0]["join_link"] == f"{sandbox.url}/call/join/{calls[0]['ok_join_link']}"
    for call in calls:
        assert sandbox.response("calls.forceFinish", owner.token, call_id=call["call_id"]) == 1


def test_a_community_starts_no_calls(sandbox: Sandbox) -> None:
    token = sandbox.seed(community={})["community"]["token"]
    assert sandbox.error("calls.start", token)[0] == 27
