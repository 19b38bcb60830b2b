"""Coming in by a link."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000
INVALID = (100, "One of the parameters specified was missing or invalid: link is invalid")


@pytest.fixture
def link(sandbox: Sandbox, owner: Person) -> str:
    """To a chat named 9А that nobody but its owner is in."""
    sandbox.response("messages.createChat", owner.token, title="9А")
    return str(sandbox.response("messages.getInviteLink", owner.token, peer_id=PEER + 1)["link"])


def join(sandbox: Sandbox, person: Person, link: str) -> dict[str, Any]:
    return sandbox.call("messages.joinChatByInviteLink", person.token, link=link)


def inside(sandbox: Sandbox, person: Person) -> list[int]:
    members = sandbox.response("messages.getConversationMembers", person.token, peer_id=PEER + 1)["items"]
    return [item["member_id"] for item in members]


def test_a_stranger_comes_in_by_the_link_and_everybody_is_told(sandbox: Sandbox, owner: Person, link: str) -> None:
    [pupil] = sandbox.people(1)
    assert join(sandbox, pupil, link) == {"response": {"chat_id": 1}}
    assert inside(sandbox, owner) == [owner.acting, pupil.id]
    [item] = sandbox.response("messages.getConversations", owner.token)["items"]
    assert item["last_message"]["action"] == {"type": "chat_invite_user_by_link", "member_id": pupil.id}
    assert item["last_message"]["from_id"] == pupil.id


def test_a_dialog_has_no_preview(sandbox: Sandbox, owner: Person) -> None:
    [friend] = sandbox.people(1)
    sandbox.response("messages.send", owner.token, peer_id=friend.id, message="а", random_id=0)
    assert sandbox.error("messages.getChatPreview", owner.token, peer_id=friend.id)[0] == 917


def test_one_who_is_in_gets_his_number_and_nobody_is_told(sandbox: Sandbox, owner: Person, link: str) -> None:
    assert join(sandbox, owner, link) == {"response": {"chat_id": 1}}
    [item] = sandbox.response("messages.getConversations", owner.token)["items"]
    assert item["last_message"]["action"]["type"] == "chat_create"


def test_one_who_left_comes_back_and_one_who_was_removed_does_not(sandbox: Sandbox, owner: Person, link: str) -> None:
    left, removed = sandbox.people(2)
    for person, caller in ((left, left), (removed, owner)):
        join(sandbox, person, link)
        sandbox.response("messages.removeChatUser", caller.token, chat_id=1, user_id=person.id)
    assert join(sandbox, left, link) == {"response": {"chat_id": 1}}
    refused = sandbox.error("messages.joinChatByInviteLink", removed.token, link=link)
    assert refused == (917, "You don't have access to this chat")
    assert inside(sandbox, owner) == [owner.acting, left.id]


def test_the_link_stays_until_it_is_reset(sandbox: Sandbox, owner: Person, link: str) -> None:
    [pupil] = sandbox.people(1)
    assert sandbox.response("messages.getInviteLink", owner.token, peer_id=PEER + 1) == {"link": link}
    fresh = sandbox.response("messages.getInviteLink", owner.token, peer_id=PEER + 1, reset=1)["link"]
    assert sandbox.error("messages.joinChatByInviteLink", pupil.token, link=link) == INVALID
    assert join(sandbox, pupil, fresh) == {"response": {"chat_id": 1}}


def test_the_last_part_of_a_link_is_what_counts(sandbox: Sandbox, link: str) -> None:
    [pupil] = sandbox.people(1)
    word = link.rpartition("/")[2]
    assert sandbox.error("messages.joinChatByInviteLink", pupil.token, link="https://vk.me/join/") == INVALID
    assert join(sandbox, pupil, f"https://vk.me/join/{word}/") == {"response": {"chat_id": 1}}


def test_only_administrators_have_the_link(sandbox: Sandbox, link: str) -> None:
    pupil, stranger = sandbox.people(2)
    join(sandbox, pupil, link)
    for person in (pupil, stranger):
        seen = sandbox.error("messages.getInviteLink", person.token, peer_id=PEER + 1)
        changed = sandbox.error("messages.getInviteLink", person.token, peer_id=PEER + 1, reset=1)
        assert seen == (919, "You can't see invite link for this chat")
        assert changed == (931, "You can't change invite link for this chat")


def test_a_community_invites_into_its_chat(sandbox: Sandbox) -> None:
    [pupil] = sandbox.people(1)
    community = sandbox.seed(community={})["community"]
    sandbox.response("messages.createChat", community["token"], title="9А")
    link = sandbox.response("messages.getInviteLink", community["token"], peer_id=PEER + 1)["link"]
    assert join(sandbox, pupil, link) == {"response": {"chat_id": 1}}
    members = sandbox.response("messages.getConversationMembers", community["token"], peer_id=PEER + 1)["items"]
    assert [item["member_id"] for item in members] == [-community["id"], pupil.id]


def test_a_preview_shows_the_chat_to_those_outside_and_inside(sandbox: Sandbox, owner: Person, link: str) -> None:
    [stranger] = sandbox.people(1)
    preview = {
        "admin_id": owner.acting,
        "title": "9А",
        "members": [owner.acting],
        "members_count": 1,
        "joined": False,
        "is_member": False,
        "is_group_channel": False,
    }
    shown = sandbox.response("messages.getChatPreview", stranger.token, link=link)
    assert shown["preview"] == preview
    assert [user["id"] for user in shown["profiles"]] == [owner.acting]
    mine = sandbox.response("messages.getChatPreview", owner.token, peer_id=PEER + 1)["preview"]
    assert mine == preview | {"joined": True, "is_member": True, "local_id": 1}
    assert sandbox.error("messages.getChatPreview", stranger.token, peer_id=PEER + 1)[0] == 927
    assert sandbox.error("messages.getChatPreview", stranger.token)[0] == 100
