"""When nothing can be sent over a connection, its runs wait, say why, and go on by themselves or with a person's help."""

from __future__ import annotations

from math import ceil

import pytest
from django.utils import timezone

from peremena.core.errors import Transient, Unauthorized, UnusableInput
from peremena.school.models import Connection, Organization, Room
from peremena.sync.connecting import confirm, put
from peremena.sync.models import Run, Step
from peremena.sync.tasks import wake_lanes
from tests import school_rows as rows
from tests.sync.queue import waiting_lanes
from tests.sync.town import (
    OWN,
    TESTS,
    TOKEN,
    Town,
    approved,
    credential,
    everything_is_due,
    lane,
    lesser,
    synced,
    told,
    wanted,
)

pytestmark = pytest.mark.usefixtures("nothing_is_soon")


def test_a_messenger_that_cannot_be_reached_makes_the_run_wait_and_then_it_is_done(
    town: Town, school: Organization
) -> None:
    run = approved(school)
    town.errors.append(Transient("unreachable", retry_after=5.0))
    lane()
    assert told(run) == (Run.WAITING, "unreachable", 0, 0)
    assert set(run.steps.values_list("state", "attempts")) == {(Step.WAITING, 0)}
    assert Room.objects.count() == 0
    everything_is_due()
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_while_a_messenger_is_away_it_is_asked_once_for_all_schools(town: Town, school: Organization) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    runs = [approved(school), approved(other)]
    town.can = lesser(batch_size=1)
    town.errors.extend(Transient("flood", retry_after=600.0) for _ in range(5))
    lane()
    lane()
    assert len(town.errors) == 4
    assert [told(run)[:2] for run in runs] == [(Run.WAITING, "flood")] * 2
    wake_lanes(stop=lambda: False)
    assert waiting_lanes() == 2  # those of the two approvals: no wake before the time has come


def waits(run: Run) -> float:
    """Seconds until the run is due, to the next second."""
    run.refresh_from_db()
    return ceil((run.due_at - timezone.now()).total_seconds())


def test_a_trouble_that_stays_is_asked_about_ever_less_often_and_one_that_passes_costs_seconds(
    town: Town, school: Organization
) -> None:
    run = approved(school)
    town.can = lesser(batch_size=1)
    for expected in (5, 10, 20, 40, 60, 60):
        town.errors.append(Transient("flood", retry_after=5.0, longest=60.0))
        lane()
        assert (waits(run), town.errors) == (expected, [])
        everything_is_due()

    def flood_again() -> None:
        town.before = lambda: town.errors.append(Transient("flood", retry_after=5.0, longest=60.0))

    town.after = flood_again
    lane()
    assert (len(town.rooms()), waits(run)) == (1, 5)


def test_a_new_run_does_not_shorten_the_wait_of_the_others(town: Town, school: Organization) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    runs = [approved(school)]
    for _ in range(2):
        town.errors.append(Transient("flood", retry_after=5.0))
        lane()
        Run.objects.update(due_at=timezone.now())
    runs.append(approved(other))
    town.errors.append(Transient("flood", retry_after=5.0))
    lane()
    assert [waits(run) for run in runs] == [20, 20]


def test_a_refused_token_stops_the_connection_and_a_good_one_lets_the_run_go_on(
    town: Town, school: Organization, connection: Connection
) -> None:
    run = approved(school)
    credential(connection, "expired")
    lane()
    connection.refresh_from_db()
    assert (connection.state, connection.problem) == (Connection.STOPPED, "token_refused")
    assert told(run) == (Run.WAITING, "token_refused", 0, 0)
    lane()  # nothing is tried while it is stopped
    assert told(run) == (Run.WAITING, "token_refused", 0, 0)
    with pytest.raises(Unauthorized):
        confirm(connection, actor=TESTS)
    put(connection.organization, messenger="vk", kind="user", token=TOKEN, options={}, actor=TESTS)
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_a_token_replaced_while_the_old_one_was_being_refused_goes_on_working(
    town: Town, school: Organization, connection: Connection
) -> None:
    run = approved(school)
    credential(connection, "expired")
    town.tokens["expired"] = OWN

    def replaced_meanwhile() -> None:
        town.before = lambda: None
        credential(connection, TOKEN)
        town.errors.append(Unauthorized("token_refused"))

    town.before = replaced_meanwhile
    lane()
    connection.refresh_from_db()
    assert connection.state == Connection.READY
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)


def test_a_credential_that_no_key_opens_stops_the_connection(
    town: Town, school: Organization, connection: Connection
) -> None:
    approved(school)
    with rows.writing():
        Connection.objects.update(credential=b"sealed with a key that is lost")
    lane()
    connection.refresh_from_db()
    assert (connection.state, connection.problem) == (Connection.STOPPED, "credential_unreadable")


def test_another_account_s_token_is_not_taken_while_our_rooms_belong_to_the_first(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    town.tokens["another"] = "another"
    town.world.accounts.add("another")
    with pytest.raises(UnusableInput, match="другому профилю"):
        put(connection.organization, messenger="vk", kind="user", token="another", options={}, actor=TESTS)
    connection.refresh_from_db()
    assert (connection.account, connection.state) == (OWN, Connection.READY)


def test_a_credential_is_stored_only_when_the_messenger_takes_it(town: Town, school: Organization) -> None:
    with rows.writing():
        region = rows.region("elsewhere")
    with pytest.raises(Unauthorized):
        put(region, messenger="vk", kind="user", token="nobody's", options={}, actor=TESTS)
    assert Connection.objects.filter(organization=region).count() == 0
