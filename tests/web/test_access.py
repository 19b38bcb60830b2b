"""Who sees what: every address, every kind of person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import Http404
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.roster import EnrollmentRole
from peremena.intake.uploading import take
from peremena.school.models import (
    Chat,
    Connection,
    Enrollment,
    Grant,
    Guardianship,
    Organization,
    Person,
    SchoolClass,
)
from peremena.sync.checking import ask_to_check
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
LIST = "list of schools"
RUN = "run"
CONNECTIONS = "connections"
EXTERNAL = "external systems"
OWN = "own chats"
PAGE, MISSING, SIGN_IN, GO_ON, REGISTRY, CARD = "page", "missing", "sign in", "go on", "registry", "card"
IMPORT = "import"
FIRST = "first sign-in"
OURS = ("administrator", "operator", "everywhere_operator")
ADMINISTRATION = (*OURS, "foreign_administrator", "foreign_operator")


def for_ours(answer: str) -> dict[str, str]:
    """What belongs to the school: its administrator and the operators above it, and for all others nothing is there."""
    return {viewer: answer if viewer in OURS else MISSING for viewer in VIEWERS} | {"nobody": SIGN_IN}


FOR_OPERATORS = (
    dict.fromkeys(VIEWERS, MISSING)
    | dict.fromkeys(("operator", "foreign_operator", "everywhere_operator"), PAGE)
    | {"nobody": SIGN_IN}
)

# URL name → address, method, and what each viewer gets.
TABLE: dict[str, tuple[str, str, dict[str, str]]] = {
    "account_login": ("/accounts/login/", "get", dict.fromkeys(VIEWERS, GO_ON) | {"nobody": PAGE}),
    "account_inactive": ("/accounts/inactive/", "get", dict.fromkeys(VIEWERS, PAGE)),
    "account_logout": ("/accounts/logout/", "get", dict.fromkeys(VIEWERS, PAGE) | {"nobody": GO_ON}),
    # Whoever is signed in is asked to sign out first.
    "first_sign_in": ("/accounts/activate/", "get", dict.fromkeys(VIEWERS, PAGE)),
    "first_account": ("/accounts/activate/account/", "get", dict.fromkeys(VIEWERS, PAGE) | {"nobody": FIRST}),
    "start": (
        "/",
        "get",
        dict.fromkeys(VIEWERS, OWN) | dict.fromkeys(ADMINISTRATION, REGISTRY) | {"nobody": SIGN_IN},
    ),
    "own_chats": ("/my-chats/", "get", dict.fromkeys(VIEWERS, PAGE) | {"nobody": SIGN_IN}),
    "external_systems": ("/external-systems/", "get", dict.fromkeys(VIEWERS, PAGE) | {"nobody": SIGN_IN}),
    # Without an application nothing starts, and nobody has been at VK; who is nobody of the rosters has nothing to unlink.
    "start_linking": ("/external-systems/vk/link/", "post", dict.fromkeys(VIEWERS, EXTERNAL) | {"nobody": SIGN_IN}),
    "profile_linked": ("/external-systems/vk/callback/", "get", dict.fromkeys(VIEWERS, EXTERNAL) | {"nobody": SIGN_IN}),
    "unlink_profile": (
        "/external-systems/vk/unlink/",
        "post",
        dict.fromkeys(VIEWERS, GO_ON) | dict.fromkeys(ADMINISTRATION, EXTERNAL) | {"nobody": SIGN_IN},
    ),
    # Who works there sees the chats he works in.
    "registry": ("/registry/?school=demo", "get", for_ours(PAGE) | {"staff": PAGE, "teacher": PAGE}),
    "edit_chat": ("/registry/demo/edit/", "get", for_ours(REGISTRY)),  # nothing ticked: back to the rows
    "plan": ("/registry/demo/plan/", "get", for_ours(PAGE)),
    "start_run": ("/registry/demo/runs/", "post", for_ours(PAGE)),  # no fingerprint: the plan is shown again
    "schools": ("/schools/", "get", FOR_OPERATORS),
    "plan_many": ("/schools/plan/?school=demo", "get", FOR_OPERATORS | {"foreign_operator": LIST}),
    "plan_row": ("/schools/plan/demo/", "get", for_ours(PAGE)),
    "start_many": (
        "/schools/runs/",
        "post",
        {viewer: LIST if answer == PAGE else answer for viewer, answer in FOR_OPERATORS.items()},
    ),
    "runs": ("/runs/?school=demo", "get", for_ours(PAGE)),
    "run": ("/runs/{run}/", "get", for_ours(PAGE)),
    "cancel_run": ("/runs/{run}/cancel/", "post", for_ours(RUN)),
    "connections": ("/connections/?school=demo", "get", for_ours(PAGE)),
    "connection_add": ("/connections/demo/add/", "get", for_ours(PAGE)),
    # It is the region's, and an administrator has no say there.
    "connection_replace": ("/connections/demo/replace/", "get", for_ours(PAGE) | {"administrator": MISSING}),
    "check_connection": ("/connections/demo/check/", "post", for_ours(CONNECTIONS)),
    "connection_check": ("/connections/demo/checks/{check}/", "get", for_ours(CONNECTIONS)),
    "switch_chats": ("/connections/demo/chats/", "get", for_ours(PAGE)),
    "users": ("/users/?school=demo", "get", for_ours(PAGE)),
    "users_csv": ("/users/demo/table/", "get", for_ours(PAGE)),
    "issue_codes": ("/users/demo/codes/", "get", for_ours(PAGE)),
    "roster_import": ("/import/?school=demo", "get", for_ours(PAGE)),
    "upload_roster": ("/import/demo/", "post", for_ours(PAGE)),  # no file: the form is shown again
    # An upload is of him who made it, and of nobody else.
    "upload": ("/import/demo/{upload}/", "get", for_ours(MISSING) | {"administrator": IMPORT}),
    "answer_upload": ("/import/demo/{upload}/answer/", "post", for_ours(MISSING) | {"administrator": IMPORT}),
    "rights": ("/users/demo/rights/{teacher}/", "get", for_ours(PAGE)),
    "chat": ("/chats/{chat}/", "get", for_ours(PAGE) | {"teacher": PAGE}),
    "open_chat": ("/chats/{chat}/open/", "get", for_ours(MISSING)),  # there is no room yet
    "chat_news": ("/chats/{chat}/news/", "get", for_ours(CARD)),  # without htmx the card itself
    "chat_people": ("/chats/{chat}/people/", "get", for_ours(PAGE)),
    "chat_member": ("/chats/{chat}/people/{person}/?do=exclude", "get", for_ours(PAGE)),
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


# Where an answer leads, by the beginning of the address; the first that fits.
LEADS = (
    ("/accounts/login/", SIGN_IN),
    ("/accounts/activate/", FIRST),
    ("/registry/", REGISTRY),
    ("/my-chats/", OWN),
    ("/runs/", RUN),
    ("/schools/", LIST),
    ("/connections/", CONNECTIONS),
    ("/external-systems/", EXTERNAL),
    ("/chats/", CARD),
    ("/import/", IMPORT),
    ("/", GO_ON),
)


def kind_of(response: HttpResponseBase) -> str:
    if response.status_code == 302:
        return next(kind for begins, kind in LEADS if response.headers["Location"].startswith(begins))
    return {200: PAGE, 404: MISSING}.get(response.status_code, str(response.status_code))


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
    check = ask_to_check(Connection.objects.get(organization=school.parent), actor=Actor.system("tests"))
    teacher, administrator = viewers["teacher"], viewers["administrator"]
    assert teacher and administrator
    upload = take(school, administrator, name="roster.zip", content=b"PK")
    ids = {
        "run": run.pk,
        "check": check.pk,
        "upload": upload.pk,
        "teacher": teacher.pk,
        "chat": Chat.objects.filter(organization=school).earliest("pk").pk,
        "person": Enrollment.objects.earliest("pk").person_id,
    }
    address, method, expected = TABLE[name]
    got = {}
    for viewer, user in viewers.items():
        client = Client()
        if user:
            client.force_login(user)
        got[viewer] = kind_of(getattr(client, method)(address.format(**ids)))
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


def test_a_chat_and_its_people_are_nobody_elses(viewers: dict[str, User | None], school: Organization) -> None:
    approve(prepare(school), actor=Actor.system("tests"))
    own, foreign = viewers["administrator"], viewers["foreign_administrator"]
    chat = Chat.objects.filter(organization=school).earliest("pk")
    assert own and foreign
    assert access.chat_for(own, chat.pk) == chat
    with pytest.raises(Http404):
        access.chat_for(foreign, chat.pk)
    assert access.people_for(own, school).count() == 5 + 4  # the school's own, and who looks here
    assert access.people_for(foreign, school).count() == 0


def test_who_has_left_the_school_has_been_of_it(school: Organization, administrator: User) -> None:
    pupil = Person.objects.filter(enrollments__role=EnrollmentRole.STUDENT).earliest("pk")
    guardian = Person.objects.get(wards__pupil=pupil)
    with rows.writing():
        pupil.enrollments.update(ended="2026-11-01")
    assert not access.people_for(administrator, school).filter(pk__in=[pupil.pk, guardian.pk]).exists()
    assert access.people_for(administrator, school, once=True).filter(pk__in=[pupil.pk, guardian.pk]).count() == 2
