"""Whose eyes the demo is seen through, and whom the messenger's stand-in knows at the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

from peremena.server.demo_school.families import HomeClass
from peremena.server.demo_school.people import Person
from peremena.server.demo_school.register import Guardians, Pupils
from peremena.server.demo_school.staff import DEPUTY, SECRETARY, Staff

LINKED_SHARE = 0.7
STUDY = ("vk", "study")
# What those have at the messenger who are to link themselves before our eyes.
UNLINKED: Mapping[str, tuple[str, ...]] = {"admin": STUDY, "teacher": STUDY, "parent": ("vk",), "pupil": ()}
STORY_GRADE = 7  # the pupil of the story is as near to it as can be


class SandboxUser(NamedTuple):
    """A person as the stand-in is told of him; `phone` is E.164 or None, `profiles` of "vk" and "study"."""

    first_name: str
    last_name: str
    middle_name: str
    sex: str
    birthday: date
    phone: str | None
    profiles: tuple[str, ...]


def choose_roles(homes: Sequence[HomeClass], pupils: Pupils, guardians: Guardians, staff: Staff) -> dict[str, str]:
    """Sign-in → person. One story: the teacher is the pupil's class teacher, the parent has a second child in another class."""
    home_of = {pupil.key: home for home in homes for pupil in pupils.rolls[home.key]}
    children: dict[str, list[str]] = defaultdict(list)
    for pupil, adults in guardians.of.items():
        for adult in adults:
            children[adult].append(pupil)
    employed = {employee.key for employee in staff.employees}
    stories = [
        (pupil, adult)
        for adult, own in children.items()
        if adult not in employed and len(own) == 2 and home_of[own[0]] != home_of[own[1]]
        for pupil in own
    ]

    def oddness(story: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
        """A class teacher who is a parent too would blur the story; then the grade nearest to the middle of the school."""
        home = home_of[story[0]]
        return staff.class_teachers[home.key] in guardians.roles, abs(home.grade - STORY_GRADE), story

    pupil, parent = min(stories, key=oddness)
    posts = {employee.post.title: employee.key for employee in staff.employees}
    teacher = staff.class_teachers[home_of[pupil].key]
    return {"admin": posts[DEPUTY], "staff": posts[SECRETARY], "teacher": teacher, "pupil": pupil, "parent": parent}


def choose_linked(random: Random, people: Mapping[str, Person], roles: Mapping[str, str]) -> frozenset[str]:
    """Seven in ten of all but the four who are to link themselves; the sign-in `staff` is always one of them."""
    aside = {roles[name] for name in UNLINKED}
    others = [key for key in people if key not in aside and key != roles["staff"]]
    return frozenset([roles["staff"], *random.sample(others, round(LINKED_SHARE * len(others)))])


def sandbox_users(
    people: Mapping[str, Person], roles: Mapping[str, str], linked: frozenset[str]
) -> dict[str, SandboxUser]:
    """Whoever is linked or has a sign-in; only the latter have a phone, from a block of invented numbers."""
    phones = {key: f"+7900000{number}" for number, key in enumerate(roles.values(), start=1001)}
    profiles = dict.fromkeys(linked, STUDY) | {roles[name]: own for name, own in UNLINKED.items()}
    return {
        person.key: SandboxUser(
            first_name=person.name.given,
            last_name=person.name.family,
            middle_name=person.name.middle,
            sex=person.sex,
            birthday=person.birth_date,
            phone=phones.get(person.key),
            profiles=profiles[person.key],
        )
        for person in people.values()
        if person.key in profiles
    }
