"""Listening: messages.getLongPollServer, getLongPollHistory; groups.getLongPollServer, getLongPollSettings."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import message, profiles, spoke
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.longpoll.bot_events import TOLD, VERSION
from vk_sandbox.longpoll.keys import KEYS, Kind, Listener
from vk_sandbox.longpoll.user_updates import short
from vk_sandbox.messenger.events import Happened, newest, seen_since

# What the schema says a community can be told of; the stand-in tells of TOLD.
EVENTS = [
    "audio_new",
    "board_post_delete",
    "board_post_edit",
    "board_post_new",
    "board_post_restore",
    "group_change_photo",
    "group_change_settings",
    "group_join",
    "group_leave",
    "group_officers_edit",
    "market_comment_delete",
    "market_comment_edit",
    "market_comment_new",
    "market_comment_restore",
    "message_allow",
    "message_deny",
    "message_new",
    "message_read",
    "message_reply",
    "message_typing_state",
    "message_edit",
    "photo_comment_delete",
    "photo_comment_edit",
    "photo_comment_new",
    "photo_comment_restore",
    "photo_new",
    "poll_vote_new",
    "user_block",
    "user_unblock",
    "video_comment_delete",
    "video_comment_edit",
    "video_comment_new",
    "video_comment_restore",
    "video_new",
    "message_reaction_event",
    "wall_post_new",
    "wall_reply_delete",
    "wall_reply_edit",
    "wall_reply_new",
    "wall_reply_restore",
    "wall_repost",
    "wall_schedule_post_new",
    "wall_schedule_post_delete",
    "donut_subscription_create",
    "donut_subscription_prolonged",
    "donut_subscription_cancelled",
    "donut_subscription_expired",
    "donut_subscription_price_changed",
    "donut_money_withdraw",
    "donut_money_withdraw_error",
]


def get_server(caller: Caller, *, need_pts: bool) -> dict[str, Any]:
    last = newest()
    where = caller.origin.partition("://")[2]
    server = {"server": f"{where}/longpoll/user", "key": _key(caller, "user"), "ts": last}
    return server | {"pts": last} if need_pts else server


def get_history(
    caller: Caller, *, ts: int | None, pts: int | None, events_limit: int, msgs_limit: int, extended: bool
) -> dict[str, Any]:
    since = (ts or 0) if pts is None else pts
    if since > newest():
        raise ApiError(Code.PTS_TOO_NEW)
    found = seen_since(caller.account, since, events_limit + 1)
    seen = found[:events_limit]
    said = [one for one in seen if one.happened is Happened.SAID][:msgs_limit]
    if len(said) == msgs_limit:
        seen = [one for one in seen if one.number <= said[-1].number]
    more = len(seen) < len(found)
    people = profiles(spoke(one.message for one in said))
    return {
        "history": [update for one in seen for update in short(one)],
        "messages": {"count": len(said), "items": [message(one.message, one.mine) for one in said]},
        "new_pts": seen[-1].number if more else newest(),
        "from_pts": since,
        "more": more,
        **(people if extended else {"profiles": people["profiles"]}),
    }


def get_bot_server(caller: Caller, *, group_id: int) -> dict[str, str]:
    _own(caller, group_id)
    return {"server": f"{caller.origin}/longpoll/bot", "key": _key(caller, "bot"), "ts": str(newest())}


def get_bot_settings(caller: Caller, *, group_id: int) -> dict[str, Any]:
    _own(caller, group_id)
    return {"is_enabled": True, "api_version": VERSION, "events": {name: int(name in TOLD) for name in EVENTS}}


def _key(caller: Caller, kind: Kind) -> str:
    return KEYS.key(Listener(caller.token, caller.account, kind))


def _own(caller: Caller, group_id: int) -> None:
    if caller.account != -group_id:
        raise ApiError(Code.ACCESS, "no access to this community")


METHODS = (
    Method(
        "messages.getLongPollServer",
        get_server,
        USER_GROUP,
        (Parameter("need_pts", Type.BOOLEAN),),
        MESSAGES,
        (
            Behaviour("server without a scheme, key, ts as a number; pts with need_pts", Source.SCHEMA),
            Behaviour("`a_check`: {ts, updates} as soon as there is news, or after `wait` seconds", Source.CLIENTS),
            Behaviour("updates of version 3: 4 said, 5 edited, 2 deleted, 6 and 7 read, 63 typing", Source.CLIENTS),
            Behaviour("and 52: title 1, photo 2, pin 5, came 6, left 7, removed 8", Source.CLIENTS),
            Behaviour(
                "version 19: 10004, 10005, 10002, 10006 and 10007, by number in the conversation", Source.CLIENTS
            ),
            Behaviour("52 is the same in both; versions in between are answered as 3", Source.INFERRED),
            Behaviour("text is HTML-escaped; `from` and source_act stand in the extra fields", Source.CLIENTS),
            Behaviour("mode 32 adds pts", Source.CLIENTS),
            Behaviour("the other bits of mode change nothing", Source.INFERRED),
            Behaviour("failed 1: further behind than 1000 events, or ahead", Source.INFERRED),
            Behaviour("failed 2: an unknown key, also after a restart", Source.CLIENTS),
            Behaviour("failed 3: the token was revoked", Source.INFERRED),
            Behaviour("failed 4: a version above 19", Source.CLIENTS),
            Behaviour("polls do not count for the pace", Source.INFERRED),
        ),
    ),
    Method(
        "messages.getLongPollHistory",
        get_history,
        USER_GROUP,
        (
            Parameter("ts", Type.INTEGER, minimum=0),
            Parameter("pts", Type.INTEGER, minimum=0),
            Parameter("events_limit", Type.INTEGER, minimum=1000, default=1000),
            Parameter("msgs_limit", Type.INTEGER, minimum=200, default=200),
            Parameter("extended", Type.BOOLEAN, default=False),
        ),
        MESSAGES,
        (
            Behaviour("updates as numbers, their messages, new_pts; `more` where a limit was reached", Source.SCHEMA),
            Behaviour("ts and pts are one count; nothing is ever too old", Source.INFERRED),
            Behaviour("ahead of the last event: error 908", Source.SCHEMA),
        ),
    ),
    Method(
        "groups.getLongPollServer",
        get_bot_server,
        USER_GROUP,
        (Parameter("group_id", Type.INTEGER, required=True, minimum=1),),
        behaviours=(
            Behaviour("server with a scheme, key, ts as a string", Source.SCHEMA),
            Behaviour("message_new {message, client_info} with its action; message_edit", Source.SCHEMA),
            Behaviour("message_reply for what the community itself says and does", Source.INFERRED),
            Behaviour("failed 1 to 4 as in messages.getLongPollServer", Source.CLIENTS),
            Behaviour("of another community, or by a person: error 15", Source.INFERRED),
        ),
    ),
    Method(
        "groups.getLongPollSettings",
        get_bot_settings,
        USER_GROUP,
        (Parameter("group_id", Type.INTEGER, required=True, minimum=1),),
        behaviours=(
            Behaviour("every event the schema names, 1 for those that are told", Source.SCHEMA),
            Behaviour("always enabled", Source.INFERRED),
            Behaviour("of another community, or by a person: error 15", Source.INFERRED),
        ),
    ),
)
