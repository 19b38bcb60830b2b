"""Who works in the school, who teaches which group, and who is class teacher of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from peremena.server.demo_school.curriculum import PRIMARY, Group
from peremena.server.demo_school.families import HomeClass

FULL_LOAD = 18  # lessons a week of one post of a teacher, by law


class Post(NamedTuple):
    """`roles` are OneRoster's words, the first is primary; `department` is where the person teaches, "" = nowhere."""

    title: str
    roles: tuple[str, ...]
    department: str = ""


DEPUTY = "Заместитель директора по учебно-воспитательной работе"
SECRETARY = "Секретарь учебной части"
OFFICE = (
    Post("Директор", ("principal",)),
    Post(DEPUTY, ("siteAdministrator", "teacher"), "german"),  # teaches a few lessons, as deputies do
    Post("Заместитель директора по воспитательной работе", ("siteAdministrator",)),
    Post("Заместитель директора по безопасности", ("siteAdministrator",)),
    Post("Заместитель директора по хозяйственной работе", ("siteAdministrator",)),
    Post(SECRETARY, ("aide",)),
    Post("Педагог-психолог", ("counselor",)),
    Post("Социальный педагог", ("counselor",)),
    Post("Инженер по информационным системам", ("systemAdministrator",)),
    Post("Библиотекарь", ("aide",)),
    Post("Лаборант", ("aide",)),
    Post("Тьютор", ("aide",)),
    Post("Медицинская сестра", ("aide",)),
)
SPEECH_THERAPIST = Post("Учитель-логопед", ("teacher",))  # teaching staff without groups: the staff room's chat only


class Employee(NamedTuple):
    key: str
    post: Post


@dataclass(frozen=True, slots=True)
class Staff:
    """`taught_by`: group → employee; `class_teachers`: class → employee (keys)."""

    employees: tuple[Employee, ...]
    taught_by: Mapping[str, str]
    class_teachers: Mapping[str, str]


class Bundle(NamedTuple):
    """Groups that go to one teacher: of one department, with the same pupils."""

    department: str
    homes: tuple[str, ...]
    part: int


def hire(homes: Sequence[HomeClass], groups: Sequence[Group]) -> Staff:
    """As many teachers as the lessons of each department need, every group given to the least busy of them."""
    employees = _employees(groups)
    taught_by = _assign(employees, groups)
    return Staff(employees, taught_by, _class_teachers(homes, groups, taught_by))


def _employees(groups: Sequence[Group]) -> tuple[Employee, ...]:
    office = tuple(Employee(f"staff-{number:02}", post) for number, post in enumerate(OFFICE, start=1))
    lessons: dict[str, int] = defaultdict(int)
    for group in groups:
        lessons[group.department] += group.hours
    primary_classes = {group.homes for group in groups if group.department == PRIMARY}
    posts: list[Post] = []
    for department, hours in lessons.items():
        deputies = sum(post.department == department for post in OFFICE)
        needed = len(primary_classes) if department == PRIMARY else ceil(hours / FULL_LOAD) - deputies
        posts += [Post("Учитель", ("teacher",), department)] * needed
    posts.append(SPEECH_THERAPIST)
    return office + tuple(Employee(f"teacher-{number:02}", post) for number, post in enumerate(posts, start=1))


def _assign(employees: Sequence[Employee], groups: Sequence[Group]) -> dict[str, str]:
    bundles: dict[Bundle, list[Group]] = defaultdict(list)
    for group in groups:
        bundles[Bundle(group.department, group.homes, group.part)].append(group)
    departments: dict[str, list[str]] = defaultdict(list)
    for employee in employees:
        departments[employee.post.department].append(employee.key)
    load: dict[str, int] = defaultdict(int)
    homes_of: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    taught_by: dict[str, str] = {}
    for bundle, together in bundles.items():
        # The halves of one class go to different teachers where the department has two.
        chosen = min(departments[bundle.department], key=lambda key: (bundle.homes in homes_of[key], load[key]))
        load[chosen] += sum(group.hours for group in together)
        homes_of[chosen].add(bundle.homes)
        taught_by |= {group.key: chosen for group in together}
    return taught_by


def _class_teachers(
    homes: Sequence[HomeClass], groups: Sequence[Group], taught_by: Mapping[str, str]
) -> dict[str, str]:
    """For each class the teacher who has most of its lessons and no class of his own yet; never one of the office."""
    chosen: dict[str, str] = {}
    for home in homes:
        hours: dict[str, int] = defaultdict(int)
        for group in groups:
            if home.key in group.homes:
                hours[taught_by[group.key]] += group.hours
        free = [key for key in hours if key.startswith("teacher") and key not in chosen.values()]
        chosen[home.key] = max(free, key=lambda key: hours[key])
    return chosen
