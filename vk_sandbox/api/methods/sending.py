"""Saying something: messages.send, edit, delete, setActivity."""

from __future__ import annotations

from typing import Any, NamedTuple

from vk_sandbox.api import names
from vk_sandbox.api.errors import ApiError, Code, invalid
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.methods.history import one_of, seen_by_ids
from vk_sandbox.api.objects import peer_id as peer_of
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.dialogs import addressed
from vk_sandbox.messenger.events import Happened, record
from vk_sandbox.messenger.rooms import as_kept, inside, say_once
from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.models import Chat, Hidden, Membership, Message, State
from vk_sandbox.uploads.attachments import attached

LENGTH = 9000  # characters
OBJECTS = (5, 132)  # a map of message ids before; the boundary itself is inferred [?]
RANDOM_ID_NEEDED = (5, 90)
NOBODY = 0  # an id that nobody has
TWO_NUMBERS = (5, 223)  # beyond VK's published schema: what clients of api.vk.me ask with


class Said(NamedTuple):
    text: str
    files: list[dict[str, Any]]
    random_id: int


ACTIVITIES = ("audiomessage", "file", "photo", "typing", "video")


def send(
    caller: Caller,
    *,
    user_id: int | None,
    random_id: int | None,
    peer_id: int | None,
    peer_ids: list[int],
    domain: str | None,
    chat_id: int | None,
    message: str | None,
    attachment: str | None,
) -> Any:
    if random_id is None and caller.version >= RANDOM_ID_NEEDED:
        raise invalid("random_id is a required parameter")
    files = attached(attachment)
    said = Said("" if files and not message else _text(message), files, random_id or 0)
    if peer_ids:
        return [_one_of_many(caller, peer, said) for peer in peer_ids]
    if peer_id is None and chat_id is not None:
        peer_id = CHAT_PEER + chat_id
    peer = user_id if peer_id is None else peer_id
    if peer is None and domain:
        peer = names.person(domain) or names.community(domain) or NOBODY
    if peer is None:
        raise invalid("peer_id is undefined")
    number, cmid = _send(caller, peer, said)
    return number if caller.version < TWO_NUMBERS else {"message_id": number, "cmid": cmid}


def _send(caller: Caller, peer: int, said: Said) -> tuple[int, int]:
    """The message's id and its number in the conversation."""
    chat = inside(addressed(caller.account, peer, caller.now)).chat
    return say_once(chat, caller.account, caller.now, said.text, said.files, said.random_id)


def _one_of_many(caller: Caller, peer: int, said: Said) -> dict[str, Any]:
    try:
        number, cmid = _send(caller, peer, said)
    except ApiError as error:
        refusal = {"code": int(error.code), "description": error.message}
        return {"peer_id": peer, "message_id": 0, "conversation_message_id": 0, "error": refusal}
    return {"peer_id": peer, "message_id": number, "conversation_message_id": cmid}


def edit(
    caller: Caller,
    *,
    peer_id: int,
    message: str | None,
    attachment: str | None,
    message_id: int | None,
    cmid: int | None,
) -> int:
    mine, said = one_of(caller, peer_id, message_id, cmid)
    inside(mine)
    if said.action:
        raise ApiError(Code.CANNOT_EDIT)
    if said.author != caller.account:
        raise ApiError(Code.ACCESS, "it is a message of somebody else")
    files = attached(attachment)
    said.text, said.edited = "" if files and not message else _text(message), caller.now
    if files:
        said.attachments = as_kept(files)
    said.save(update_fields=["text", "edited", "attachments"])
    record(said.chat_id, Happened.EDITED, said.id, caller.account, caller.now)
    return 1


def delete(
    caller: Caller, *, message_ids: list[int], delete_for_all: bool, peer_id: int | None, cmids: list[int]
) -> Any:
    seen = seen_by_ids(caller, message_ids, peer_id, cmids)
    if caller.version < OBJECTS:
        return {str(said.id): int(_delete(caller, mine, said, delete_for_all) is None) for mine, said in seen}
    answer = []
    for mine, said in seen:
        item: dict[str, Any] = {"peer_id": peer_of(mine), "message_id": said.id, "conversation_message_id": said.cmid}
        refusal = _delete(caller, mine, said, delete_for_all)
        if refusal is None:
            answer.append(item | {"response": 1})
        else:
            answer.append(item | {"error": {"code": int(refusal.code), "description": refusal.message}})
    return answer


def _delete(caller: Caller, mine: Membership, said: Message, for_all: bool) -> ApiError | None:
    if not for_all:
        Hidden.objects.get_or_create(message=said, account_id=caller.account)
        record(mine.chat_id, Happened.HIDDEN, said.id, caller.account, caller.now)
        return None
    # One who is out stays the author of his words, and an administrator for the day he is in again.
    if mine.state != State.IN or said.action or not (said.author == caller.account or mine.is_admin):
        return ApiError(Code.CANNOT_DELETE)
    Message.objects.filter(id=said.id).update(deleted=True)
    last = Message.objects.filter(chat=mine.chat_id, deleted=False).order_by("-cmid").first()
    Chat.objects.filter(id=mine.chat_id).update(last_message=last.id if last else 0)
    Chat.objects.filter(id=mine.chat_id, pinned=said.id).update(pinned=None)
    record(mine.chat_id, Happened.DELETED, said.id, caller.account, caller.now)
    return None


def set_activity(caller: Caller, *, user_id: int | None, type: str | None, peer_id: int | None) -> int:
    peer = user_id if peer_id is None else peer_id
    if peer is None:
        raise invalid("peer_id is undefined")
    chat = inside(addressed(caller.account, peer, caller.now)).chat
    record(chat.id, Happened.TYPING, chat.last_message, caller.account, caller.now)
    return 1


def _text(message: str | None) -> str:
    if not message:
        raise invalid("message is empty or invalid")
    if len(message) > LENGTH:
        raise ApiError(Code.TOO_LONG)
    return message


METHODS = (
    Method(
        "messages.send",
        send,
        USER_GROUP,
        (
            Parameter("user_id", Type.INTEGER),
            Parameter("random_id", Type.INTEGER),
            Parameter("peer_id", Type.INTEGER),
            Parameter("peer_ids", Type.INTEGERS, max_items=100),
            Parameter("domain", Type.STRING),
            Parameter("chat_id", Type.INTEGER, minimum=0, maximum=100_000_000),
            Parameter("message", Type.STRING),
            Parameter("attachment", Type.STRING),
        ),
        MESSAGES,
        (
            Behaviour("answers the id of the message; with peer_ids a list, refusals in their places", Source.SCHEMA),
            Behaviour("answers {message_id, cmid} from v 5.223 on", Source.THIRD_PARTY),
            Behaviour("the conversation: peer_id, chat_id, user_id or domain; at most 100 peer_ids", Source.SCHEMA),
            Behaviour("more than 9000 characters: error 914", Source.SCHEMA),
            Behaviour(
                "attachment: at most 10 of photo<owner>_<id>, doc<owner>_<id>; others: error 100", Source.INFERRED
            ),
            Behaviour("neither text nor attachment: error 100; whatever else there may be is ignored", Source.INFERRED),
            Behaviour("from v 5.90 on random_id is required, else error 100", Source.THIRD_PARTY),
            Behaviour(
                "the same random_id within an hour in one conversation: the first message again", Source.INFERRED
            ),
            Behaviour("ids of messages are the same for everybody", Source.INFERRED),
            Behaviour("a chat the caller is not in: error 917, an unknown one 927", Source.INFERRED),
            Behaviour("to a person closed by privacy: error 902, to an unknown one 936", Source.SCHEMA),
            Behaviour("a community to one who is no member and never wrote to it: error 901", Source.SCHEMA),
        ),
    ),
    Method(
        "messages.edit",
        edit,
        USER_GROUP,
        (
            Parameter("peer_id", Type.INTEGER, required=True),
            Parameter("message", Type.STRING),
            Parameter("attachment", Type.STRING),
            Parameter("message_id", Type.INTEGER, minimum=0),
            Parameter("cmid", Type.INTEGER, minimum=0),
        ),
        MESSAGES,
        (
            Behaviour("answers 1; the message by its id or by its number in the conversation", Source.SCHEMA),
            Behaviour("attachment as in messages.send, with a text or without one", Source.SCHEMA),
            Behaviour("it takes the place of what was attached, which stays where none is given", Source.INFERRED),
            Behaviour("a service message: error 920", Source.INFERRED),
            Behaviour("one of somebody else: error 15; one that is not there: error 100", Source.INFERRED),
            Behaviour("a chat the caller is not in: error 917", Source.SCHEMA),
            Behaviour("at any age", Source.INFERRED),
        ),
    ),
    Method(
        "messages.delete",
        delete,
        USER_GROUP,
        (
            Parameter("message_ids", Type.INTEGERS, max_items=1000),
            Parameter("delete_for_all", Type.BOOLEAN, default=False),
            Parameter("peer_id", Type.INTEGER),
            Parameter("cmids", Type.INTEGERS, max_items=100),
        ),
        MESSAGES,
        (
            Behaviour("an item for each message, with response 1 or an error", Source.SCHEMA),
            Behaviour("answers {id: 1 or 0} up to v 5.131", Source.INFERRED),
            Behaviour("for oneself, or with delete_for_all for everybody, at any age", Source.SCHEMA),
            Behaviour("for everybody: own ones, administrators all; service messages not: error 924", Source.INFERRED),
            Behaviour("for everybody by one who has left or was removed: error 924", Source.INFERRED),
            Behaviour("messages the caller does not see are left out", Source.INFERRED),
        ),
    ),
    Method(
        "messages.setActivity",
        set_activity,
        USER_GROUP,
        (
            Parameter("user_id", Type.INTEGER),
            Parameter("type", Type.STRING, choices=ACTIVITIES),
            Parameter("peer_id", Type.INTEGER),
        ),
        MESSAGES,
        (
            Behaviour("answers 1; those who listen are told", Source.SCHEMA),
            Behaviour("a chat the caller is not in: error 917, an unknown one 927", Source.SCHEMA),
        ),
    ),
)
