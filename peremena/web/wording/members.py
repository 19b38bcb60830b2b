"""People in a chat: who they are, where they stand, and why they are there."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from peremena.core.grounds import Ground, GroundKind
from peremena.core.roster import SchoolYear
from peremena.core.state import PersonState
from peremena.school.models import Seat
from peremena.web.counting import Forms
from peremena.web.wording.reasons import Reason, reason

PROFILES = Forms("профиль", "профиля", "профилей")

STATES = {
    PersonState.NOT_LINKED: "не связан",
    PersonState.WAITING: "ждёт добавления",
    PersonState.INVITED: "приглашён",
    PersonState.INSIDE: "в чате",
    PersonState.LEFT: "вышел сам",
    PersonState.REFUSED: "отклонён",
    PersonState.LEAVING: "будет исключён",
    PersonState.STRANGER: "посторонний",
    PersonState.ABSENT: "не в чате",
}
LAYERS = {Seat.PINNED: "закреплён", Seat.BLOCKED: "закрыт доступ"}

TEACHER, CLASS_TEACHER, STAFF, PUPIL, PARENT = "учитель", "классный руководитель", "сотрудник", "ученик", "родитель"
KINDS = {
    GroundKind.SCHOOL_TEACHER: TEACHER,
    GroundKind.CLASS_TEACHER: CLASS_TEACHER,
    GroundKind.CLASS_PUPIL: PUPIL,
    GroundKind.GUARDIAN: PARENT,
    GroundKind.GROUP_TEACHER: TEACHER,
    GroundKind.GROUP_PUPIL: PUPIL,
}

NOT_ALLOWED = Reason(
    "мессенджер не разрешил добавить человека: так бывает, когда он вышел из чата сам",
    "Попросите его вернуться в чат самому. Если так со всеми, проверьте права подключения.",
)
NO_PLACE = "по спискам места в этом чате больше нет"
UNLINKED = "отвязал учебный профиль"


def refused(code: str) -> Reason:
    """Why the messenger would not take somebody: of one person, a forbidden addition mostly means that he had left."""
    return NOT_ALLOWED if code == "access_denied" else reason(code)


def ground(found: Ground, year: SchoolYear, names: dict[int, str]) -> str:
    """«родитель: Сидорова Анна, 1А». `names` are those of pupils."""
    match found.kind:
        case GroundKind.SCHOOL_TEACHER:
            return "учитель школы"
        case GroundKind.CLASS_TEACHER:
            return f"классный руководитель {year.classes[found.unit].title}"
        case GroundKind.CLASS_PUPIL:
            return f"ученик {year.classes[found.unit].title}"
        case GroundKind.GUARDIAN:
            return f"родитель: {names.get(found.pupil, '')}, {year.classes[found.unit].title}"
        case GroundKind.GROUP_TEACHER:
            return f"ведёт предмет «{year.groups[found.unit].subject_title}», {year.groups[found.unit].title}"
        case GroundKind.GROUP_PUPIL:
            return f"изучает предмет «{year.groups[found.unit].subject_title}», {year.groups[found.unit].title}"


def decision(seat: Seat) -> str:
    """«закреплён администратором 3 ноября 2026 г.: помогает классу, до 30 ноября 2026 г.»"""
    said = "закреплён" if seat.layer == Seat.PINNED else "доступ закрыт"
    who = " администратором" if seat.decided_by_id else ""
    why = f": {seat.reason}" if seat.reason else ""
    until = f", до {day(seat.until)} включительно" if seat.until else ""
    return f"{said}{who} {day(timezone.localdate(seat.decided_at))}{why}{until}"


def day(value: date) -> str:
    return date_format(value, "j E Y г.")
