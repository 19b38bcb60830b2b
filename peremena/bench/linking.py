"""A whole school links its study profiles, each person in a browser of his own through all of VK ID's pages, while the messenger
allows its usual pace."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from peremena.accounts.models import User
from peremena.audit.acts import act
from peremena.bench.browser import Browser
from peremena.bench.guests import all_is_quiet
from peremena.bench.pace import ALLOWED
from peremena.bench.report import Figure, Report
from peremena.bench.roster import even
from peremena.bench.school import ACTOR, SERVICE, TIMEOUT, sync, take_in
from peremena.bench.stack import Stack, until
from peremena.core.roster import OrganizationKind
from peremena.school.models import Account, Organization, Person, PersonKey
from peremena.server.sandbox import Sandbox
from peremena.sync.connecting import put
from peremena.sync.models import Run
from peremena.web.vk_id import return_address

SCHOOL = even(20, 25, subjects=2)  # 500 pupils, each with a class and two subjects
AT_ONCE = 12  # browsers
CLIENT_ID = "51000001"
FIRST_PHONE = 79_990_000_000
WITHIN = 60.0  # seconds
SETTLED_WITHIN = 120.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def measure(stack: Stack) -> Report:
    os.environ["PEREMENA_VK_ID_CLIENT_ID"] = CLIENT_ID
    with stack.running(pace=ALLOWED["user"]):
        take_in(stack, SCHOOL)
        town = _prepared(stack)
        sync(stack, Organization.objects.get(kind=OrganizationKind.SCHOOL))
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = Counter(pool.map(lambda person: town.links(person), town.people))
        linked = time.monotonic() - began
        until(lambda: all_is_quiet() and not Run.objects.filter(state__in=Run.OPEN).exists(), SETTLED_WITHIN)
        settled = time.monotonic() - began
        refused = stack.standin.stats()["refused_for_pace"]
        wrong = town.wrong_chats()  # asked for with the same token, at a pace of its own
        told = Account.objects.filter(ended_at=None).count()
    return Report(
        "linking",
        [
            Figure("people", "человек связали профиль через страницы VK ID", told, at_least=len(town.people)),
            Figure("failures", "из них не дошли до конца", len(town.people) - ends["ok"], at_most=0),
            Figure("seconds", "секунд от первого до последнего", linked, at_most=WITHIN),
            Figure("settled", "секунд, пока все не оказались во всех своих чатах", settled),
            Figure("wrong", "чатов, в которых не те люди", wrong, at_most=0),
            Figure("refused", "отказов из-за темпа", refused, at_most=0),
        ],
        {"ends": {end: count for end, count in ends.items() if end != "ok"}},
    )


@dataclass(frozen=True, slots=True)
class Pupil:
    """`session` is the cookie of his sign-in."""

    key: str
    phone: str
    study_id: str
    session: str


@dataclass(frozen=True, slots=True)
class Town:
    stack: Stack
    people: Sequence[Pupil]
    token: str

    def links(self, person: Pupil) -> str:
        """As a person would, page by page; "ok", or where it ended."""
        ours, theirs = f"http://127.0.0.1:{self.stack.port}", self.stack.standin.url
        browser = Browser({ours: {"peremena_session": person.session}})
        try:
            browser.post(f"{ours}/external-systems/vk/link/", next="/my-chats/")
            browser.post(login=person.phone)
            phone = Browser({})
            phone.get(f"{theirs}/phone/?number={person.phone.replace('+', '%2B')}")
            browser.post(code=phone.found(r"<strong>(\d{6})</strong>"))
            browser.post(account=person.study_id)
            browser.post(first_name="Анна")
        except (OSError, LookupError) as error:
            return f"{browser.path}: {error}"
        return "ok" if browser.path == "/my-chats/" else browser.path

    def wrong_chats(self) -> int:
        """Rooms whose people are not exactly those of the class or subject, and those that are not there."""
        accounts = {person.key: person.study_id for person in self.people}
        rooms = Counter(members for _, members in self.stack.standin.rooms(self.token))
        expected: Counter[frozenset[str]] = Counter()
        for members in SCHOOL.classes.values():
            expected[frozenset(accounts[key] for key in members)] += 1 + SCHOOL.subjects
        return (expected - rooms).total() + (rooms - expected).total()


def _prepared(stack: Stack) -> Town:
    """The region's connection and our application; everybody has a phone and a study profile at VK ID, and is signed in here."""
    sandbox = Sandbox(stack.standin.url, stack.folder.sandbox)
    sandbox.register(CLIENT_ID, "Перемена", return_address())
    keys = dict(PersonKey.objects.filter(key__in=SCHOOL.pupils).values_list("key", "person"))
    phones = {key: f"+{FIRST_PHONE + number}" for number, key in enumerate(keys)}
    names = {"first_name": "Анна", "last_name": "Иванова", "profiles": ["vk", "study"]}
    *answers, service = sandbox.seed(
        [*({**names, "key": key, "phone": phones[key]} for key in keys), {**names, "key": SERVICE}]
    )
    region = Organization.objects.get(kind=OrganizationKind.REGION)
    put(
        region,
        messenger="vk",
        kind="user",
        token=str(service["token"]),
        options={"timeout": 10 * TIMEOUT},
        strangers="report",
        actor=ACTOR,
    )
    sessions = _signed_in(keys)
    profiles = {key: str(answer["study_id"]) for key, answer in zip(keys, answers, strict=True)}
    return Town(stack, [Pupil(key, phones[key], profiles[key], sessions[key]) for key in keys], str(service["token"]))


def _signed_in(people: Mapping[str, int]) -> dict[str, str]:
    """Sessions as a sign-in leaves them: hashing 500 passwords would measure the hashing."""
    found = {}
    with act("bench.sign_ins", actor=ACTOR):
        for key, person in people.items():
            user = User.objects.create_user(key)  # without a password
            Person.objects.filter(pk=person).update(user=user)
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            found[key] = str(session.session_key)
    return found
