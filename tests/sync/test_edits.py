"""What a person changes outside of a sync is in the messenger within moments."""

from __future__ import annotations

import pytest

from peremena.core.errors import Refused, UnusableInput
from peremena.core.operations import ChatKind
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Organization, Room
from peremena.sync.edits import Overtaken, look_again, rename, rename_by_rule
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.sync.after_events import looked_after, mended
from tests.sync.town import TESTS, Town, approved, chat_of, lane, plan_of, synced, told

pytestmark = pytest.mark.usefixtures("nothing_is_waited_for")


def test_a_new_title_of_a_persons_own_comes_into_the_messenger(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    rename(chat_of("class"), "  Первый   «А» ", actor=TESTS)
    (run,) = mended(connection)
    assert (told(run)[0], town.room(chat_of("class"))) == (
        Run.DONE,
        Room.objects.get(chat=chat_of("class")).external_id,
    )
    assert (chat_of("class").title, chat_of("class").title_kept) == ("Первый «А»", True)
    assert plan_of(school, verify=True).plan.is_empty


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_title_of_ours_that_is_on_its_way_is_not_taken_for_a_persons(
    town: Town, school: Organization, connection: Connection, moment: str
) -> None:
    """A second title is given while the first one is being sent, and the room is read in between."""
    synced(school)
    rename(chat_of("class"), "Первое", actor=TESTS)
    looked_after(connection)

    def again() -> None:
        town.before = town.after = lambda: None
        rename(chat_of("class"), "Второе", actor=TESTS)
        looked_after(connection)

    setattr(town, moment, again)
    lane()
    mended(connection)
    assert (chat_of("class").title, Room.objects.get(chat=chat_of("class")).title) == ("Второе", "Второе")
    assert plan_of(school, verify=True).plan.is_empty


def test_a_title_of_ours_that_came_while_the_room_was_read_is_not_taken_for_a_persons(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planned, sent and answered between the look at our books and the look at the rooms."""
    synced(school)
    whole, names = MemoryMessenger.read, iter(["Школа № 5"])

    def read(self, rooms):  # type: ignore[no-untyped-def]
        for name in names:
            with rows.writing():
                Organization.objects.update(name=name)
            synced(Organization.objects.get(pk=school.pk))
        return whole(self, rooms)

    monkeypatch.setattr(MemoryMessenger, "read", read)
    plan_of(school, verify=True)
    assert (chat_of("class").title, chat_of("class").title_kept) == ("Школа № 5 - 1А - Чат класса", False)


@pytest.mark.parametrize("title", ["", "   ", "я" * 201, "\u200b\u202e"])
def test_a_title_that_no_messenger_takes_is_refused_in_words(
    town: Town, school: Organization, connection: Connection, title: str
) -> None:
    synced(school)
    with pytest.raises(UnusableInput, match="от 1 до 200"):
        rename(chat_of("class"), title, actor=TESTS)
    assert chat_of("class").title == "Демо школа - 1А - Чат класса"


def test_a_title_is_kept_without_what_nobody_sees(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    rename(chat_of("class"), "\u202eПервый\u200b «А»\u202c 🎉", actor=TESTS)
    mended(connection)
    assert chat_of("class").title == "Первый «А» 🎉"
    assert "Первый «А» 🎉" in town.rooms()


def test_a_title_of_another_chat_of_the_school_is_refused(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with pytest.raises(UnusableInput, match="в этой школе уже есть"):
        rename(chat_of("class"), "ДЕМО школа - 1А - Родительский чат", actor=TESTS)
    rename(chat_of("class"), "демо школа - 1А - чат класса", actor=TESTS)
    assert chat_of("class").title == "демо школа - 1А - чат класса"


def test_a_title_of_a_chat_of_another_school_of_the_connection_is_refused(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая школа", parent=school.parent)
    town.let_in()
    synced(other)
    synced(school)
    chat = Chat.objects.get(organization=school, kind="class")
    with pytest.raises(UnusableInput, match="в другой школе"):
        rename(chat, "Другая школа - 1А - Чат класса", actor=TESTS)


def test_who_was_overtaken_is_told_and_nothing_is_written(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    seen = chat_of("class").title
    rename(chat_of("class"), "Первое", actor=TESTS, before=seen)
    with pytest.raises(Overtaken) as told_of:
        rename(chat_of("class"), "Второе", actor=TESTS, before=seen)
    assert (told_of.value.title, chat_of("class").title) == ("Первое", "Первое")
    rename(chat_of("class"), "Первое", actor=TESTS, before=seen)  # both meant the same
    rename(chat_of("class"), "Второе", actor=TESTS, before="Первое")
    assert chat_of("class").title == "Второе"


def test_a_title_given_back_to_the_rules_is_theirs_in_the_messenger_too(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    rename(chat_of("class"), "Первое", actor=TESTS)
    mended(connection)
    rename_by_rule(chat_of("class"), actor=TESTS)
    mended(connection)
    assert (chat_of("class").title, chat_of("class").title_kept) == ("Демо школа - 1А - Чат класса", False)
    assert "Демо школа - 1А - Чат класса" in town.rooms()
    assert plan_of(school, verify=True).plan.is_empty


def test_a_chat_that_the_rules_do_not_name_keeps_its_title(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        hike = rows.chat(school, ChatKind.CUSTOM, "Поход")
    with pytest.raises(UnusableInput, match="нет названия по умолчанию"):
        rename_by_rule(hike, actor=TESTS)
    assert chat_of("custom").title == "Поход"


def test_a_title_given_while_the_chat_is_being_made_is_in_the_messenger_at_last(
    town: Town, school: Organization, connection: Connection
) -> None:
    approved(school)
    rename(chat_of("class"), "Первое", actor=TESTS)
    lane()
    mended(connection)
    assert "Первое" in town.rooms()


def test_a_new_title_that_was_refused_is_kept_and_tried_again_when_asked(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    rename(chat_of("class"), "Первое", actor=TESTS)
    looked_after(connection)
    town.errors.append(Refused("not_admin"))
    lane()
    assert (chat_of("class").title, Room.objects.get(chat=chat_of("class")).due_at) == ("Первое", None)
    assert "Первое" not in town.rooms()
    look_again(chat_of("class"), actor=TESTS)
    mended(connection)
    assert "Первое" in town.rooms()
