"""What a chat is for, in the words of the registry and of the card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from peremena.core.roster import EnrollmentRole
from peremena.school.models import Chat, Enrollment


def classes_of(chat: Chat, parents: Mapping[int, Sequence[str]]) -> str:
    """«1А, весь класс», the parent classes of a group, or nothing."""
    if chat.school_class:
        return f"{chat.school_class.title}, весь класс"
    if chat.group:
        return ", ".join(parents.get(chat.group.pk, ())) or chat.group.title
    return ""


def subject_of(chat: Chat) -> str:
    if chat.subject:
        return chat.subject.title
    return chat.group.subject.title if chat.group else ""


def parent_classes(groups: Sequence[int]) -> dict[int, list[str]]:
    """Group → titles of the homeroom classes of its pupils, in their natural order. Two questions: as one, the database looks
    through the classes of everybody."""
    now = Enrollment.objects.filter(role=EnrollmentRole.STUDENT, ended=None)
    pupils = list(now.filter(group__in=groups).values_list("group", "person"))
    homes: dict[int, set[tuple[str, int, str]]] = defaultdict(set)
    at_home = now.filter(person__in={person for _, person in pupils}, school_class__isnull=False)
    own = ("person", "school_class__sort_key", "school_class", "school_class__title")
    for person, sort_key, pk, title in at_home.values_list(*own):
        homes[person].add((sort_key, pk, title))
    found: dict[int, set[tuple[str, int, str]]] = defaultdict(set)
    for group, person in pupils:
        found[group] |= homes[person]
    return {group: [title for _, _, title in sorted(classes)] for group, classes in found.items()}
