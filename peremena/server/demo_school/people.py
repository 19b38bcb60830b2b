"""A person of the demo school."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from peremena.server.demo_school.names import FullName, Sex


class Person(NamedTuple):
    key: str
    name: FullName
    sex: Sex
    birth_date: date
