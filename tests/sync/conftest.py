from __future__ import annotations

import pytest

from peremena.messengers.registry import MESSENGERS
from peremena.school.models import Connection, Organization
from peremena.sync import applying, bookkeeping, mending
from tests import school_rows as rows
from tests.sync.town import Town


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A messenger in memory in VK's place; lost answers are judged at once."""
    town = Town()
    monkeypatch.setitem(MESSENGERS, "vk", town.kind())
    monkeypatch.setattr(bookkeeping, "GRACE", 0.0)
    return town


@pytest.fixture
def school(town: Town) -> Organization:
    """«Демо школа», connected through its region: class 1А, four chats, everybody linked."""
    with rows.writing():
        region = rows.region("region")
        rows.connection(region)
        school = rows.small_school("demo", parent=region)
    town.let_in()
    return school


@pytest.fixture
def connection(school: Organization) -> Connection:
    return Connection.objects.get()


@pytest.fixture
def nothing_is_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lane does not stay for what comes later: time passes by `everything_is_due`."""
    monkeypatch.setattr(applying, "SOON", 0.0)


@pytest.fixture
def nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has something on its way is looked at again at once."""
    monkeypatch.setattr(mending, "A_MOMENT", 0.0)
