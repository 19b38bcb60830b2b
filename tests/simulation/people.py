"""What people and machines do around a sync: press, look, cancel, replace a key, kill a worker, let time pass."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.db.models import Sum

from peremena.audit.acts import Actor as Doer
from peremena.core.errors import MessengerError, Transient, UnusableInput
from peremena.messengers.base import Lost
from peremena.school.models import Chat, Organization, Room
from peremena.sync.edits import rename
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from peremena.sync.runs import AlreadyRunning, approve, cancel
from tests.simulation.actors import Actor
from tests.simulation.faults import FAULTS

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule


def pressed(schedule: Schedule, dice: Random) -> str:
    """A person makes a plan, looks at it for a while, and approves it; a refused one once more with a reason."""
    return _press(schedule, dice, dice.choice(schedule.town.schools))


def pressed_by_two(schedule: Schedule, dice: Random) -> str:
    school = dice.choice(schedule.town.schools)
    return " and ".join(_press(schedule, dice, school) for _ in range(2))


def _press(schedule: Schedule, dice: Random, school: Organization) -> str:
    user, verify, looks = dice.choice(schedule.town.users), dice.random() < 0.4, dice.choice((0.0, 0.0, 5.0, 600.0))
    insists = dice.random() < 0.5
    schedule.touched.add(school.pk)

    def press() -> None:
        try:
            prepared = prepare(school, verify=verify)
            schedule.crew.sleep(looks)
            run = approve(prepared, actor=Doer.user(user), user=user)
            if run.state != Run.REFUSED:
                schedule.approved.add(school.pk)
            schedule.tell(f"run {run.pk} of {school.key}: {run.state}, {run.total} steps")
            if run.state == Run.REFUSED and insists:
                approve(prepare(school), actor=Doer.user(user), user=user, reason="так надо")
                schedule.approved.add(school.pk)
        except (AlreadyRunning, UnusableInput, MessengerError) as error:
            schedule.tell(f"{school.key}: {error}")

    schedule.start(Actor(f"person {user.pk}", press))
    return f"person {user.pk} syncs {school.key}{' after reading the rooms' if verify else ''}"


def looked(schedule: Schedule, dice: Random) -> str:
    """The rooms are read again, and nothing else."""
    school = dice.choice(schedule.town.schools)

    def look() -> None:
        try:
            prepare(school, verify=True)
        except MessengerError as error:
            schedule.tell(f"{school.key}: {error}")

    schedule.start(Actor("reader", look))
    return f"{school.key} is read again"


def chat_is_renamed(schedule: Schedule, dice: Random) -> str:
    """On a page, by a person."""
    rooms = Room.objects.exclude(external_id="").filter(problem="").order_by("pk")
    chats = list(rooms.values_list("chat", flat=True))
    if not chats:
        return "there is no chat to rename"
    chat, title = Chat.objects.get(pk=dice.choice(chats)), f"Переименован {dice.randrange(3)}"
    try:
        rename(chat, title, actor=Doer.user(dice.choice(schedule.town.users)))
    except UnusableInput as refused:
        return f"chat {chat.pk} does not become «{title}»: {refused}"
    return f"chat {chat.pk} becomes «{title}»"


def run_is_cancelled(schedule: Schedule, dice: Random) -> str:
    """Now, or just when a lane is about to do something with it."""
    if dice.random() < 0.3:
        return _cancel(schedule)
    points = dice.randrange(1, 16)
    schedule.crew.meanwhile.append((points, lambda: schedule.tell(_cancel(schedule))))
    return f"to come: a run is cancelled at point {points} of a lane"


def _cancel(schedule: Schedule) -> str:
    run = Run.objects.filter(state__in=Run.OPEN).order_by("pk").first()
    if run is None:
        return "there is nothing to cancel"
    cancel(run, actor=Doer.system("tests"))
    schedule.cancelled[run.pk] = run.steps.aggregate(sent=Sum("attempts"))["sent"] or 0
    return f"run {run.pk} is cancelled"


def request_will_fail(schedule: Schedule, dice: Random) -> str:
    name = dice.choice(list(FAULTS))
    schedule.troubles.writes.append(FAULTS[name](dice))
    return f"to come: {name}"


def reading_will_fail(schedule: Schedule, dice: Random) -> str:
    error = dice.choice((Transient("timeout", retry_after=30.0), Lost("garbled"), Transient("flood", retry_after=0.0)))
    schedule.troubles.reads.append(error)
    return f"to come: a read fails ({error})"


def lane_will_hang(schedule: Schedule, dice: Random) -> str:
    where = dice.choice(("before", "after"))
    schedule.troubles.hang.append(where)
    return f"to come: a lane hangs {where} its request"


def somebody_is_killed(schedule: Schedule, dice: Random) -> str:
    """At one of its next statements or requests: who is at work, else who begins next."""
    points = dice.choice((1, 3, 10, 20, 40)) + dice.randrange(10)
    if schedule.crew.actors:
        actor = dice.choice(schedule.crew.actors)
        actor.deadly = points
        return f"to come: {actor.name} dies at point {points}"
    schedule.deadly = points
    return f"to come: whoever begins next dies at point {points}"


def worker_is_told_to_stop(schedule: Schedule, dice: Random) -> str:
    schedule.stopping = True
    return "to come: the worker is told to stop"


def key_is_refused(schedule: Schedule, dice: Random) -> str:
    schedule.troubles.tokens.clear()
    return "the messenger refuses our key"


def key_is_replaced(schedule: Schedule, dice: Random) -> str:
    """By a new one, or the old one is accepted again and checked."""
    try:
        if dice.random() < 0.5:
            schedule.replace_key()
            return "a new key"
        schedule.confirm_key()
    except (MessengerError, UnusableInput) as error:
        return f"the key cannot be checked ({error})"
    return "the key is accepted again"


def time_passes(schedule: Schedule, dice: Random) -> str:
    seconds = dice.choice((3.0, 15.0, 120.0, 7200.0))
    schedule.everybody_acts()
    schedule.clock.passes(seconds)
    schedule.periodic()
    return f"{seconds:g} seconds pass"
