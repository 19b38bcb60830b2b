"""Which chats of the registry are shown, and in what order: all of it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, Collate, NullIf
from django.http import QueryDict
from django.utils.http import urlencode

from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.core.titles import natural_key
from peremena.school.models import Chat, Enrollment, Group, Organization, SchoolClass
from peremena.school.natural import folded, folded_column, in_natural_order
from peremena.sync.condition import Condition
from peremena.web.wording import registry as words

if TYPE_CHECKING:
    from peremena.sync.condition import ChatWithCondition

SCHOOL, SEARCH, KIND, CLASS, SUBJECT, STANDING, DIFFERS, SORT, PAGE = (
    "school",
    "search",
    "kind",
    "class",
    "subject",
    "state",
    "differs",
    "sort",
    "page",
)
NAMES = (SCHOOL, SEARCH, KIND, CLASS, SUBJECT, STANDING, DIFFERS, SORT, PAGE)
LONGEST_SEARCH = 200
SUBJECT_TITLE = Coalesce("subject__title", "group__subject__title")
UNSORTED = "class"  # as a school lists its chats: the staff, then class by class


class Choice(NamedTuple):
    value: str
    label: str


def _share(part: str, whole: str) -> CombinedExpression:
    return Cast(part, FloatField()) / NullIf(Cast(whole, FloatField()), 0.0)


ORDERS: Mapping[str, Collate | CombinedExpression | F] = {
    "title": in_natural_order("title"),
    "kind": F("kind"),
    "class": F("sort_key"),
    "subject": in_natural_order(SUBJECT_TITLE),
    "percent": _share("inside", "linked"),
    "linked": _share("linked", "seats"),
    "state": F("condition"),
}


def choices(chats: QuerySet[Chat], school: Organization) -> dict[str, list[Choice]]:
    """What each filter can be set to, by its name in the address; a fixed number of queries for any number of chats."""
    own = chats.order_by()
    classes = SchoolClass.objects.filter(organization=school, pk__in=own.values("school_class")).order_by(
        "sort_key", "-year", "pk"
    )
    rows = list(classes.values_list("pk", "title", "year"))
    years = {year for _, _, year in rows}
    taught = Group.objects.filter(organization=school, pk__in=own.values("group")).values_list("subject__title")
    named = own.exclude(subject=None).values_list("subject__title")
    subjects = sorted((title for (title,) in taught.union(named)), key=natural_key)
    return {
        KIND: [Choice(kind.value, words.kind(kind)) for kind in ChatKind],
        CLASS: [Choice(str(pk), words.class_of(title, year if len(years) > 1 else None)) for pk, title, year in rows],
        SUBJECT: [Choice(title, title) for title in subjects],
        STANDING: [Choice(one.name.lower(), words.CONDITIONS[one].capitalize()) for one in Condition],
    }


@dataclass(frozen=True, slots=True)
class Selection:
    """`filters`: the chosen value of each. `notes`: what the address asks for and there is not."""

    school: Organization
    search: str
    filters: Mapping[str, str]
    differs: bool
    sort: str
    descending: bool
    found: Mapping[str, Sequence[Choice]]
    notes: Sequence[str]

    @classmethod
    def of(cls, query: QueryDict, school: Organization, found: Mapping[str, Sequence[Choice]]) -> Selection:
        """As the address says, without what does not exist."""
        asked = {name: query.get(name, "") for name in found}
        known = {name: {choice.value for choice in found[name]} for name in found}
        notes = [words.no_such(name) for name, value in asked.items() if value and value not in known[name]]
        sort = query.get(SORT, "") or UNSORTED
        if (by := sort.removeprefix("-")) not in ORDERS:
            notes.append(words.no_such(SORT))
            by, sort = UNSORTED, UNSORTED
        return cls(
            school=school,
            search=" ".join(query.get(SEARCH, "").replace("\0", "").split())[:LONGEST_SEARCH],
            filters={name: value for name, value in asked.items() if value in known[name]},
            differs=query.get(DIFFERS) == "1",
            sort=by,
            descending=sort.startswith("-"),
            found=found,
            notes=notes,
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.search or self.filters or self.differs)

    @property
    def order(self) -> str:
        """As the address tells it; "" for the usual one."""
        order = f"-{self.sort}" if self.descending else self.sort
        return "" if order == UNSORTED else order

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address carries, in the order of NAMES."""
        values = {
            SCHOOL: self.school.key,
            SEARCH: self.search,
            **self.filters,
            DIFFERS: "1" if self.differs else "",
            SORT: self.order,
        }
        return [(name, values[name]) for name in NAMES if values.get(name)]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def sorted_by(self, sort: str) -> str:
        """The address's query when the head of that column is pressed: again turns the order round."""
        order = f"-{sort}" if sort == self.sort and not self.descending else sort
        pairs = [pair for pair in self.pairs if pair[0] != SORT]
        return urlencode([*pairs, (SORT, order)] if order != UNSORTED else pairs)

    def apply(self, chats: QuerySet[ChatWithCondition]) -> QuerySet[ChatWithCondition]:
        """`chats` with their condition: those that are asked for, in the order that is asked for."""
        chats = chats.alias(folded_title=folded_column("title"))
        for word in self.search.split():
            chats = chats.filter(self._says(folded(word)))
        if school_class := self.filters.get(CLASS):
            chats = chats.filter(_of_class([int(school_class)]))
        if subject := self.filters.get(SUBJECT):
            chats = chats.alias(taught=SUBJECT_TITLE).filter(taught=subject)
        if kind := self.filters.get(KIND):
            chats = chats.filter(kind=kind)
        if condition := self.filters.get(STANDING):
            chats = chats.filter(condition=Condition[condition.upper()].value)
        if self.differs:
            chats = chats.filter(differs=True)
        by = ORDERS[self.sort]
        place = by.desc(nulls_last=True) if self.descending else by.asc(nulls_last=True)
        return chats.order_by(place, "sort_key", "pk")

    def _says(self, word: str) -> Q:
        """In its title or in its class's; a class named exactly brings all that its pupils study."""
        classes = [(int(choice.value), folded(choice.label)) for choice in self.found[CLASS]]
        named = [pk for pk, label in classes if word in label]
        exactly = [pk for pk, label in classes if label.partition(" (")[0] == word]
        return Q(folded_title__contains=word) | Q(school_class__in=named) | (_of_class(exactly) if exactly else Q())


def _of_class(classes: Sequence[int]) -> Q:
    """Chats of these classes and of the groups their pupils study in."""
    now = Enrollment.objects.filter(role=EnrollmentRole.STUDENT, ended=None)
    pupils = now.filter(school_class__in=classes).values("person")
    groups = now.filter(group__isnull=False, person__in=pupils).values("group")
    return Q(school_class__in=classes) | Q(group__in=groups)
