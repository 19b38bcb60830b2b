"""A page asks, a worker finds out: a credential is put in place only when the messenger accepts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from peremena.core.errors import Transient, Unauthorized
from peremena.messengers.memory import MemoryMessenger
from peremena.school.credentials import seal, unseal
from peremena.school.models import Connection, Organization
from peremena.sync.checking import ask_to_check, ask_to_put, carry_out
from peremena.sync.models import ConnectionCheck, Run
from tests import school_rows as rows
from tests.sync.queue import waiting
from tests.sync.town import OWN, TESTS, TOKEN, Town, approved, credential, lane, told

FRESH = "a-fresh-key"


def asked(organization: Organization, token: str = FRESH) -> ConnectionCheck:
    return ask_to_put(
        organization, messenger="vk", kind="community", token=token, options={}, strangers="remove", actor=TESTS
    )


def answered(check: ConnectionCheck) -> tuple[str, str, str]:
    carry_out(check.pk)
    check.refresh_from_db()
    assert bytes(check.credential) == b""  # never kept longer than needed
    assert check.finished_at is not None
    return check.state, check.problem, check.account


def raising(error: Exception) -> Callable[[MemoryMessenger], Any]:
    def identity(self: MemoryMessenger) -> Any:
        raise error

    return identity


def test_a_key_waits_sealed_and_the_job_carries_only_a_number(school: Organization) -> None:
    check = asked(school)
    assert waiting("sync.check_connection") == 1
    assert ProcrastinateJob.objects.get(task_name="sync.check_connection").args == {"check": check.pk}
    assert FRESH.encode() not in bytes(check.credential)
    assert unseal(bytes(check.credential)) == FRESH
    assert not hasattr(check.events.get(), "credential")  # type: ignore[attr-defined]


def test_a_key_that_is_accepted_makes_a_connection(town: Town, school: Organization) -> None:
    town.tokens[FRESH] = "77"
    town.world.accounts.add("77")
    assert answered(asked(school)) == (ConnectionCheck.ACCEPTED, "", "77")
    made = Connection.objects.get(organization=school)
    assert (made.credential_kind, made.strangers, made.account) == ("community", "remove", "77")
    assert unseal(bytes(made.credential)) == FRESH
    assert made.events.get().pgh_context.metadata["actor"] == TESTS.name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unauthorized("token_refused"), ConnectionCheck.REFUSED),
        (Transient("unreachable"), ConnectionCheck.FAILED),
    ],
)
def test_until_a_new_key_is_accepted_the_old_one_goes_on_working(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, error: Unauthorized, state: str
) -> None:
    check = asked(connection.organization)
    monkeypatch.setattr(MemoryMessenger, "identity", raising(error))
    assert answered(check) == (state, error.reason, "")
    connection.refresh_from_db()
    assert (unseal(bytes(connection.credential)), connection.state) == (TOKEN, Connection.READY)
    assert (connection.credential_kind, connection.strangers) == ("user", "report")


def test_a_key_of_another_profile_is_refused_in_words_where_chats_are_there(
    town: Town, school: Organization, connection: Connection
) -> None:
    approved(school)
    lane()
    town.tokens[FRESH] = "77"
    town.world.accounts.add("77")
    check = asked(connection.organization)
    assert answered(check)[0] == ConnectionCheck.REFUSED
    assert "нужен ключ того же профиля" in check.said


def test_a_check_brings_a_stopped_connection_back(town: Town, school: Organization, connection: Connection) -> None:
    run = approved(school)
    credential(connection, "refused")
    lane()
    assert told(run)[0] == Run.WAITING
    credential(connection, TOKEN)
    connection.refresh_from_db()
    assert connection.state == Connection.STOPPED
    assert answered(ask_to_check(connection, actor=TESTS)) == (ConnectionCheck.ACCEPTED, "", OWN)
    lane()
    assert told(run)[0] == Run.DONE


def test_a_check_of_a_refused_key_stops_the_connection(connection: Connection) -> None:
    credential(connection, "refused")
    assert answered(ask_to_check(connection, actor=TESTS))[0] == ConnectionCheck.REFUSED
    connection.refresh_from_db()
    assert connection.state == Connection.STOPPED


def test_a_connection_that_is_gone_meanwhile_is_told(connection: Connection) -> None:
    check = ask_to_check(connection, actor=TESTS)
    with rows.writing():
        connection.delete()
    assert answered(check)[0] == ConnectionCheck.REFUSED
    assert "больше нет" in check.said


def test_whoever_asks_anew_is_answered_about_the_new_key_alone(town: Town, school: Organization) -> None:
    town.tokens["first"] = town.tokens["second"] = OWN
    first, second = asked(school, "first"), asked(school, "second")
    assert answered(first)[0] == ConnectionCheck.SUPERSEDED
    assert not Connection.objects.filter(organization=school).exists()
    assert answered(second)[0] == ConnectionCheck.ACCEPTED
    assert unseal(bytes(Connection.objects.get(organization=school).credential)) == "second"


def test_a_second_run_of_the_job_changes_nothing(town: Town, school: Organization) -> None:
    town.tokens[FRESH] = OWN
    check = asked(school)
    carry_out(check.pk)
    town.tokens.clear()
    assert answered(check)[0] == ConnectionCheck.ACCEPTED


def test_a_key_that_none_of_our_keys_opens_is_told(school: Organization) -> None:
    check = asked(school)
    with rows.writing():
        ConnectionCheck.objects.filter(pk=check.pk).update(credential=seal(FRESH)[:-5])
    assert answered(check)[0] == ConnectionCheck.REFUSED
    assert "PEREMENA_SECRET_KEYS" in check.said
