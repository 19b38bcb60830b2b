"""Who sees what: every address, every kind of person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Grant, Guardianship, Organization, Person, SchoolClass
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from peremena.web import access
from tests import school_rows as rows

VIEWERS = (
    "administrator",
    "foreign_administrator",
    "operator",
    "foreign_operator",
    "everywhere_operator",
    "staff",
    "teacher",
    "pupil",
    "parent",
    "nobody",
)
PAGE, MISSING, SIGN_IN, GO_ON, REGISTRY = "page", "missing", "sign in", "go on", "registry"
OURS = ("administrator", "operator", "everywhere_operator")
ADMINISTRATION = (*OURS, "foreign_administrator", "foreign_operator")


def for_ours(answer: str) -> dict[str, str]:
    """What belongs to the school: its administrator and the operators above it, and for all others nothing is there."""
    return {viewer: answer if viewer in OURS else MISSING for viewer in VIEWERS} | {"nobody": SIGN_IN}


# URL name → address, method, and what each viewer gets.
TABLE: dict[str, tuple[str, str, dict[str, str]]] = {
    "account_login": ("/accounts/login/", "get", dict.fromkeys(VIEWERS, GO_ON) | {"nobody": PAGE}),
    "account_inactive": ("/accounts/inactive/", "get", dict.fromkeys(VIEWERS, PAGE)),
    "account_logout": ("/accounts/logout/", "get", dict.fromkeys(VIEWERS, PAGE) | {"nobody": GO_ON}),
    "start": (
        "/",
        "get",
        dict.fromkeys(VIEWERS, PAGE) | dict.fromkeys(ADMINISTRATION, REGISTRY) | {"nobody": SIGN_IN},
    ),
    "registry": ("/registry/?school=demo", "get", for_ours(PAGE)),
    "edit_chat": ("/registry/demo/edit/", "get", for_ours(REGISTRY)),  # nothing ticked: back to the rows
    "plan": ("/registry/demo/plan/", "get", for_ours(PAGE)),
    "start_run": ("/registry/demo/runs/", "post", for_ours(PAGE)),  # no fingerprint: the plan is shown again
    "run": ("/runs/{run}/", "get", for_ours(PAGE)),
}


@pytest.fixture
def viewers(school: Organization) -> dict[str, User | None]:
    with rows.writing():
        far = rows.region("far")
        foreign = rows.small_school("foreign", "Другая школа", parent=far)
        found: dict[str, User | None] = {
            "administrator": rows.granted("administrator", Grant.ADMINISTRATOR, school),
            "foreign_administrator": rows.granted("foreign_administrator", Grant.ADMINISTRATOR, foreign),
            "operator": rows.granted("operator", Grant.OPERATOR, school.parent),
            "foreign_operator": rows.granted("foreign_operator", Grant.OPERATOR, far),
            "everywhere_operator": rows.granted("everywhere_operator", Grant.OPERATOR, None),
            **{name: rows.user(name) for name in ("staff", "teacher", "pupil", "parent")},
            "nobody": None,
        }
        tie(school, {name: rows.person(user=found[name]) for name in ("staff", "teacher", "pupil", "parent")})
    return found


def tie(school: Organization, people: dict[str, Person]) -> None:
    first = SchoolClass.objects.get(organization=school)
    rows.employ(people["staff"], school, "secretary")
    rows.employ(people["teacher"], school)
    rows.enroll(people["teacher"], first, EnrollmentRole.TEACHER)
    rows.enroll(people["pupil"], first)
    rows.guard(people["pupil"], people["parent"])
    assert Guardianship.objects.filter(guardian=people["parent"]).exists()


def kind_of(response: HttpResponseBase) -> str:
    match response.status_code, response.headers.get("Location", "").partition("?")[0]:
        case 200, _:
            return PAGE
        case 404, _:
            return MISSING
        case 302, "/accounts/login/":
            return SIGN_IN
        case 302, "/registry/":
            return REGISTRY
        case 302, "/":
            return GO_ON
        case other:
            return str(other)


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def test_every_address_is_in_the_table() -> None:
    assert sorted(pattern.name or "" for pattern in patterns(get_resolver())) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_the_table_says(name: str, viewers: dict[str, User | None], school: Organization) -> None:
    run = approve(prepare(school), actor=Actor.system("tests"))
    address, method, expected = TABLE[name]
    got = {}
    for viewer, user in viewers.items():
        client = Client()
        if user:
            client.force_login(user)
        got[viewer] = kind_of(getattr(client, method)(address.format(run=run.pk)))
    assert got == expected


def test_the_table_notices_a_door_left_open(viewers: dict[str, User | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "schools_for", lambda user: Organization.objects.all())
    client = Client()
    client.force_login(viewers["foreign_administrator"])  # type: ignore[arg-type]
    assert kind_of(client.get("/registry/demo/plan/")) == PAGE != TABLE["plan"][2]["foreign_administrator"]


def test_an_operator_sees_the_schools_at_any_depth_below(db: None) -> None:
    with rows.writing():
        top = rows.region("top")
        middle = rows.region("middle", parent=top)
        near, deep = rows.school("near", parent=top), rows.school("deep", parent=middle)
        rows.school("aside")
        above = rows.granted("above", Grant.OPERATOR, top)
        inside = rows.granted("inside", Grant.OPERATOR, middle)
    assert set(access.schools_for(above)) == {near, deep}
    assert set(access.schools_for(inside)) == {deep}


def test_an_administrators_right_does_not_reach_below_his_organization(db: None) -> None:
    with rows.writing():
        top = rows.region("top")
        rows.school("near", parent=top)
        user = rows.granted("user", Grant.ADMINISTRATOR, top)
    assert list(access.schools_for(user)) == []


def test_chats_and_runs_of_a_school_are_nobody_elses(viewers: dict[str, User | None], school: Organization) -> None:
    run = approve(prepare(school), actor=Actor.system("tests"))
    own, foreign = viewers["administrator"], viewers["foreign_administrator"]
    assert own and foreign
    assert (access.chats_for(own, school).count(), list(access.runs_for(own, school))) == (4, [run])
    assert (access.chats_for(foreign, school).count(), list(access.runs_for(foreign, school))) == (0, [])


def test_a_closed_account_sees_nothing_more(administrator: User, client: Client) -> None:
    assert kind_of(client.get("/registry/")) == PAGE
    with rows.writing():
        administrator.is_active = False
        administrator.save()
    assert kind_of(client.get("/registry/")) == SIGN_IN
