"""The chats in which a person has a place, each once with all its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone

from peremena.core.plan import School
from peremena.core.standing import Standing, standings_of
from peremena.core.state import PersonState
from peremena.core.titles import natural_key
from peremena.school.models import Account, Chat, Connection, Membership, Organization, Person
from peremena.school.places import chats_of, schools_of
from peremena.school.snapshot import clamped, load_chats
from peremena.sync.connections import connection_of
from peremena.web.counting import counted
from peremena.web.members import names_of
from peremena.web.wording import own_chats as words


@dataclass(frozen=True)
class OwnChat:
    """`has_room`: it is there in the messenger."""

    chat: Chat
    standing: Standing
    has_room: bool
    why: Sequence[str]

    @property
    def people(self) -> str:
        return counted(self.chat.inside, words.PEOPLE) if self.has_room else ""

    @property
    def state(self) -> str:
        return self._words.state if self.has_room or not self.standing.member else words.BEING_MADE

    @property
    def button(self) -> str:
        return self._words.button if self.has_room else ""

    @property
    def is_inside(self) -> bool:
        return self.standing.state is PersonState.INSIDE

    @property
    def is_passing(self) -> bool:
        """It will be otherwise in a moment, by itself."""
        return bool(self.standing.member) and self.standing.state is PersonState.WAITING

    @property
    def _words(self) -> words.Standing:
        return words.STANDINGS.get(self.standing.state, words.OTHERWISE)


@dataclass(frozen=True)
class OwnSchool:
    """One school's part of the page."""

    organization: Organization
    chats: Sequence[OwnChat]
    is_connected: bool


def own_schools(person: Person) -> list[OwnSchool]:
    """The schools with chats that the person has to do with, or has chats in, and his chats there, as people count and spell; a
    fixed number of queries a school."""
    by_school: dict[int, list[Chat]] = defaultdict(list)
    schools = {school.pk: school for school in schools_of(person.pk).filter(chats_enabled=True)}
    for chat in _candidates(person):
        by_school[chat.organization_id].append(chat)
        schools.setdefault(chat.organization_id, chat.organization)
    ordered = sorted(schools.values(), key=lambda school: (natural_key(school.name), school.pk))
    return [_own_school(person, school, by_school[school.pk]) for school in ordered]


def own_chat(person: Person, chat: Chat) -> OwnChat | None:
    """One of them."""
    if not chat.organization.chats_enabled:
        return None
    found = _own_school(person, chat.organization, [chat]).chats
    return found[0] if found else None


def _candidates(person: Person) -> Collection[Chat]:
    """Lists and no subqueries, as in `school.places`: each question has an index of its own."""
    profiles = list(Account.objects.filter(person=person, ended_at=None).values_list("external_id", flat=True))
    inside = Membership.objects.filter(member__in=profiles, state=Membership.IN, ours=True)
    may = {*chats_of([person.pk]).values_list("pk", flat=True), *inside.values_list("room__chat", flat=True)}
    chats = Chat.objects.filter(pk__in=may, archived_at=None)
    return chats.filter(organization__chats_enabled=True).select_related("organization").order_by("sort_key", "pk")


def _own_school(person: Person, organization: Organization, chats: Sequence[Chat]) -> OwnSchool:
    connection = connection_of(organization)
    works = connection is not None and connection.state == Connection.READY
    if not chats:
        return OwnSchool(organization, [], works)
    school = load_chats(organization, chats, connection, clamped(timezone.localdate(), organization))
    standings = standings_of(school, person.pk)
    pupils = names_of(ground.pupil for each in standings.values() for ground in each.grounds if ground.pupil)
    own = [
        OwnChat(chat, standing, _has_room(school, chat), _why(school, chat, standing, pupils))
        for chat in chats
        if (standing := standings.get(chat.chat_key))
    ]
    return OwnSchool(organization, own, works)


def _has_room(school: School, chat: Chat) -> bool:
    known = school.known.get(chat.chat_key)
    return known is not None and known.room is not None


def _why(school: School, chat: Chat, standing: Standing, pupils: dict[int, str]) -> list[str]:
    by_rule = [words.ground(ground, school.year, pupils) for ground in standing.grounds]
    return by_rule or [words.BY_HAND if chat.wanted else words.LEFT_OVER]
