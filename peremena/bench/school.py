"""A school in a running stack: imported, its people linked, connected, synced."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from django.utils import timezone

from peremena.audit.acts import Actor
from peremena.bench.stack import Stack, until
from peremena.core.roster import OrganizationKind
from peremena.intake.applying import apply
from peremena.intake.preview import preview
from peremena.rosters import read
from peremena.school.linking import link
from peremena.school.models import Organization, Person, PersonKey
from peremena.server.sandbox import Sandbox
from peremena.sync.connecting import put
from peremena.sync.following import ROSTER
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from peremena.sync.runs import approve

ACTOR = Actor.system("bench")
SERVICE = "service"  # the stand-in's key of the account that makes the chats
TIMEOUT = 1.0  # seconds for an answer of the stand-in: a lost create is judged a few of them later
SYNC_WITHIN = 600.0  # seconds
FOLLOWED_WITHIN = 60.0  # seconds until its run is there


@dataclass(frozen=True, slots=True)
class Settled:
    """The last school taken in, the token of the connection, and person's key in the roster → account in the messenger, and
    the token it acts with there."""

    organization: Organization
    token: str
    accounts: dict[str, str]
    tokens: dict[str, str]


class Roster(Protocol):
    """Anything that writes itself down as a roster package."""

    def write(self, path: Path) -> None: ...


def take_in(stack: Stack, roster: Roster) -> None:
    """Import it."""
    roster.write(package := stack.folder.path / "school.zip")
    apply(preview(read(package).roster), actor=ACTOR, on=timezone.localdate())


def follow(stack: Stack, roster: Roster) -> Run:
    """Import it into a school that has its chats: the run by which they follow it."""
    since = Run.objects.latest("pk").pk
    own = Run.objects.filter(pk__gt=since, actor=ROSTER.name)
    take_in(stack, roster)
    until(own.exists, FOLLOWED_WITHIN)
    return own.get()


def settle(stack: Stack, *, timeout: float = TIMEOUT, kind: str = "user", strangers: str = "report") -> Settled:
    """Everybody who is not linked yet gets a profile, and the region its connection by a token of this `kind`."""
    keys = dict(PersonKey.objects.order_by("key").values_list("key", "person"))
    public = dict(Person.objects.values_list("pk", "public_id"))
    people = [_account(public[person]) for person in keys.values()]
    sandbox = Sandbox(stack.standin.url, stack.folder.sandbox)
    *answers, service = sandbox.seed([*people, _account(SERVICE)])
    token = sandbox.community(SERVICE) if kind == "community" else str(service["token"])
    accounts = {key: str(answer["study_id"]) for key, answer in zip(keys, answers, strict=True)}
    link({keys[key]: account for key, account in accounts.items()}, messenger="vk", actor=ACTOR)
    region = Organization.objects.get(kind=OrganizationKind.REGION)
    options = {"timeout": timeout}
    put(region, messenger="vk", kind=kind, token=token, options=options, strangers=strangers, actor=ACTOR)
    tokens = {key: str(answer["token"]) for key, answer in zip(keys, answers, strict=True)}
    return Settled(Organization.objects.filter(kind=OrganizationKind.SCHOOL).latest("pk"), token, accounts, tokens)


def _account(key: str) -> dict[str, object]:
    return {"key": key, "first_name": "Анна", "last_name": "Иванова", "profiles": ["vk", "study"]}


def start_sync(organization: Organization) -> Run:
    """Plan and approve what there is to do."""
    return approve(prepare(organization), actor=ACTOR)


def sync(stack: Stack, organization: Organization) -> None:
    """The same, and wait. RuntimeError when it did not end well."""
    run = start_sync(organization)
    with psycopg.connect(stack.database_url, autocommit=True) as database:
        until(lambda: state_of(database, run.pk) not in Run.OPEN, SYNC_WITHIN)
        if (state := state_of(database, run.pk)) != Run.DONE:
            raise RuntimeError(f"прогон кончился как {state}")


def state_of(database: psycopg.Connection[tuple[object, ...]], run: int) -> object:
    row = database.execute("select state from sync_run where id = %s", [run]).fetchone()
    return row and row[0]
