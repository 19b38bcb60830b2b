"""How a chat stands, as one question to the database: pages filter and sort by it, so it is never worked out chat by chat."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from peremena.school.models import Chat, Connection, Membership, Organization
from peremena.sync.models import Run, Step

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Annotations(TypedDict):
        """What `with_condition` adds; the room's are None where there is none."""

        condition: int
        differs: bool
        short: int
        room_id: int | None
        room_title: str | None
        room_problem: str | None

    ChatWithCondition = WithAnnotations[Chat, Annotations]


class Condition(IntEnum):
    """Those that want a person's eye most come first. The words people see are in web.wording."""

    ATTENTION = 0  # nothing will happen by itself
    DRIFT = 1  # the next sync puts it right
    MISSING = 2  # no room yet
    UPDATING = 3
    UNWANTED = 4
    FINE = 5


ROOMLESS = Q(there__external_id=None) | Q(there__external_id="")
LOST = Q(there__problem__gt="")
RENAMED = ~ROOMLESS & ~Q(there__title=F("title"))


def with_condition(
    chats: QuerySet[Chat], organization: Organization, connection: Connection | None
) -> QuerySet[ChatWithCondition]:
    """The chats of one school, each with `condition`, `short` (how many are still to come), to be asked for also by `differs`
    (what is there is not what should be), and `room_id`, `room_title`, `room_problem` of its room in the connection."""
    room = FilteredRelation("rooms", condition=Q(rooms__connection=connection.pk if connection else 0))
    lacking = ExpressionWrapper(F("linked") - F("inside") - F("left"), output_field=IntegerField())
    refused = Exists(Membership.objects.filter(room=OuterRef("there__id"), state=Membership.REFUSED))
    differs = Q(wanted=False) | ROOMLESS | LOST | RENAMED | Q(short__gt=0) | Q(excess__gt=0)
    condition = Case(
        When(_under_way(organization), then=Value(Condition.UPDATING.value)),
        When(wanted=False, then=Value(Condition.UNWANTED.value)),
        When(LOST, then=Value(Condition.ATTENTION.value)),
        When(ROOMLESS, then=Value(Condition.MISSING.value)),
        When(Q(refused, short__gt=0), then=Value(Condition.ATTENTION.value)),
        When(Q(short__gt=0) | Q(excess__gt=0) | RENAMED, then=Value(Condition.DRIFT.value)),
        default=Value(Condition.FINE.value),
        output_field=IntegerField(),
    )
    known = chats.annotate(there=room, short=lacking).alias(
        differs=Case(When(differs, then=True), default=False, output_field=BooleanField())
    )
    return known.annotate(
        condition=condition,
        room_id=F("there__id"),
        room_title=F("there__title"),
        room_problem=F("there__problem"),
    )


def _under_way(organization: Organization) -> Q:
    """Something of an open run is still to be done there, or on its way."""
    runs = Run.objects.filter(organization=organization, state__in=Run.OPEN)
    steps = Step.objects.filter(run__in=runs)  # each state apart: for each there is an index
    waiting, sent = steps.filter(state=Step.WAITING), steps.filter(state=Step.SENT)
    return Q(pk__in=waiting.values("chat")) | Q(pk__in=sent.values("chat"))
