"""Scenario files: one rule of the core in words, with the whole plan that follows from it.

Everything is said in words. People are words, and a person's messenger id is the same word unless `accounts` gives another.
A chat is `teachers`, `class/5А`, `parents/5А`, `subject/<group word>` or `custom/<word>`. A file has

    school = "Школа"                     name; this one where absent
    staff = "irina"                      the teaching staff
    others = "sveta"                     people the roster does not name
    unlinked = "anna"                    people without an account
    taken = ["…"]                        titles that other schools use in this connection
    can = "create_chat add_member"       what the connection can do; EVERYTHING where absent
    title_limit = 40
    strangers_out = true                 whoever has no place is put out, whoever let him in
    [accounts]  anna = "anna-2"
    [classes."5А"]                         pupils, teachers ("irina*" = primary)
    [groups.english]                     title, subject, pupils, teachers
    [guardians]  anna = "olga"
    [pinned] [blocked]  "class/5А" = "anna"
    [known."class/5А"]                   a chat written down, without a room: title, kept
    [rooms."class/5А"]                   the same with a room: title, kept, called (the room's own title, where it differs),
                                         ours, strangers, admins, left, invited, refused = { anna = "reason" },
                                         problem ("room_gone": we cannot work with it any more)
    [expect]                             all of what `Told` holds; linked is 0 and lists are empty where absent
        chats = { "class/5А" = "anna irina*" }       who sits in it (* = admin), linked or not
        titles = { … }                               of chats that are neither created nor renamed here nor have a room
        operations = "class/5А add anna boris"       a line each: chat, verb of VERBS, then the title or the members
        by_hand = "class/5А add_member reason anna"  a line each; "-" for the whole connection
        refused = "rule limit value"
        linked = 2
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from peremena.core.capabilities import Capabilities
from peremena.core.operations import (
    AddMember,
    ChatKey,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
)
from peremena.core.plan import Plan, School
from peremena.core.roster import Enrollment, EnrollmentRole, Group, SchoolClass, SchoolYear
from peremena.core.rules import HandSeats
from peremena.core.state import ActualRoom, KnownChat
from peremena.core.titles import natural_key
from tests.core.words import BadScenario, Table, Words

EVERYTHING = "create_chat rename add_member invite_link remove_member set_role"
USUAL_ENDS = {"class": "Чат класса", "parents": "Родительский чат"}
VERBS = {CreateChat: "create", RenameChat: "rename", AddMember: "add", InviteMember: "invite", RemoveMember: "remove"}
TITLED = {"create", "rename"}

TOP = {"school", "staff", "others", "unlinked", "taken", "can", "title_limit", "strangers_out"}
TABLES = {"accounts", "classes", "groups", "guardians", "pinned", "blocked", "known", "rooms", "expect"}
ROOM = {"title", "kept", "called", "ours", "strangers", "admins", "left", "invited", "refused", "problem"}
EXPECT = {"chats", "titles", "operations", "by_hand", "refused", "linked"}


@dataclass(frozen=True)
class Told:
    """A whole plan in words, as pages of a rule book would tell it."""

    chats: dict[str, str]
    titles: dict[str, str]
    operations: list[str]
    by_hand: list[str]
    refused: str
    linked: int


@dataclass(frozen=True)
class Scenario:
    school: School
    can: Capabilities
    expected: Told
    words: Words

    def tell(self, plan: Plan) -> Told:
        """The plan in the words of this scenario; every field of it but the fingerprint, which is tested by itself."""
        word, person = self.words.chat, self.words.person
        return Told(
            chats={
                word(key): _listed(person(one) + "*" * (one in chat.admins) for one in chat.seats)
                for key, chat in plan.wanted.items()
            },
            titles={word(key): title for key, title in plan.titles.items()},
            operations=[self._operation(operation) for operation in plan.operations],
            by_hand=[
                " ".join(filter(None, (word(chat) if chat else "-", name, reason, member)))
                for name, chat, reason, member in plan.by_hand
            ],
            refused="{} {} {}".format(*plan.refusal) if plan.refusal else "",
            linked=plan.linked,
        )

    def _operation(self, operation: Operation) -> str:
        chat = self.words.chat(operation.chat)
        match operation:
            case CreateChat(_, title) | RenameChat(_, title):
                return f"{chat} {VERBS[type(operation)]} {title}"
            case SetRole(_, member, admin):
                return f"{chat} {'promote' if admin else 'demote'} {member}"
            case AddMember(_, member) | InviteMember(_, member) | RemoveMember(_, member):
                return f"{chat} {VERBS[type(operation)]} {member}"
        raise BadScenario(f"no word for {operation}")


def read(path: Path) -> Scenario:
    """BadScenario where the file says what is not understood or expects nothing."""
    return understand(tomllib.loads(path.read_text(encoding="utf-8")))


def understand(data: Table) -> Scenario:
    only(data, TOP | TABLES, "the file")
    for name, allowed in (("classes", {"pupils", "teachers"}), ("groups", {"title", "subject", "pupils", "teachers"})):
        for word, unit in data.get(name, {}).items():
            only(unit, allowed, f"{name}.{word}")
    words = Words(data)
    words.ids(" ".join([data.get("unlinked", ""), *data.get("accounts", {})]))
    hand_made = {*data.get("pinned", {}), *data.get("blocked", {})}
    school = School(
        year=_year(data, words),
        accounts={words.people[word]: account for word, account in words.linked.items()},
        known=_known(data, words),
        by_hand={
            words.key(chat): HandSeats(*(words.ids(data.get(part, {}).get(chat, "")) for part in ("pinned", "blocked")))
            for chat in sorted(hand_made)
        },
        taken=frozenset(data.get("taken", ())),
        strangers_out=data.get("strangers_out", False),
    )
    can = Capabilities(**dict.fromkeys(data.get("can", EVERYTHING).split(), True))
    can = replace(can, title_limit=data.get("title_limit", can.title_limit))
    return Scenario(school, can, _expected(data, school, words), words)


def only(table: Table, allowed: set[str], where: str) -> None:
    if unknown := {*table} - allowed:
        raise BadScenario(f"{where} does not know {sorted(unknown)}")


def _listed(people: Iterable[str]) -> str:
    return " ".join(sorted(people))


def _year(data: Table, words: Words) -> SchoolYear:
    return SchoolYear(
        organization=1,
        name=data.get("school", "Школа"),
        year=2027,
        classes={number: SchoolClass(title, natural_key(title)) for title, number in words.classes.items()},
        groups={
            words.groups[word]: Group(group["title"], 1, group["subject"], natural_key(group["title"]))
            for word, group in data.get("groups", {}).items()
        },
        teachers=words.ids(data.get("staff", "")),
        in_classes=_enrollments(data.get("classes", {}), words.classes, words),
        in_groups=_enrollments(data.get("groups", {}), words.groups, words),
        guardians={
            words.people[pupil]: words.ids(guardians)
            for pupil, guardians in data.get("guardians", {}).items()
            if words.ids(pupil)
        },
    )


def _enrollments(units: Table, ids: Mapping[str, int], words: Words) -> tuple[Enrollment, ...]:
    roles = (("pupils", EnrollmentRole.STUDENT), ("teachers", EnrollmentRole.TEACHER))
    return tuple(
        Enrollment(ids[unit], words.people[person.rstrip("*")], role, person.endswith("*"))
        for unit, members in units.items()
        for part, role in roles
        for person in members.get(part, "").split()
    )


def _known(data: Table, words: Words) -> dict[ChatKey, KnownChat]:
    found = {}
    for chat, known in data.get("known", {}).items():
        only(known, {"title", "kept"}, f"known.{chat}")
        found[words.key(chat)] = KnownChat(_title(data, chat, known), known.get("kept", False))
    for chat, room in data.get("rooms", {}).items():
        only(room, ROOM, f"rooms.{chat}")
        title = _title(data, chat, room)
        found[words.key(chat)] = KnownChat(
            title, room.get("kept", False), _room(title, room, words), room.get("problem", "")
        )
    return found


def _title(data: Table, chat: str, known: Table) -> str:
    """What the file says, else the manual's pattern, spelt here once more."""
    kind, _, unit = chat.partition("/")
    end = f"{unit} - {USUAL_ENDS[kind]}" if kind in USUAL_ENDS else "Учительский чат"
    if "title" not in known and kind in {"subject", "custom"}:
        raise BadScenario(f"{chat} needs a title")
    return str(known.get("title", f"{data.get('school', 'Школа')} - {end}"))


def _room(title: str, room: Table, words: Words) -> ActualRoom:
    ours, strangers = words.members(room.get("ours", "")), frozenset(room.get("strangers", "").split())
    reasons = room.get("refused", {})
    words.members(" ".join(reasons))
    admins = frozenset(room.get("admins", "").split())
    if alien := admins - ours - strangers:
        raise BadScenario(f"admins who are not in the room: {sorted(alien)}")
    left, invited = words.members(room.get("left", "")), words.members(room.get("invited", ""))
    return ActualRoom(room.get("called", title), ours | strangers, ours, admins, left, invited, reasons)


def _expected(data: Table, school: School, words: Words) -> Told:
    expect = data.get("expect")
    if not expect:
        raise BadScenario("nothing is expected")
    only(expect, EXPECT, "expect")
    chats = {chat: _listed(people.split()) for chat, people in expect.get("chats", {}).items()}
    operations = [line for text in expect.get("operations", "").splitlines() for line in _lines(text)]
    named = (line.split(" ", 2) for line in operations)
    titles = {words.chat(key): known.title for key, known in school.known.items() if known.room}
    titles |= {chat: title for chat, verb, title in named if verb in TITLED} | expect.get("titles", {})
    return Told(
        chats=chats,
        titles={chat: title for chat, title in titles.items() if chat in chats},
        operations=operations,
        by_hand=[line for line in expect.get("by_hand", "").splitlines() if line],
        refused=expect.get("refused", ""),
        linked=expect.get("linked", 0),
    )


def _lines(text: str) -> Iterable[str]:
    """A line of several members is as many operations."""
    if not text:
        return []
    chat, verb, rest = text.split(" ", 2)
    return [text] if verb in TITLED else [f"{chat} {verb} {member}" for member in rest.split()]
