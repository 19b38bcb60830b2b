"""Who links is in all his chats within moments, and who unlinks is out of them."""

from __future__ import annotations

import pytest

from peremena.core.roster import EnrollmentRole
from peremena.school.linking import ProfileTaken
from peremena.school.models import Account, Chat, Connection, Organization, Person, Room, SchoolClass
from peremena.sync.edits import link, unlink
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.sync.after_events import mended
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import TESTS, Town, account, approved, called, chat_of, lane, plan_of, synced, told

pytestmark = pytest.mark.usefixtures("nothing_is_waited_for")


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
