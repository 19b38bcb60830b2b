"""Guessing codes is hopeless: the page closes to whoever tries, and not to a class that comes at once."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from peremena.school.models import Organization, Person
from tests.web.first_sign_in import CODE_PAGE, WRONG, choose, code_of, prove


@pytest.fixture
def pupil(school: Organization) -> Person:
    return Person.objects.filter(family_name="Сидорова").earliest("pk")


@pytest.fixture
def code(pupil: Person) -> str:
    return code_of(pupil)


def rates(settings, failed: str) -> None:  # type: ignore[no-untyped-def]
    settings.ACCOUNT_RATE_LIMITS = {"activation": "1000/m/ip", "activation_failed": failed}


def attempt(client: Client, code: str, address: str = "10.0.0.1") -> int:
    return client.post(CODE_PAGE, {"code": code}, REMOTE_ADDR=address).status_code


def test_wrong_codes_close_the_page_to_their_address_even_with_a_right_one(client: Client, code: str, settings) -> None:  # type: ignore[no-untyped-def]
    rates(settings, "3/5m/ip,100/h/key")
    assert [attempt(client, WRONG) for _ in range(4)] == [200, 200, 200, 429]
    assert attempt(client, code) == 429
    assert attempt(client, code, "10.0.0.2") == 302
    cache.clear()  # five minutes later
    assert attempt(client, code) == 302


def test_wrong_codes_from_everywhere_are_counted_together(client: Client, code: str, settings) -> None:  # type: ignore[no-untyped-def]
    rates(settings, "3/5m/ip,5/h/key")
    assert [attempt(client, WRONG, f"10.0.0.{number}") for number in range(6)] == [200] * 5 + [429]
    assert attempt(client, code, "10.0.1.1") == 429


def test_right_codes_are_not_counted_as_wrong_ones(client: Client, pupil: Person, settings) -> None:  # type: ignore[no-untyped-def]
    rates(settings, "1/5m/ip,1/h/key")
    assert [attempt(client, code_of(pupil)) for _ in range(3)] == [302] * 3


def test_tries_of_any_kind_have_a_limit(client: Client, code: str, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ACCOUNT_RATE_LIMITS = {"activation": "3/m/ip", "activation_failed": "100/h/ip"}
    prove(client, code)
    assert [choose(client, "a").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post(CODE_PAGE, {"code": code}).status_code == 429


def test_the_shipped_limits_let_a_class_in_at_once_and_stop_a_guesser(client: Client, db: None) -> None:
    codes = [attempt(client, WRONG) for _ in range(41)]
    assert codes == [200] * 40 + [429]
