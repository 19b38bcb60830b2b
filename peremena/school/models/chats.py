"""Chats, their rooms in messengers, and who should and does sit in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from peremena.audit.acts import audited
from peremena.core.operations import ChatKey, ChatKind
from peremena.school.models.connections import Connection
from peremena.school.models.organizations import Organization
from peremena.school.models.people import Person
from peremena.school.models.teaching import Group, SchoolClass, Subject


@audited("seats", "linked", "inside", "left", "excess")
class Chat(models.Model):
    """A chat is known by what it is for, never by its title."""

    KINDS = (
        (ChatKind.CLASS.value, "Чат класса"),
        (ChatKind.PARENTS.value, "Родительский чат"),
        (ChatKind.TEACHERS.value, "Учительский чат"),
        (ChatKind.SUBJECT.value, "Чат предмета"),
        (ChatKind.CUSTOM.value, "Чат"),
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="chats")
    year = models.PositiveSmallIntegerField("учебный год")
    kind = models.CharField("тип", max_length=16, choices=KINDS)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="chats")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="chats")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="chats")
    title = models.CharField("название", max_length=200)
    title_kept = models.BooleanField("название изменено человеком", default=False)
    sort_key = models.CharField(max_length=700)
    wanted = models.BooleanField("нужен по списку", default=True)
    archived_at = models.DateTimeField("в архиве с", null=True)
    # A projection of seats and memberships that pages sort by; renewed in the transaction of the change (sync.projection).
    seats = models.PositiveIntegerField("мест", default=0)
    linked = models.PositiveIntegerField("связали профиль", default=0)
    inside = models.PositiveIntegerField("в чате", default=0)
    left = models.PositiveIntegerField("вышли сами", default=0, db_default=0)  # of those who have a place there
    excess = models.PositiveIntegerField("лишние", default=0, db_default=0)  # who are inside and have to go

    class Meta:
        verbose_name = "чат"
        verbose_name_plural = "чаты"
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "year", "kind", "school_class", "group", "subject"),
                condition=~Q(kind=ChatKind.CUSTOM.value),
                nulls_distinct=False,
                name="chat_once",
            ),
        )
        indexes = (
            models.Index(fields=("organization", "sort_key", "id"), name="chat_in_order"),
            models.Index(fields=("title",), name="chat_by_title"),
        )

    @property
    def chat_key(self) -> ChatKey:
        own = self.pk if self.kind == ChatKind.CUSTOM else 0
        units = (self.school_class_id or 0, self.group_id or 0, self.subject_id or 0)
        return ChatKey(self.organization_id, self.year, ChatKind(self.kind), *units, own)


class Room(models.Model):
    """The chat's incarnation in one messenger. `external_id` is local to `owner`, as VK's chat ids are. An empty one is a
    recorded intent: a create was sent, or is about to be, and nobody knows yet what became of it; with a `problem`, nobody
    will, and a person has to look."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="rooms")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="rooms")
    owner = models.CharField(max_length=64)
    external_id = models.CharField("идентификатор чата", max_length=64, blank=True)
    title = models.CharField("название в мессенджере", max_length=200)
    problem = models.CharField("код неполадки", max_length=64, blank=True)
    due_at = models.DateTimeField("перечитать с", null=True)  # something happened there that was not our doing
    invite_link = models.BinaryField("ссылка для вступления", default=b"")  # sealed: whoever has it may come in
    intended_at = models.FloatField("намерение записано", null=True)  # unix time by the messenger's clock
    read_at = models.DateTimeField("прочитано", null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chat", "connection"), name="room_once"),
            models.UniqueConstraint(
                fields=("connection", "external_id"), condition=~Q(external_id=""), name="one_chat_a_room"
            ),
        )
        indexes = (models.Index(fields=("connection", "due_at"), condition=Q(due_at__isnull=False), name="room_due"),)


class Membership(models.Model):
    """What the messenger last said about an account in a room."""

    IN, LEFT, REMOVED, INVITED, REFUSED = "in", "left", "removed", "invited", "refused"
    STATES = ((IN, "в чате"), (LEFT, "вышел сам"), (REMOVED, "исключён"), (INVITED, "приглашён"), (REFUSED, "отклонён"))
    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    member = models.CharField("ID профиля", max_length=64)
    state = models.CharField(max_length=16, choices=STATES)
    ours = models.BooleanField("включён нами", default=False)
    admin = models.BooleanField(default=False)
    reason = models.CharField("слова мессенджера (код)", max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("room", "member"), name="membership_once"),)
        indexes = (
            models.Index(fields=("room",), condition=Q(state="refused"), name="membership_refused"),
            models.Index(
                fields=("member",), name="membership_by_member"
            ),  # where somebody is, when he unlinks or looks
        )


@audited()
class Seat(models.Model):
    """A decision of a person about a person in a chat; it survives every sync. Seats by rule are computed, never stored."""

    PINNED, BLOCKED = "pinned", "blocked"
    LAYERS = ((PINNED, "закреплён"), (BLOCKED, "закрыт доступ"))
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="hand_seats")
    person = models.ForeignKey(Person, models.CASCADE, related_name="hand_seats")
    layer = models.CharField(max_length=16, choices=LAYERS)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField("почему", max_length=255, blank=True)
    until = models.DateField("до", null=True)

    class Meta:
        verbose_name = "место"
        verbose_name_plural = "места"
        constraints = (models.UniqueConstraint(fields=("chat", "person"), name="seat_once"),)
