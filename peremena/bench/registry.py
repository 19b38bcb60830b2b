"""A page of the registry while the database has 70,000 chats, beside the page of a school that has none."""

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
from peremena.bench.region import MANY, YEAR, schools_of_a_region
from peremena.bench.report import Figure, Report
from peremena.bench.stack import Stack
from peremena.core.roster import OrganizationKind
from peremena.school.models import Chat, Grant, Organization

SCHOOLS = 300
TIMES = 15
ALLOWED = 3.0  # times the empty page
PAGES = {
    "plain": ("первая страница", ""),
    "filtered": ("фильтр по типу и расхождениям, по убыванию %", "&kind=subject&differs=1&sort=-percent"),
    "found": ("поиск по двум словам, по названию", "&search=математика+группа&sort=title"),
    "condition": ("фильтр по состоянию, по состоянию", "&state=fine&sort=-state&page=2"),
}


def measure(stack: Stack) -> Report:
    with stack.running():
        client = prepared()
        before = queries(client)
        schools_of_a_region(range(1, SCHOOLS))
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        chats, after = Chat.objects.count(), queries(client)
        rows = {code: rows_on(client, query) for code, (_, query) in PAGES.items()}
        seconds = together(client)
    empty = seconds.pop("empty")
    return Report(
        "registry",
        [
            Figure("chats", "чатов в базе", chats),
            Figure("rows", "строк на самой короткой странице", min(rows.values()), at_least=25),
            Figure("empty", "мс: реестр школы без чатов", empty * 1000),
            *(Figure(code, f"мс: {PAGES[code][0]}", value * 1000) for code, value in seconds.items()),
            *(
                Figure(f"{code}_ratio", f"к пустой: {PAGES[code][0]}", value / empty, at_most=ALLOWED)
                for code, value in seconds.items()
            ),
            Figure("queries", "запросов к базе на страницу с фильтром", after),
            Figure("more", "из них больше, чем пока в базе одна школа", after - before, at_most=0),
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


def together(client: Client) -> dict[str, float]:
    """Medians of all pages, taken in turn, so that whatever else the machine does falls on all."""
    works = {"empty": ("none", ""), **{code: ("s0", query) for code, (_, query) in PAGES.items()}}
    found: dict[str, list[float]] = {code: [] for code in works}
    for _ in range(TIMES):
        for code, (school, query) in works.items():
            found[code].append(timed(partial(page, client, school, query)))
    return {code: median(times) for code, times in found.items()}
