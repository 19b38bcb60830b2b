from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from peremena.accounts.models import User
from peremena.school.models import Grant, Organization
from tests import school_rows as rows


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> Iterator[None]:
    yield
    cache.clear()  # allauth counts wrong passwords there


@pytest.fixture
def school(db: None) -> Organization:
    """«Демо школа», connected through its region, with one small class."""
    with rows.writing():
        region = rows.region("region")
        rows.connection(region)
        return rows.small_school("demo", parent=region)


@pytest.fixture
def administrator(school: Organization, client: Client) -> User:
    """Signed in as the school's administrator."""
    with rows.writing():
        user = rows.granted("administrator", Grant.ADMINISTRATOR, school)
    client.force_login(user)
    return user
