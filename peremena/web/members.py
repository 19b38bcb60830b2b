"""The people of a chat as its card shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils import timezone

from peremena.accounts.models import User
from peremena.core.plan import School
from peremena.core.standing import ChatStanding, Standing, chat_standing
from peremena.core.state import PersonState
from peremena.core.titles import natural_key
from peremena.school.models import Account, Chat, Connection, Person, Seat
from peremena.school.snapshot import clamped, load_chat
from peremena.web import access
from peremena.web.ties import Tie, ties_of
from peremena.web.wording import members as words
from peremena.web.wording.decisions import QUESTIONS
from peremena.web.wording.reasons import Reason

AGAIN = (PersonState.LEFT, PersonState.REFUSED)
ASKED = ("exclude", "pin", "unpin")


class Action(NamedTuple):
    """What may be decided about a person; `asks`: only after a question."""

    do: str
    title: str
    asks: bool


@dataclass(frozen=True)
class Member:
    """One row."""

    person: int
    name: str
    standing: Standing
    seat: Seat | None
    kinds: str = ""
    why: Sequence[str] = ()
    here: bool = True  # he may be given a place: he is tied to the school, and the chat is wanted

    @property
    def is_linked(self) -> bool:
        return bool(self.standing.member)

    @property
    def state(self) -> str:
        return words.STATES[self.standing.state]

    @property
    def layer(self) -> str:
        return words.LAYERS[self.seat.layer] if self.seat else ""

    @property
    def refusal(self) -> Reason | None:
        return words.refused(self.standing.reason) if self.standing.state is PersonState.REFUSED else None

    @property
    def actions(self) -> list[Action]:
        return [Action(do, QUESTIONS[do].button, do in ASKED) for do in self._actions()]

    def _actions(self) -> list[str]:
        if self.seat and self.seat.layer == Seat.BLOCKED:
            return ["let_in" if self.standing.grounds else "unblock"]
        if not self.standing.seated:
            return ["unpin"] if self.seat else ["pin"] if self.here else []
        again = ["invite"] if self.standing.state in AGAIN else []
        return [*again, *(["unpin"] if self.seat else []), "exclude"]


@dataclass(frozen=True)
class Stranger:
    """Somebody inside who has no place. `person` None = nobody of this school is known to hold the profile."""

    member: str
    person: int | None = None
    name: str = ""
    kinds: str = ""
    leaves: bool = False
    here: bool = False  # he is tied to the school now

    @property
    def state(self) -> str:
        return words.STATES[PersonState.LEAVING if self.leaves else PersonState.STRANGER]

    @property
    def actions(self) -> list[Action]:
        doable = ["pin"] if self.here else []
        if self.person and not self.leaves:
            doable.append("exclude")
        return [Action(do, QUESTIONS[do].button, do in ASKED) for do in doable]


@dataclass(frozen=True)
class People:
    """Everybody of one chat. `names` are of people of `rows`, folded for searching and sorting."""

    chat: Chat
    school: School
    found: ChatStanding
    seats: dict[int, Seat]
    names: dict[int, str]
    rows: list[Standing] = field(default_factory=list)
    strangers: list[Standing] = field(default_factory=list)

    @property
    def linked(self) -> int:
        return sum(bool(each.member) and each.seated for each in self.found.people)

    @property
    def inside(self) -> int:
        return sum(each.state is PersonState.INSIDE for each in self.found.people)

    @property
    def total(self) -> int:
        return len(self.found.seats) if self.found.wanted else sum(each.seated for each in self.found.people)


def people_of(chat: Chat, connection: Connection | None) -> People:
    """Everybody, in order of names; a constant number of queries."""
    day = clamped(timezone.localdate(), chat.organization)
    school = load_chat(chat, connection, day)
    if connection and connection.strangers == Connection.REMOVE:
        school = replace(school, strangers_out=True)
    found = chat_standing(school, chat.chat_key)
    by_hand = school.by_hand.get(chat.chat_key)
    decided = by_hand.pinned | by_hand.blocked if by_hand else frozenset()
    seats = {seat.person_id: seat for seat in Seat.objects.filter(chat=chat) if seat.person_id in decided}
    rows = [each for each in found.people if each.person and (each.seated or each.person in seats or _goes(each))]
    names = names_of(each.person for each in rows if each.person)
    order = {person: (natural_key(name), person) for person, name in names.items()}
    rows.sort(key=lambda each: order[each.person or 0])
    shown = {id(each) for each in rows}
    return People(chat, school, found, seats, names, rows, [each for each in found.people if id(each) not in shown])


def _goes(standing: Standing) -> bool:
    return standing.state is PersonState.LEAVING


def names_of(people: Iterable[int]) -> dict[int, str]:
    found = Person.objects.filter(pk__in=list(people)).only("family_name", "given_name", "middle_name")
    return {person.pk: person.full_name for person in found}


def matching(people: People, query: str, *, unlinked: bool) -> list[Standing]:
    """Those whose every word asked for begins a part of the name."""
    asked = _folded(query)
    return [
        each
        for each in people.rows
        if not (unlinked and each.member) and (not asked or _answers(people.names[each.person or 0], asked))
    ]


def _folded(text: str) -> list[str]:
    """Words as people type them: «Федоров» finds «Фёдорова-Иванова»."""
    return natural_key(text).replace("\uffff", "").replace("-", " ").split()


def _answers(name: str, asked: Sequence[str]) -> bool:
    parts = _folded(name)
    return all(any(part.startswith(word) for part in parts) for word in asked)


def told(people: People, page: Iterable[Standing]) -> list[Member]:
    """The rows of a page: why and as whom everybody is there."""
    page = list(page)
    pupils = names_of(ground.pupil for each in page for ground in each.grounds if ground.pupil)
    ties = ties_of(people.chat.organization, [each.person for each in page if each.person and not each.grounds])
    return [
        Member(
            person=person,
            name=people.names[person],
            standing=each,
            seat=(seat := people.seats.get(person)),
            kinds=_kinds(each, ties.get(person, ())),
            why=_why(people, each, seat, pupils),
            here=people.found.wanted and bool(each.grounds or ties.get(person)),
        )
        for each in page
        if (person := each.person)
    ]


def _kinds(standing: Standing, ties: Iterable[Tie]) -> str:
    by_rule = [words.KINDS[ground.kind] for ground in standing.grounds]
    return ", ".join(dict.fromkeys(by_rule or [tie.kind for tie in ties]))


def _why(people: People, standing: Standing, seat: Seat | None, pupils: dict[int, str]) -> list[str]:
    decided = [words.decision(seat)] if seat else []
    by_rule = [words.ground(ground, people.school.year, pupils) for ground in standing.grounds]
    return [*decided, *by_rule] or [words.NO_PLACE]


def strangers_of(people: People, user: User, connection: Connection | None, *, limit: int) -> list[Stranger]:
    """With names, as far as the profiles are, or were, of people of this school."""
    shown = people.strangers[:limit]
    holders: dict[str, int] = {}
    if connection and shown:
        own = access.people_for(user, people.chat.organization, once=True)
        profiles = Account.objects.filter(
            messenger=connection.messenger, external_id__in=[each.member for each in shown], person__in=own
        ).order_by("ended_at", "pk")  # the open link comes last and wins
        holders = dict(profiles.values_list("external_id", "person"))
    names = names_of(holders.values())
    ties = ties_of(people.chat.organization, list(names))
    return [
        Stranger(
            member=each.member,
            person=(person := holders.get(each.member)),
            name=names.get(person, "") if person else "",
            kinds=", ".join(str(tie) for tie in ties.get(person, ())) if person else "",
            leaves=_goes(each),
            here=bool(people.found.wanted and person and ties.get(person)),
        )
        for each in shown
    ]
