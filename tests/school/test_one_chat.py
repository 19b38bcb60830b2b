"""What is asked of one chat is answered from its own rows as it would be from the whole school's."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from peremena.core.operations import ChatKind
from peremena.core.standing import chat_standing
from peremena.school.models import Chat, Connection, Organization, Seat
from peremena.school.snapshot import load, load_chat
from tests import chat_rows
from tests import school_rows as rows

DAY = datetime.date(2026, 11, 21)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Organization:
    with rows.writing():
        region = rows.region("region")
        rows.connection(region)
        school = rows.small_school("demo", parent=region)
        second = rows.school_class(school, "2Б")
        pupil = rows.person("Орлова", linked=True)
        rows.enroll(pupil, second)
        rows.guard(pupil, rows.person("Орлов"))
        rows.chat(school, ChatKind.CUSTOM, "Поход")
    chat_rows.made(school)
    with rows.writing():
        guest = rows.person("Яковлева", linked=True)
        for chat in Chat.objects.all():
            Seat.objects.create(chat=chat, person=guest, layer=Seat.PINNED)
            chat_rows.inside(chat, "stranger", ours=False)
        Seat.objects.filter(chat__kind=ChatKind.CLASS).update(until="2026-11-20")
        Chat.objects.create(
            organization=school, year=rows.YEAR - 1, kind=ChatKind.CLASS, school_class=second, title="Прошлый год"
        )
    return school


def test_everybody_stands_in_his_chat_as_in_the_whole_school(school: Organization) -> None:
    connection = Connection.objects.get()
    whole = load([school], connection, DAY)[school.pk]
    chats = list(Chat.objects.select_related("organization"))
    assert len(chats) == 8
    for chat in chats:
        narrow = load_chat(chat, connection, DAY)
        assert chat_standing(narrow, chat.chat_key) == chat_standing(whole, chat.chat_key)
        assert len(narrow.year.classes) + len(narrow.year.groups) <= 1


def test_it_takes_no_more_queries_than_the_whole_school(school: Organization) -> None:
    connection, chat = Connection.objects.get(), Chat.objects.select_related("organization").earliest("pk")
    with CaptureQueriesContext(database) as captured:
        load_chat(chat, connection, DAY)
    assert len(captured) <= 10
