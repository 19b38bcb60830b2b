"""The demo: «Демо школа» imported as any school is, people in the stand-in, sign-ins, a connection at the region above."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.errors import UnusableInput
from peremena.core.roster import OrganizationKind
from peremena.intake.applying import apply, one_at_a_time
from peremena.intake.preview import preview
from peremena.rosters import read
from peremena.school.linking import link
from peremena.school.models import Connection, Grant, Organization, Person, PersonKey
from peremena.server.demo_school import DemoSchool, generate
from peremena.server.demo_school.oneroster import SOURCE
from peremena.server.sandbox import Sandbox
from peremena.sync.connecting import put

PASSWORD = "peremena-demo"  # noqa: S105 - printed on the demo's first page
OPERATOR = "operator"
COMMUNITY = "Школьные чаты региона"
APPLICATION = "Перемена"
ON_THE_DEVICE = (
    "admin"  # whom VK ID offers in every browser that nobody has signed in with; the others have their phones
)
SERVICE = "service"  # the stand-in's key of the account that makes the chats
ACTOR = Actor.system("demo")
VK_SEX = {"female": 1, "male": 2}
LOOPBACK_TIMEOUT = 3.0  # seconds: the stand-in is on this machine


def school_of_demo() -> Organization:
    """The demo's own school."""
    return Organization.objects.get(kind=OrganizationKind.SCHOOL, source_keys__source__code=SOURCE)


def is_filled(kind: str | None) -> bool:
    """Whether the demo school is there. UnusableInput when there are others and it is not: that is somebody's data; and when
    it was made with another `kind` of connection: its chats belong to that one."""
    region = Organization.objects.filter(kind=OrganizationKind.REGION, source_keys__source__code=SOURCE)
    if Organization.objects.exists() and not region:
        raise UnusableInput(
            "В этой базе уже есть школы, и среди них нет демонстрационной: demo чужие данные не трогает."
        )
    made = Connection.objects.filter(organization__in=region).first()  # the last thing that fill() does
    if made and kind and made.credential_kind != kind:
        raise UnusableInput(
            f"Демонстрация здесь сделана с подключением {made.credential_kind}; чтобы начать с {kind}, добавьте --fresh."
        )
    return made is not None


def fill(sandbox: Sandbox, folder: Path, *, kind: str) -> None:
    """Import the school, create the sign-ins, seed the stand-in, link people, connect the region by a token of this `kind`.
    Harmless twice."""
    demo = generate()
    package = folder / "demo-school.zip"
    demo.write(package)
    with one_at_a_time():
        apply(preview(read(package).roster), actor=ACTOR, on=timezone.localdate())
    people = dict(PersonKey.objects.filter(source__code=SOURCE).values_list("key", "person"))
    _sign_ins(demo, people)
    token = _seed(sandbox, demo, people)
    if kind == "community":
        token = sandbox.community(COMMUNITY)
    region = Organization.objects.get(kind=OrganizationKind.REGION, source_keys__source__code=SOURCE)
    if not Connection.objects.filter(organization=region).exists():
        put(region, messenger="vk", kind=kind, token=token, options={"timeout": LOOPBACK_TIMEOUT}, actor=ACTOR)


def _sign_ins(demo: DemoSchool, people: Mapping[str, int]) -> None:
    password = make_password(PASSWORD)  # one hash for all: making one takes longer than importing the school
    with act("demo.sign_ins", actor=ACTOR):
        for name in (*demo.roles, OPERATOR):
            user, _ = User.objects.get_or_create(username=name, defaults={"password": password})
            if name in demo.roles:
                Person.objects.filter(pk=people[demo.roles[name]]).update(user=user)
        admin, operator = User.objects.get(username="admin"), User.objects.get(username=OPERATOR)
        Grant.objects.get_or_create(user=admin, role=Grant.ADMINISTRATOR, organization=school_of_demo())
        Grant.objects.get_or_create(user=operator, role=Grant.OPERATOR, organization=None)


def _seed(sandbox: Sandbox, demo: DemoSchool, people: Mapping[str, int]) -> str:
    """Everybody's accounts in the stand-in, those of linked people linked; the service account's token."""
    public = dict(Person.objects.filter(pk__in=people.values()).values_list("pk", "public_id"))
    seeded = {key: user for key, user in demo.sandbox.items() if user.profiles}  # the others have yet to sign up there
    known = demo.roles[ON_THE_DEVICE]
    users = [_account(public[people[key]], user) | {"device": key == known} for key, user in seeded.items()]
    service = {"key": SERVICE, "first_name": "Служба", "last_name": "Перемена", "profiles": ["vk", "study"]}
    *answers, own = sandbox.seed([*users, service])
    sandbox.phones([user.phone for user in demo.sandbox.values() if user.phone and not user.profiles])
    profiles = {
        people[key]: str(answer["study_id"]) for key, answer in zip(seeded, answers, strict=True) if key in demo.linked
    }
    link(profiles, messenger="vk", actor=ACTOR)
    return str(own["token"])


def _account(key: str, user: Any) -> dict[str, Any]:
    account = {
        "key": key,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "middle_name": user.middle_name,
        "sex": VK_SEX[user.sex],
        "birthday": user.birthday.isoformat(),
        "profiles": list(user.profiles),
    }
    return account | ({"phone": user.phone} if user.phone else {})


def phones() -> dict[str, str]:
    """Sign-in name → the phone that the stand-in knows it by."""
    demo = generate()
    return {
        name: phone for name, key in demo.roles.items() if key in demo.sandbox and (phone := demo.sandbox[key].phone)
    }
