"""A page of the registry, and a pupil's own chats, while the database has 70,000 chats, beside the registry of a school that has
none."""

from __future__ import annotations

from functools import partial
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.bench.plan import timed
from peremena.bench.region import MANY, SUBJECTS, YEAR, schools_of_a_region
from peremena.bench.report import Figure, Report
from peremena.bench.stack import Stack
from peremena.core.roster import OrganizationKind
from peremena.school.models import Account, Chat, Enrollment, Grant, Membership, Organization, Room
from peremena.school.places import chats_of

SCHOOLS = 300
TIMES = 15
ALLOWED = 3.0  # times the empty page
PAGES = {
    "plain": ("первая страница", ""),
    "filtered": ("фильтр по типу и расхождениям, по убыванию %", "&kind=subject&differs=1&sort=-percent"),
    "found": ("поиск по двум словам, по названию", "&search=математика+группа&sort=title"),
    "condition": ("фильтр по состоянию, по состоянию", "&state=fine&sort=-state&page=2"),
}
OWN = "own"
TITLES = {code: title for code, (title, _) in PAGES.items()} | {OWN: "«Чаты» ученика"}


def measure(stack: Stack) -> Report:
    with stack.running():
        client, pupil = prepared(), prepared_pupil()
        before, own_before = queries(client), own_queries(pupil)
        schools_of_a_region(range(1, SCHOOLS))
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        chats, after, own_after = Chat.objects.count(), queries(client), own_queries(pupil)
        rows = {code: rows_on(client, query) for code, (_, query) in PAGES.items()}
        seconds = together(client, pupil)
    empty = seconds.pop("empty")
    return Report(
        "registry",
        [
            Figure("chats", "чатов в базе", chats),
            Figure("rows", "строк на самой короткой странице", min(rows.values()), at_least=25),
            Figure("empty", "мс: реестр школы без чатов", empty * 1000),
            *(Figure(code, f"мс: {TITLES[code]}", value * 1000) for code, value in seconds.items()),
            *(
                Figure(f"{code}_ratio", f"к пустой: {TITLES[code]}", value / empty, at_most=ALLOWED)
                for code, value in seconds.items()
            ),
            Figure("queries", "запросов к базе на страницу с фильтром", after),
            Figure("more", "из них больше, чем пока в базе одна школа", after - before, at_most=0),
            Figure("own_queries", "запросов к базе на страницу «Чаты»", own_after),
            Figure("own_more", "из них больше, чем пока в базе одна школа", own_after - own_before, at_most=0),
        ],
    )


def prepared() -> Client:
    """Somebody signed in, who administers a school with chats and one without."""
    schools_of_a_region([0], people=MANY)
    with act("bench.registry", actor=Actor.system("bench")):
        user = User.objects.create(username="bench")
        full = Organization.objects.get(key="s0")
        fresh = {"name": "Новая школа", "kind": OrganizationKind.SCHOOL, "active_year": YEAR, "parent": full.parent}
        none = Organization.objects.create(key="none", **fresh)
        for school in (full, none):
            Grant.objects.create(user=user, role=Grant.ADMINISTRATOR, organization=school)
    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
    return client


def prepared_pupil() -> Client:
    """One of the school with chats, signed in, linked, and inside."""
    with act("bench.registry", actor=Actor.system("bench")):
        pupil = Enrollment.objects.filter(school_class__organization__key="s0").earliest("pk").person
        pupil.user = User.objects.create(username="pupil")
        pupil.save(update_fields=["user"])
        Account.objects.create(person=pupil, messenger="vk", external_id="own")
        rooms = Room.objects.filter(chat__in=chats_of([pupil.pk]))
        Membership.objects.bulk_create(
            Membership(room=room, member="own", state=Membership.IN, ours=True) for room in rooms
        )
    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(pupil.user, settings.AUTHENTICATION_BACKENDS[-1])
    return client


def own_page(client: Client) -> bytes:
    answer = client.get("/my-chats/")
    if answer.content.count(b"own-inside") < 1 + SUBJECTS:
        raise RuntimeError("на странице не все чаты")
    return answer.content


def own_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        own_page(client)
    return len(captured)


def page(client: Client, school: str, query: str = "") -> bytes:
    answer = client.get(f"/registry/?school={school}{query}")
    if answer.status_code != 200:
        raise RuntimeError(f"страница не показана: {answer.status_code}")
    return answer.content


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, "s0", PAGES["filtered"][1])
    return len(captured)


def rows_on(client: Client, query: str) -> int:
    return page(client, "s0", query).count(b'role="rowheader"')


def together(client: Client, pupil: Client) -> dict[str, float]:
    """Medians of all pages, taken in turn, so that whatever else the machine does falls on all."""
    works = {"empty": ("none", ""), **{code: ("s0", query) for code, (_, query) in PAGES.items()}}
    found: dict[str, list[float]] = {code: [] for code in works}
    for _ in range(TIMES):
        for code, (school, query) in works.items():
            found[code].append(timed(partial(page, client, school, query)))
        found.setdefault(OWN, []).append(timed(partial(own_page, pupil)))
    return {code: median(times) for code, times in found.items()}
