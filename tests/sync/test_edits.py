"""What a person changes outside of a sync is in the messenger within moments."""

from __future__ import annotations

import pytest

from peremena.core.errors import Refused, UnusableInput
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.messengers.memory import MemoryMessenger
from peremena.school.linking import ProfileTaken
from peremena.school.models import Account, Chat, Connection, Organization, Person, Room, SchoolClass
from peremena.sync.edits import Overtaken, link, look_again, rename, rename_by_rule, unlink
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.sync.after_events import looked_after, mended
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import TESTS, Town, account, approved, called, chat_of, lane, plan_of, synced, told

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


def test_who_unlinks_is_out_of_every_chat_and_comes_back_with_the_link(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    pupil = called("Сидорова")
    profile = account(pupil)
    assert unlink(pupil, messenger="vk", actor=TESTS)
    mended(connection)
    assert all(profile not in members for members in town.rooms().values())
    assert not unlink(pupil, messenger="vk", actor=TESTS)
    with rows.writing():
        pupil.messenger_accounts.create(messenger="vk", external_id=profile)
    synced(school)
    assert sum(profile in members for members in town.rooms().values()) == 2


def comes(town: Town, person: Person, profile: str = "777") -> str:
    """Links by himself."""
    town.world.accounts.add(profile)
    assert link(person, profile, messenger="vk", actor=TESTS)
    return profile


def homes(town: Town, profile: str) -> set[str]:
    """The kinds of the chats that the profile is in."""
    kinds = dict(Chat.objects.values_list("title", "kind"))
    return {kinds[title] for title, members in town.rooms().items() if profile in members}


def a_pupil(school: Organization) -> Person:
    pupil = rows.person("Новикова")
    rows.enroll(pupil, SchoolClass.objects.get(organization=school))
    return pupil


def a_mother(school: Organization) -> Person:
    mother = rows.person("Новикова")
    rows.guard(called("Сидорова"), mother)
    return mother


def a_teacher(school: Organization) -> Person:
    """Not of the class."""
    teacher = rows.person("Новикова")
    rows.employ(teacher, school)
    return teacher


def a_class_teacher(school: Organization) -> Person:
    teacher = a_teacher(school)
    rows.enroll(teacher, SchoolClass.objects.get(organization=school), EnrollmentRole.TEACHER)
    return teacher


def a_guest(school: Organization) -> Person:
    """By hand in one chat, and kept out of another."""
    guest = a_pupil(school)
    chat_of("class").hand_seats.create(person=guest, layer="blocked")
    chat_of("teachers").hand_seats.create(person=guest, layer="pinned")
    return guest


@pytest.mark.parametrize(
    ("newcomer", "expected"),
    [
        (a_pupil, {"class"}),
        (a_mother, {"parents"}),
        (a_teacher, {"teachers"}),
        (a_class_teacher, {"teachers", "class", "parents"}),
        (a_guest, {"teachers"}),
        (lambda school: rows.person("Чужая"), set()),
    ],
)
def test_who_links_is_in_all_his_chats_without_a_sync(
    town: Town, school: Organization, connection: Connection, newcomer, expected: set[str]
) -> None:  # type: ignore[no-untyped-def]
    synced(school)
    with rows.writing():
        person = newcomer(school)
    synced(school)
    profile = comes(town, person)
    runs = mended(connection)
    assert [run.kind for run in runs] == ([Run.CHANGE] if expected else [])
    assert homes(town, profile) == expected
    assert plan_of(school, verify=True).plan.is_empty


def test_linking_wakes_the_looking_after_and_renews_the_figures(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with rows.writing():
        pupil = a_pupil(school)
    synced(school)
    forget_the_queue()
    comes(town, pupil)
    assert (waiting("sync.mend"), waiting("sync.lane")) == (1, 0)
    mended(connection)
    chat = chat_of("class")
    assert (chat.seats, chat.linked, chat.inside) == (4, 4, 4)


def test_who_links_while_the_chats_are_being_made_is_in_them_all_the_same(
    town: Town, school: Organization, connection: Connection
) -> None:
    """After the plan and before the first request; the plan knows nothing of him."""
    with rows.writing():
        pupil = a_pupil(school)
    run = approved(school)
    profile = comes(town, pupil)
    lane()
    assert (run.steps.filter(data__member=profile).count(), homes(town, profile)) == (0, set())
    mended(connection)
    assert homes(town, profile) == {"class"}


def test_who_links_while_his_chat_is_on_its_way_is_in_it_all_the_same(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        pupil = a_pupil(school)
    approved(school)

    def meanwhile() -> None:
        town.before = lambda: None
        comes(town, pupil)

    town.before = meanwhile
    lane()
    mended(connection)
    assert homes(town, "777") == {"class"}


def test_chats_that_nobody_new_belongs_to_are_not_looked_at_again(town: Town, school: Organization) -> None:
    run = approved(school)
    with rows.writing():
        comes(town, rows.person("Чужая"))
    lane()
    assert told(run)[0] == Run.DONE
    assert not Room.objects.exclude(due_at=None).exists()


def test_a_profile_that_is_taken_changes_nothing(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    with rows.writing():
        pupil = a_pupil(school)
    forget_the_queue()
    with pytest.raises(ProfileTaken):
        link(pupil, account(called("Сидорова")), messenger="vk", actor=TESTS)
    assert (Account.objects.filter(person=pupil).count(), waiting("sync.mend")) == (0, 0)


def test_who_unlinks_and_links_again_is_back_where_he_was(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    pupil = called("Сидорова")
    profile, before = account(pupil), homes(town, account(pupil))
    unlink(pupil, messenger="vk", actor=TESTS)
    mended(connection)
    assert homes(town, profile) == set()
    comes(town, pupil, profile)
    mended(connection)
    assert homes(town, profile) == before == {"class", "subject"}
