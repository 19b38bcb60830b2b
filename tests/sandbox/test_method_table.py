"""The table of methods against VK's schema, against the README, and against our own diligence."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.sandbox import schema
from tests.sandbox.images import PNG
from tests.sandbox.process import Person, Sandbox

COVERAGE = [sys.executable, "-m", "vk_sandbox.coverage"]
TABLE: dict[str, dict[str, Any]] = json.loads(subprocess.check_output([*COVERAGE, "--json"]))
PEER = 2_000_000_001

# For each method: parameters that make it answer, and parameters that make it refuse, in a chat of three.
EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "calls.forceFinish": ({"call_id": "00000000-0000-4000-8000-000000000000"}, {"call_id": "x"}, 100),
    "calls.start": ({}, {"group_id": "x"}, 100),
    "docs.getMessagesUploadServer": ({}, {"type": "song"}, 100),
    "docs.save": ({"file": "DOCUMENT", "title": "План"}, {"file": "x"}, 105),
    "execute": ({"code": "return [API.utils.getServerTime()];"}, {"code": "while (true)"}, 12),
    "account.getAppPermissions": ({}, {"user_id": 1}, 7),
    "account.getInfo": ({"fields": "lang"}, {"v": ""}, 8),
    "account.getProfileInfo": ({}, {"v": ""}, 8),
    "groups.getById": ({"group_ids": "GROUP"}, {}, 100),
    "groups.getLongPollServer": ({"group_id": "GROUP"}, {"group_id": 1}, 15),
    "groups.getLongPollSettings": ({"group_id": "GROUP"}, {"group_id": 1}, 15),
    "groups.getMembers": ({"group_id": "GROUP", "fields": "sex"}, {"group_id": 1}, 125),
    "groups.getTokenPermissions": ({}, {"v": ""}, 8),
    "messages.addChatUser": ({"chat_id": 1, "user_id": "NEW"}, {"chat_id": 1, "user_id": "MEMBER"}, 15),
    "messages.createChat": ({"title": "9А", "user_ids": "NEW"}, {"title": " "}, 100),
    "messages.editChat": ({"chat_id": 1, "title": "9Б"}, {"chat_id": 2, "title": "9Б"}, 927),
    "messages.getConversationMembers": ({"peer_id": PEER, "extended": 1}, {"peer_id": PEER + 1}, 927),
    "messages.getConversations": ({"extended": 1}, {"count": 201}, 100),
    "messages.getConversationsById": ({"peer_ids": PEER, "extended": 1}, {}, 100),
    "messages.search": ({"q": "А", "extended": 1}, {"q": " "}, 100),
    "messages.searchConversations": ({"q": "9а", "extended": 1}, {"q": "9а", "count": 0}, 100),
    "messages.delete": ({"peer_id": PEER, "cmids": 2, "delete_for_all": 1}, {"peer_id": PEER + 1, "cmids": 1}, 927),
    "messages.deleteConversation": ({"peer_id": PEER}, {"peer_id": 7}, 936),
    "messages.deleteChatPhoto": ({"chat_id": 1}, {"chat_id": 2}, 927),
    "messages.edit": ({"peer_id": PEER, "cmid": 2, "message": "б"}, {"peer_id": PEER, "cmid": 1, "message": "б"}, 920),
    "messages.getByConversationMessageId": (
        {"peer_id": PEER, "conversation_message_ids": "1,2", "extended": 1},
        {"peer_id": PEER},
        100,
    ),
    "messages.getById": ({"message_ids": "1,2", "extended": 1}, {}, 100),
    "messages.getChat": ({"chat_ids": 1, "fields": "sex"}, {}, 100),
    "messages.getHistory": ({"peer_id": PEER, "extended": 1}, {"peer_id": 7}, 936),
    "messages.markAsRead": ({"peer_id": PEER}, {"peer_id": PEER + 1}, 927),
    "messages.pin": ({"peer_id": PEER, "cmid": 2}, {"peer_id": PEER, "cmid": 9}, 100),
    "messages.send": ({"peer_ids": f"{PEER},7", "message": "а", "random_id": 0}, {"user_id": 7, "random_id": 0}, 100),
    "messages.setActivity": ({"peer_id": PEER, "type": "typing"}, {"peer_id": 7}, 936),
    "messages.setChatPhoto": ({"file": "CHAT_PHOTO"}, {"file": "x"}, 22),
    "messages.unpin": ({"peer_id": PEER}, {"peer_id": PEER + 1}, 927),
    "messages.getChatPreview": ({"peer_id": PEER, "fields": "sex"}, {"link": "x"}, 100),
    "messages.getLongPollHistory": ({"ts": 0, "extended": 1}, {"pts": 10**15}, 908),
    "messages.getLongPollServer": ({"need_pts": 1}, {"v": ""}, 8),
    "messages.getInviteLink": ({"peer_id": PEER}, {"peer_id": PEER + 1, "reset": 1}, 931),
    "messages.joinChatByInviteLink": ({"link": "LINK"}, {"link": "x"}, 100),
    "messages.removeChatUser": ({"chat_id": 1, "user_id": "MEMBER"}, {"chat_id": 1, "user_id": "NEW"}, 935),
    "photos.getChatUploadServer": ({"chat_id": 1}, {}, 100),
    "photos.getMessagesUploadServer": ({"peer_id": PEER}, {"peer_id": "x"}, 100),
    "photos.saveMessagesPhoto": ({"photo": "PHOTO", "hash": "HASH"}, {"photo": "x", "hash": "x"}, 121),
    "users.get": ({"fields": "sex,bdate"}, {"user_ids": ",".join(["1"] * 1001)}, 100),
    "utils.getServerTime": ({}, {"v": ""}, 8),
    "utils.resolveScreenName": ({"screen_name": "club1"}, {}, 100),
}


OF_FILES = {"docs.save", "messages.setChatPhoto", "photos.saveMessagesPhoto"}


def sent(sandbox: Sandbox, token: str) -> dict[str, Any]:
    """What was told of three files that were sent."""
    photo, chat, document = (
        sandbox.response(method, token, chat_id=1)["upload_url"]
        for method in ("photos.getMessagesUploadServer", "photos.getChatUploadServer", "docs.getMessagesUploadServer")
    )
    told = sandbox.upload(photo, "a.png", PNG)
    return {
        "PHOTO": told["photo"],
        "HASH": told["hash"],
        "CHAT_PHOTO": sandbox.upload(chat, "a.png", PNG)["response"],
        "DOCUMENT": sandbox.upload(document, "a.txt", b"x")["file"],
    }


def test_every_method_has_an_example() -> None:
    assert EXAMPLES.keys() == TABLE.keys()


@pytest.mark.parametrize("method", TABLE)
def test_a_method_answers_and_refuses_as_the_schema_says(sandbox: Sandbox, owner: Person, method: str) -> None:
    member, other, new = sandbox.people(3)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=f"{member.id},{other.id}")
    community = sandbox.seed(community={})["community"]
    of_communities = "user" not in TABLE[method]["tokens"] or method.startswith("groups.getLongPoll")
    token = community["token"] if of_communities else owner.token
    sandbox.response("messages.send", owner.token, chat_id=1, message="а", random_id=0)
    link = sandbox.response("messages.getInviteLink", owner.token, peer_id=PEER)["link"]
    names = {"MEMBER": member.id, "NEW": new.id, "GROUP": community["id"], "LINK": link}
    if method in OF_FILES:
        names |= sent(sandbox, token)
    good, bad, code = EXAMPLES[method]
    assert "response" in sandbox.call(method, token, **{key: names.get(value, value) for key, value in good.items()})
    assert sandbox.error(method, token, **{key: names.get(value, value) for key, value in bad.items()})[0] == code


@pytest.mark.parametrize("method", sorted(TABLE.keys() & schema.methods().keys()))
def test_parameters_and_tokens_are_declared_as_the_schema_declares_them(method: str) -> None:
    published = schema.methods()[method]
    assert TABLE[method]["tokens"] == sorted(published["access_token_type"])
    if method == "execute":
        return  # the schema lists no parameters of it
    theirs = {parameter["name"]: parameter for parameter in published.get("parameters", [])}
    ours = TABLE[method]["parameters"]
    assert {name: as_published(parameter) for name, parameter in ours.items()} == {
        name: reduced(theirs[name]) for name in ours
    }


def as_published(ours: dict[str, Any]) -> dict[str, Any]:
    kind = {"csv<integer>": "array", "csv<string>": "array"}.get(ours["type"], ours["type"])
    return {
        "type": kind,
        "required": ours["required"],
        "default": ours["default"],
        "minimum": None if kind == "array" else ours["minimum"],
        "maximum": ours["maximum"],
        "maxItems": ours["max_items"],
        "enum": list(ours["choices"]),
    }


def reduced(theirs: dict[str, Any]) -> dict[str, Any]:
    keys = ("type", "required", "default", "minimum", "maximum", "maxItems")
    known = {key: theirs.get(key, False if key == "required" else None) for key in keys}
    if known["default"] == []:
        known["default"] = None  # an absent list is empty anyway
    union = isinstance(known["type"], list)  # a number or a name
    return known | {"enum": [str(one) for one in theirs.get("enum", [])]} | ({"type": "string"} if union else {})


def test_only_methods_outside_our_copy_of_the_schema_are_described_by_hand() -> None:
    assert TABLE.keys() - schema.methods().keys() == {"utils.getServerTime", "utils.resolveScreenName"}
