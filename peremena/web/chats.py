"""What a chat is for, in the words of the registry and of the card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from peremena.core.roster import EnrollmentRole
from peremena.school.models import Chat, Enrollment, SchoolClass


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
    """Group → titles of the homeroom classes of its pupils, in their natural order."""
    studying = Enrollment.objects.filter(group__in=groups, role=EnrollmentRole.STUDENT, ended=None)
    titles: dict[int, list[str]] = defaultdict(list)
    found = (
        SchoolClass.objects.filter(
            enrollments__role=EnrollmentRole.STUDENT,
            enrollments__ended=None,
            enrollments__person__enrollments__in=studying,
        )
        .order_by("sort_key", "pk")
        .values_list("enrollments__person__enrollments__group", "title")
        .distinct()
    )
    for group, title in found:
        titles[group].append(title)
    return titles
