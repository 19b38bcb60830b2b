"""«Импорт»: a file on its way, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.intake.models import Upload
from peremena.intake.preview import KINDS
from peremena.intake.uploading import take
from peremena.school.models import Organization
from tests.browser.states.registry import LONG
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator, connected, operator

PAGE = "/import/"
COUNTS = {"schools": 1, "classes": 44, "groups": 310, "students": 1204, "guardians": 1893, "staff": 96, "teachers": 71}
CHANGES = {kind: {"new": 12, "changed": 3, "gone": 1893, "same": 10_042, "doubtful": 1} for kind in KINDS}
PROBLEMS = [
    *(
        {"code": "row.invalid_enum", "severity": "error", "file": "enrollments.csv", "row": row, "field": "role"}
        for row in range(2, 400)
    ),
    {
        "code": "package.unknown_file",
        "severity": "warning",
        "file": "очень-длинное-имя.csv",
        "row": None,
        "field": None,
    },
]


def fresh() -> User:
    return administrator(connected())


def uploaded(state: str, **values: Any) -> User:
    user = fresh()
    school = Organization.objects.get(key="demo")
    take(school, user, name="Выгрузка_из_журнала_за_2026-2027_учебный_год_полная.zip", content=b"PK")
    Organization.objects.filter(pk=school.pk).update(name=LONG)
    lately = timezone.now() - timedelta(minutes=1)
    Upload.objects.update(state=state, format="oneroster-1.2", created_at=lately, **values)
    return user


def queued() -> User:
    return uploaded(Upload.QUEUED)


def reading() -> User:
    return uploaded(Upload.READING, file="enrollments.csv", rows=12_345)


def shown() -> User:
    return uploaded(
        Upload.SHOWN, counts=COUNTS, changes=CHANGES, problems=PROBLEMS, problems_total=12_345, fingerprint="f"
    )


def outdated() -> User:
    return uploaded(Upload.SHOWN, counts=COUNTS, changes=CHANGES, outdated=True, fingerprint="f")


def applied() -> User:
    return uploaded(Upload.APPLIED, counts=COUNTS)


def unusable() -> User:
    refusal = "Выгрузка.zip: негодны 400 из 500 строк, больше половины. Исправьте выгрузку по списку замечаний."
    return uploaded(Upload.UNUSABLE, counts=COUNTS, problems=PROBLEMS, problems_total=399, refusal=refusal)


def opened(page: Page) -> None:
    for problem in page.locator("summary").all():
        problem.click()


def sent_empty(page: Page) -> None:
    page.get_by_label("Список школы").set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": b""})
    page.get_by_role("button", name="Загрузить").click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [
    State("import", "roster_import", PAGE, fresh),
    State("import-error", "upload_roster", PAGE, fresh, sent_empty),
    State("import-without-schools", "roster_import", PAGE, operator),
    State("import-queued", "roster_import", PAGE, queued),
    State("import-reading", "roster_import", PAGE, reading),
    State("import-shown", "roster_import", PAGE, shown, opened),
    State("import-outdated", "roster_import", PAGE, outdated),
    State("import-applied", "roster_import", PAGE, applied),
    State("import-unusable", "roster_import", PAGE, unusable),
]
NO_PAGES = {"upload": "a fragment of «Импорт»", "answer_upload": "answers POST alone"}
