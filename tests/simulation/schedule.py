"""One schedule: a seed draws what happens and who acts when. Afterwards the troubles stop, a person syncs again, and all must
be as it should be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from random import Random

from django.db import connection as database

from peremena.audit.acts import Actor as Doer
from peremena.core.errors import UnusableInput
from peremena.messengers.memory import EVERYTHING
from peremena.school.models import Connection, Organization
from peremena.sync import connecting, tasks
from peremena.sync.planning import Prepared, prepare
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.simulation.actions import IMPORTED, ROSTER, UNKNOWN_TO_US, drawn
from tests.simulation.actors import Actor, Crew, Job, Violation
from tests.simulation.clock import Clock
from tests.simulation.messenger import Surroundings, Troubles
from tests.simulation.verdict import judged
from tests.simulation.world import Base

LONG = 1_000_000  # seeds from here on are long schedules
FOLLOWED = 2_000_000  # from here on they are short again, and the chats follow every roster by themselves
MOST_BEATS = 2000  # after the troubles have stopped
MOST_SYNCS = 3  # until there is nothing left to do
BEATS = (0, 1, 2, 4, 8, 16, 32)  # between two actions
A_BEAT = 0.05  # seconds at most
AGAIN = (0.5, 5.0, 25.0)  # seconds until the job of a dead worker is started again
TICK = 5.0  # seconds between two looks of the periodic wake
TOKEN = "invented"  # what school_rows.connection() writes down
DUE = """
select count(*), min(greatest(sync_run.due_at, next.due_at)) filter (where next.due_at is not null)
from sync_run left join lateral (
    select max(step.due_at) as due_at from sync_step as step where run_id = sync_run.id and state = 'waiting'
        and not exists (select from sync_step as sent where sent.chat_id = step.chat_id and sent.state = 'sent')
    group by step.chat_id order by 1 limit 1
) as next on true where sync_run.state in ('queued', 'running', 'waiting')
union all select 0, min(due_at) from sync_step where state = 'sent'
union all select 0, min(due_at) from school_room where external_id <> ''
"""


class Schedule:
    """`without`: actions that are left out, by their numbers, to find out which ones a failure needs."""

    def __init__(self, base: Base, seed: int, without: Collection[int] = ()) -> None:
        self.base, self.seed = base, seed
        self.dice = Random(seed)
        length = self.dice.randrange(12, 40) if LONG <= seed < FOLLOWED else self.dice.randrange(3, 7)
        plan = [(number, action, Random(f"{seed}/{number}")) for number, action in enumerate(drawn(self.dice, length))]
        self.actions = [each for each in plan if each[0] not in without]
        self.clock = Clock(skew=self.dice.choice((0.0, 37.4, -3600.7)))
        can = replace(EVERYTHING, batch_size=self.dice.choice((5, 25, 25, 25)), set_role=self.dice.random() < 0.5)
        self.can = can
        self.world = base.world()
        self.world.clock = self.clock.messengers
        self.witness = base.witness.copy()
        self.troubles = Troubles(tokens={TOKEN})
        self.crew = Crew(self.dice, self.clock)
        self.town = base.begin()
        self.surroundings = Surroundings(
            self.world, self.witness, self.troubles, self.crew, self.dice, self.tell, self._thought_dead
        )
        self.jobs: dict[Job, float] = {}  # → not before
        self.token, self.tokens = TOKEN, 0
        self.ticked = -TICK
        self.deadly: int | None = None
        self.stopping = False
        self.touched: set[int] = set()  # schools
        self.approved: set[int] = set()  # those of them whose sync was approved, which renews their figures
        self.counted: set[int] = set()  # schools whose figures have been renewed since the last change
        self.cancelled: dict[int, int] = {}  # run → what had been sent of it
        self.story: list[str] = []

    # --- what the shell asks for

    def wants_lane(self, connection: int) -> None:
        self.jobs.setdefault(Job("connection", connection), self.clock.now)

    def wants_mending(self, connection: int) -> None:
        self.jobs.setdefault(Job("mend", connection), self.clock.now)

    def wants_following(self) -> None:
        """An import has been applied."""
        with rows.writing():
            Organization.objects.update(roster_at=self.clock.today())
        for school in self.town.schools:
            self.jobs.setdefault(Job("roster", school.pk), self.clock.now)

    def is_waiting(self, lock: str) -> bool:
        return any(lock == job.lock for job in self.jobs)

    def tell(self, what: str) -> None:
        self.story.append(f"{self.clock.now:9.1f}  {what}")

    # --- the run of it

    def run(self) -> None:
        try:
            with database.execute_wrapper(self.crew.watch):
                for number, action, dice in self.actions:
                    for _ in range(self.dice.choice(BEATS)):
                        self.beat()
                    text = action(self, dice)
                    self.tell(f"#{number} {text}")
                    if self.seed >= FOLLOWED and action in IMPORTED:
                        self.wants_following()
                self.calm()
                finals = self.converge()
            judged(self, finals)
        finally:
            self.crew.dismiss()

    def start(self, actor: Actor) -> None:
        actor.deadly, self.deadly = self.deadly, None
        self.crew.start(actor)

    def beat(self) -> bool:
        """One of those who can go on does; where nobody can, time passes until somebody can. Whether anybody is there."""
        self.clock.passes(self.dice.random() * A_BEAT)
        ready: list[Actor | Job] = [*self.crew.ready(), *self._jobs_to_start()]
        if not ready:
            moments = [*(actor.wakes for actor in self.crew.actors), *self.jobs.values()]
            if not moments:
                return False
            self.clock.passes(max(0.0, min(moments) - self.clock.now))
            return True
        chosen = self.dice.choice(ready)
        if isinstance(chosen, Job):
            del self.jobs[chosen]
            self.start(self._worker(chosen))
        elif self.crew.resume(chosen) and chosen.ended_by is not None:
            self.tell(f"{chosen.name} is dead ({type(chosen.ended_by).__name__})")
            if chosen.job is not None:
                self._again_later(chosen.job)
        return True

    def everybody_acts(self) -> None:
        """Whoever can go on goes on, until all sleep or have ended."""
        while self.crew.ready() or self._jobs_to_start():
            self.beat()

    def periodic(self) -> None:
        self.ticked = self.clock.now
        tasks.wake_lanes(stop=lambda: False)

    def _jobs_to_start(self) -> list[Job]:
        held = {actor.job for actor in self.crew.actors}
        return [job for job, moment in self.jobs.items() if job not in held and moment <= self.clock.now]

    def _worker(self, job: Job) -> Actor:
        if job.kind == "roster":
            return Actor("following", lambda: tasks.following(organization=job.about, stop=self._stop), job)
        task, name = (tasks.lane, "lane") if job.is_lane else (tasks.mending, "mending")
        return Actor(name, lambda: task(connection=job.about, stop=self._stop), job)

    def _stop(self) -> bool:
        stopping, self.stopping = self.stopping, False
        return stopping

    def _thought_dead(self, actor: Actor) -> None:
        assert actor.job is not None
        self._again_later(actor.job)
        actor.zombie, actor.job = True, None

    def _again_later(self, job: Job) -> None:
        self.jobs[job] = self.clock.now + self.dice.choice(AGAIN)

    # --- keys

    def replace_key(self) -> None:
        self.tokens += 1
        token = f"token {self.tokens}"
        self.troubles.tokens.add(token)
        connecting.put(
            self.town.connection.organization,
            messenger="vk",
            kind="user",
            token=token,
            options={},
            actor=Doer.system("tests"),
        )
        self.token = token

    def confirm_key(self) -> None:
        self.troubles.tokens.add(self.token)
        connecting.confirm(Connection.objects.get(), actor=Doer.system("tests"))

    # --- the end of it

    def calm(self) -> None:
        """What was begun comes to its end, troubles and all; then they stop."""
        self.tell("nothing more is begun")
        if self.token not in self.troubles.tokens or Connection.objects.get().state != Connection.READY:
            self.troubles.reads.clear()
            self.confirm_key()
        self.drain()
        self.tell("the troubles stop")
        for armed in (self.troubles.writes, self.troubles.reads, self.troubles.hang):
            armed.clear()
        self.crew.meanwhile.clear()
        self.deadly, self.stopping = None, False
        if Connection.objects.get().state != Connection.READY:  # the last news of a key refused before came late
            self.confirm_key()

    def drain(self) -> None:
        """Until nothing is open and nobody at work."""
        for _ in range(MOST_BEATS):
            if self._waits_for_a_lane() and self.clock.now >= self.ticked + TICK:
                self.periodic()
            if self.crew.ready() or self._jobs_to_start():
                self.beat()
                continue
            open_runs, due = self._due()
            at_work = self.jobs or any(actor.job for actor in self.crew.actors)
            if due and not at_work:
                due = [max(min(due), self.ticked + TICK)]
                if due[0] <= self.clock.now:
                    self.periodic()
                    if not self.jobs:  # a late lane has stopped the connection once more
                        self.confirm_key()
                    continue
            moments = [*(actor.wakes for actor in self.crew.actors), *self.jobs.values(), *due]
            to_come = [moment for moment in moments if moment > self.clock.now]
            if to_come:
                self.clock.passes(min(to_come) - self.clock.now)
            elif open_runs:
                raise Violation(f"{open_runs} open runs, and nothing to wait for")
            else:
                return
        raise Violation("it never comes to an end")

    def _waits_for_a_lane(self) -> bool:
        """Who looks after rooms waits for what a dead lane has left on its way, and only the periodic wake starts another."""
        at_work = [*self.jobs, *(actor.job for actor in self.crew.actors if actor.job)]
        return bool(at_work) and not any(job.is_lane for job in at_work)

    def _due(self) -> tuple[int, list[float]]:
        """Open runs; when something of them can be sent or judged."""
        with database.cursor() as cursor:
            cursor.execute(DUE)
            found = cursor.fetchall()
        return found[0][0], [self.clock.of(moment) for _, moment in found if moment is not None]

    def converge(self) -> list[Prepared]:
        """A person syncs until there is nothing left to do; the last plans, which are empty. The rooms are read again only
        where something was done behind our back: otherwise our books must be right by themselves."""
        verify = any(action in UNKNOWN_TO_US for _, action, _ in self.actions)
        if verify:
            self.counted |= self.touched
        elif not any(action in ROSTER for _, action, _ in self.actions):
            self.counted |= self.approved
        for _ in range(MOST_SYNCS):
            plans = [prepare(school, verify=verify) for school in self._schools()]
            if all(prepared.plan.is_empty for prepared in plans):
                return plans
            for prepared in plans:
                self._sync(prepared)
            self.drain()
            plans = [prepare(school) for school in self._schools()]
            if all(prepared.plan.is_empty for prepared in plans):
                return plans
        left = [operation for prepared in plans for operation in prepared.plan.operations]
        raise Violation(f"after {MOST_SYNCS} syncs there is still to do: {left}")

    def _sync(self, prepared: Prepared) -> None:
        user = self.town.users[0]
        try:
            run = approve(prepared, actor=Doer.user(user), user=user, reason="в конце")
        except UnusableInput:  # both schools wanted the same titles
            run = approve(prepare(prepared.organization), actor=Doer.user(user), user=user, reason="в конце")
        self.counted.add(prepared.organization.pk)
        self.tell(f"the last syncs: run {run.pk} of {run.total} steps")

    def _schools(self) -> list[Organization]:
        return [school for school in self.town.schools if school.pk in self.touched]
