"""What must be so when everything has come to rest, seen in the rooms, in our books and by the witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db import connection as database

from peremena.core.operations import ChatKey
from peremena.core.state import ActualRoom
from peremena.school.models import Chat, Room, Seat
from peremena.sync.planning import Prepared
from tests.simulation.actors import Violation
from tests.simulation.messenger import OWN

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

BOOKS = """
select 'a closed run that does not add up: ' || run.id from sync_run as run left join (
    select run_id, count(*) as steps, count(*) filter (where state in ('waiting', 'sent')) as undone,
        count(*) filter (where state = 'done') as done from sync_step group by run_id
) as counted on run_id = run.id
where run.state in ('done', 'partial', 'failed') and (
    run.done + run.failed <> run.total or coalesce(steps, 0) <> run.total or coalesce(undone, 0) > 0
    or coalesce(counted.done, 0) <> run.done or finished_at is null
)
union all
select 'a run that is open: ' || id from sync_run where state in ('queued', 'running', 'waiting')
union all
select 'an act of nobody: ' || id from pghistory_context where coalesce(metadata ->> 'actor', '') = ''
union all
select 'sent after its run was cancelled: ' || run_id from sync_step group by run_id
having sum(attempts) > (%s::jsonb ->> run_id::text)::int
union all
select 'steps of a refused run: ' || run_id from sync_step join sync_run on sync_run.id = run_id where sync_run.state = 'refused'
"""


def judged(schedule: Schedule, finals: Iterable[Prepared]) -> None:
    """Violation with everything that is wrong."""
    found = list(_books(schedule))
    rooms = {room.chat.chat_key: room for room in Room.objects.select_related("chat")}
    for prepared in finals:
        if prepared.organization.pk in schedule.counted:
            found += _figures(prepared)
        for key, chat in prepared.school.known.items():
            if chat.problem:
                found += _lost(prepared, key, chat.problem)
            elif chat.room is not None:
                found += Place(schedule, prepared, key, rooms[key], chat.room).complaints()
            elif key in prepared.plan.wanted:
                found.append(f"{key} has no room")
    if found:
        raise Violation("; ".join(found))


def _books(schedule: Schedule) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(BOOKS, [database.Database.types.json.Jsonb(schedule.cancelled)])
        return [text for (text,) in cursor.fetchall()]


def _figures(prepared: Prepared) -> Iterator[str]:
    people = prepared.school.accounts
    for chat in Chat.objects.filter(organization=prepared.organization):
        wanted = prepared.plan.wanted.get(chat.chat_key)
        seats = wanted.seats if wanted else frozenset()
        linked = {people[person] for person in seats if person in people}
        known = prepared.school.known[chat.chat_key].room
        counted = len(seats), len(linked), len(linked & known.members) if known else 0
        if counted != (chat.seats, chat.linked, chat.inside):
            yield f"{chat.chat_key} counts {(chat.seats, chat.linked, chat.inside)} instead of {counted}"


def _lost(prepared: Prepared, key: ChatKey, problem: str) -> Iterator[str]:
    """Where the room is lost a person is told."""
    told = {(step.chat, step.reason) for step in prepared.plan.by_hand}
    if key in prepared.plan.wanted and (key, problem) not in told:
        yield f"nobody is told that {key} is lost ({problem})"


class Place:
    """One chat's room."""

    def __init__(self, schedule: Schedule, prepared: Prepared, key: ChatKey, row: Room, known: ActualRoom) -> None:
        self.schedule, self.key, self.row, self.known = schedule, key, row, known
        self.real = schedule.world.rooms[row.external_id]
        self.inside = frozenset(self.real.members) - {OWN}
        self.wanted = key in prepared.plan.wanted
        self.accounts = prepared.school.accounts
        seats = prepared.plan.wanted[key].seats if self.wanted else frozenset()
        self.desired = {self.accounts[person] for person in seats if person in self.accounts}
        self.by_hand = prepared.plan.by_hand
        self.title = prepared.plan.titles.get(key)

    def complaints(self) -> Iterator[str]:
        what = f"{self.key.kind} {self.row.external_id}"
        if self.inside != self.known.members:
            yield f"{what}: inside are {sorted(self.inside)}, on the books {sorted(self.known.members)}"
        if self.wanted and self.real.title != self.title:
            yield f"{what} is called «{self.real.title}», not «{self.title}»"
        if self.wanted:
            yield from (f"{what}: {member} is missing" for member in sorted(self._missing()))
        yield from (f"{what}: {member} is there for no reason" for member in sorted(self._without_reason()))
        yield from (f"{what}: {member} {layer}" for member, layer in self._against_decisions())

    def _missing(self) -> set[str]:
        """But for those who went, and those whom the messenger does not take, which a person is told."""
        departed = self.schedule.witness.departed
        gone = {member for member in self.known.left if (self.row.external_id, member) in departed}
        told = {step.member for step in self.by_hand if step.chat == self.key}
        return self.desired - self.inside - gone - (told & self.known.refused.keys())

    def _without_reason(self) -> set[str]:
        ours = {member for member in self.inside if (self.row.external_id, member) in self.schedule.witness.put_by_us}
        if not self.wanted:  # its people stay
            return ours - set(self.schedule.town.accounts.values())
        return ours - self.desired

    def _against_decisions(self) -> Iterator[tuple[str, str]]:
        town = self.schedule.town
        for (chat, person), layer in town.seats.items():
            member = town.accounts.get(person)
            if chat != self.row.chat_id or member is None:
                continue
            if layer == Seat.BLOCKED and member in self.inside:
                yield member, "is inside though shut out"
            if layer == Seat.PINNED and self.wanted and member not in self.desired:
                yield member, "is not wanted though pinned"
