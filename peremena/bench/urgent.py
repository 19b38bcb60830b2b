"""How soon a change is in the messenger while another school's big sync uses all of the pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle

from peremena.bench.guests import all_is_quiet, come_by_links
from peremena.bench.pace import ALLOWED
from peremena.bench.report import Figure, Report
from peremena.bench.roster import School, even
from peremena.bench.school import ACTOR, Settled, settle, start_sync, sync, take_in
from peremena.bench.stack import Stack, until
from peremena.core.operations import ChatKind
from peremena.school.credentials import unseal
from peremena.school.models import Account, Chat, Organization, Person, PersonKey, Room
from peremena.sync.edits import link, rename, unlink
from peremena.sync.models import Run, Step

BIG = even(60, 30, subjects=40, key="big", name="Большая школа")
SMALL = even(4, 12, subjects=1, key="small", name="Малая школа")
TIMES = 3  # of each act
SEEN_WITHIN = 60.0  # seconds
PROMISED = 2.0  # seconds
LOOKS = 2.9  # a second that one token may have: the messenger allows three
INSIDE = "in"
OWN_CHATS = 2  # of a pupil of the small school: the class, the subject
WHAT = {
    "rename": "новое название",
    "unlink": "отмена привязки",
    "link": "новая привязка: во всех своих чатах",
    "roster": "переход в другой класс",
    "stranger": "чужой, вошедший по ссылке, исключён",
}


def measure(stack: Stack, *, kind: str) -> Report:
    with stack.running(pace=ALLOWED[kind]):
        for school in (BIG, SMALL):
            take_in(stack, school)
        trial = Trial(stack, settle(stack, timeout=10.0, kind=kind, strangers="remove"))
        big = trial.begin(kind)
        by_link = kind == "community"  # then people come by themselves: how soon is not ours to measure
        acts = [trial.rename, trial.unlink, *([] if by_link else [trial.link]), trial.roster]
        acts += [trial.stranger] if by_link else []
        seconds = {act.__name__: [act(number) for number in range(TIMES)] for act in acts}
        beside = Run.objects.get(pk=big.pk).state in Run.OPEN
        refused = stack.standin.stats()["refused_for_pace"]
    found = [
        Figure(name, f"секунд до мессенджера, самое большее: {WHAT[name]}", max(times), at_most=PROMISED)
        for name, times in seconds.items()
    ]
    running = Figure("beside", "большая синхронизация шла до конца измерения", beside, at_least=1)
    return Report(
        "urgent", [*found, running, Figure("refused", "отказов из-за темпа", refused, at_most=0)], {**seconds}
    )


@dataclass(slots=True)
class Trial:
    """The small school, in whose chats something changes. What has become of it is seen by those concerned, each of whom has
    a pace of his own."""

    stack: Stack
    settled: Settled
    school: School = SMALL
    people: dict[str, Person] = field(default_factory=dict)

    def begin(self, kind: str) -> Run:
        """The small school has its chats and its people in them; those of the big one are being made."""
        keys = PersonKey.objects.filter(key__startswith=SMALL.key).select_related("person")
        self.people = {each.key: each.person for each in keys}
        sync(self.stack, self._organization(SMALL))
        if kind == "community":
            come_by_links(self.stack, self.settled)
        until(all_is_quiet, SEEN_WITHIN)
        run = start_sync(self._organization(BIG))
        until(Step.objects.filter(run=run, state=Step.DONE).exists, SEEN_WITHIN)
        return run

    def rename(self, number: int) -> float:
        title, began = f"Новое название {number}", time.monotonic()
        rename(self._chat(0), title, actor=ACTOR)
        return self._seen(began, self._class(0), lambda chats: title in chats)

    def unlink(self, number: int) -> float:
        """Out of the class and out of the subject."""
        pupil, began = self._class(1)[number], time.monotonic()
        unlink(self.people[pupil], messenger="vk", actor=ACTOR)
        return self._seen(began, [pupil], lambda chats: INSIDE not in chats.values())

    def link(self, number: int) -> float:
        """Those who have unlinked come back: into the teachers' room nobody of them, into the class and the subject each."""
        pupil, began = self._class(1)[number], time.monotonic()
        person = self.people[pupil]
        profile = Account.objects.filter(person=person).latest("pk").external_id
        link(person, profile, messenger="vk", actor=ACTOR)
        return self._seen(began, [pupil], lambda chats: list(chats.values()).count(INSIDE) == OWN_CHATS)

    def roster(self, number: int) -> float:
        """Out of the old class, as soon as the roster is applied."""
        mover, (old, new) = self._class(2)[0], list(self.school.classes)[2:4]
        rolls = {**self.school.classes, old: self._class(2)[1:], new: (*self._class(3), mover)}
        self.school = replace(self.school, classes=rolls)
        take_in(self.stack, self.school)
        left, began = {title for title in self.school.class_chats() if f"- {old} -" in title}, time.monotonic()
        return self._seen(began, [mover], lambda chats: all(chats.get(title) != INSIDE for title in left))

    def stranger(self, number: int) -> float:
        """Somebody from another class follows the link of the first."""
        stranger, chat = self._class(3)[number], self._chat(0)
        link = unseal(bytes(Room.objects.get(chat=chat).invite_link))
        self.stack.standin.call(self.settled.tokens[stranger], "messages.joinChatByInviteLink", link=link)
        return self._seen(time.monotonic(), [stranger], lambda chats: chats.get(chat.title) == "kicked")

    def _seen(self, began: float, watchers: Iterable[str], come: Callable[[dict[str, str]], bool]) -> float:
        """Seconds until `come` is true of a watcher's chats, title → state; they look in turn."""
        looks = self._looks(list(watchers))
        until(lambda: come(next(looks)), SEEN_WITHIN)
        return time.monotonic() - began

    def _looks(self, watchers: list[str]) -> Iterator[dict[str, str]]:
        for watcher in cycle(watchers):
            items = self.stack.standin.call(self.settled.tokens[watcher], "messages.getConversations", count=200)[
                "items"
            ]
            chats = [item["conversation"]["chat_settings"] for item in items]
            yield {chat["title"]: chat["state"] for chat in chats}
            time.sleep(1 / LOOKS / len(watchers))

    def _class(self, place: int) -> tuple[str, ...]:
        return list(self.school.classes.values())[place]

    def _chat(self, place: int) -> Chat:
        title = list(self.school.classes)[place]
        of_small = Chat.objects.filter(organization=self._organization(SMALL), kind=ChatKind.CLASS)
        return of_small.get(school_class__title=title)

    @staticmethod
    def _organization(school: School) -> Organization:
        return Organization.objects.get(name=school.name)
