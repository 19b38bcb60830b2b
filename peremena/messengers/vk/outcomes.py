"""From VK's answers to outcomes: what is done, what was so already, what is worth asking about once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from peremena.core.errors import MessengerError, Refused, Transient
from peremena.core.operations import AddMember, ChatKey, CreateChat, Operation, RemoveMember
from peremena.messengers.base import Outcome
from peremena.messengers.vk.calls import Call, create_call, members_call
from peremena.messengers.vk.errors import known_shape
from peremena.messengers.vk.packing import Parcel
from peremena.wire.secret import Secret

# A refusal that may only mean that nothing had to be done: what is so is looked up before it is believed.
DOUBTFUL = {(AddMember, "access_denied"), (RemoveMember, "access_denied"), (RemoveMember, "unknown_account")}
ALREADY_SO = {(RemoveMember, "not_a_member")}


class Already:
    """In place of a value: nothing had to change."""


def second_call(parcel: Parcel, rooms: Mapping[ChatKey, str], result: Any) -> Call | None:
    """What to ask after a refusal, if anything."""
    operation = parcel.operation
    if not isinstance(result, Refused) or parcel.is_link:
        return None
    if isinstance(operation, CreateChat) and len(parcel.carried) > 1:
        # One of the people may be the reason (936 is among the errors of createChat): the room first, then each by name.
        return create_call(operation.title)
    if isinstance(operation, AddMember | RemoveMember) and (type(operation), result.reason) in DOUBTFUL:
        return members_call(rooms[operation.chat], member_ids=operation.member)
    return None


def second_result(operation: Operation, first: MessengerError, value: Any) -> Any:
    """What the second answer makes of the first one, `first`."""
    if isinstance(operation, CreateChat) or isinstance(value, Transient):
        return value
    if isinstance(value, MessengerError) or not isinstance(operation, AddMember | RemoveMember):
        return first
    try:
        with known_shape():
            inside = int(operation.member) in {item["member_id"] for item in value["items"]}
    except Transient as error:
        return error
    return Already() if inside == isinstance(operation, AddMember) else first


def outcomes(parcel: Parcel, result: Any) -> Iterator[tuple[int, Outcome]]:
    """(place, outcome) for everything a parcel carried."""
    place, operation = parcel.carried[0]
    if isinstance(operation, CreateChat):
        yield from created(parcel, result)
    elif parcel.is_link:
        yield from linked(parcel, result)
    elif isinstance(result, MessengerError) and (type(operation), result.reason) not in ALREADY_SO:
        yield place, Outcome(operation, error=result)
    else:
        yield place, Outcome(operation, applied=not isinstance(result, Already | MessengerError))


def created(parcel: Parcel, result: Any) -> Iterator[tuple[int, Outcome]]:
    """Those VK does not name as added are for addChatUser, which tells the reason: at once, in the next request."""
    (place, create), *adds = parcel.carried
    try:
        room, inside = _room_and_members(result)
    except MessengerError as failure:
        yield from ((place, Outcome(operation, error=failure)) for place, operation in parcel.carried)
        return
    yield place, Outcome(create, room=room)
    for place, add in adds:
        error = None if getattr(add, "member", "") in inside else Transient("not_added", retry_after=0.0)
        yield place, Outcome(add, error=error)


def linked(parcel: Parcel, result: Any) -> Iterator[tuple[int, Outcome]]:
    """The link for those who are invited; for those who were put out only that it is another one now."""
    error, link = None, None
    try:
        link = link_in(result)
    except MessengerError as failure:
        error = failure
    for place, operation in parcel.carried:
        # Whoever is out stays out, though the link may not be ours to change.
        harmless = isinstance(operation, RemoveMember) and isinstance(error, Refused)
        yield place, Outcome(operation, error=None if harmless else error, link=link)


def both(first: Outcome, second: Outcome) -> Outcome:
    """Of a removal and of the new link that it asks for: done when both are."""
    return first if first.error else replace(second, applied=first.applied)


def all_outcomes(parcels: Mapping[int, tuple[Parcel, Any]]) -> dict[int, Outcome]:
    """Place → outcome, of parcels with their results in the order of their calls."""
    placed: dict[int, Outcome] = {}
    for parcel, result in parcels.values():
        for place, outcome in outcomes(parcel, result):
            placed[place] = both(placed[place], outcome) if place in placed else outcome
    return placed


def link_in(value: Any) -> Secret:
    """The answer of getInviteLink; an error is raised."""
    if isinstance(value, MessengerError):
        raise value
    with known_shape():
        return Secret(str(value["link"]))


def _room_and_members(value: Any) -> tuple[str, frozenset[str]]:
    """createChat answers {chat_id, peer_ids} in 5.199 and a bare chat_id in 5.131, which names nobody."""
    if isinstance(value, MessengerError):
        raise value
    with known_shape():
        if isinstance(value, int):
            return str(value), frozenset()
        return str(int(value["chat_id"])), frozenset(map(str, value["peer_ids"]))
