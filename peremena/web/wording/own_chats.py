"""One's own chats: how one stands there, why, and what one can do."""

from __future__ import annotations

from typing import NamedTuple

from peremena.core.grounds import Ground, GroundKind
from peremena.core.roster import SchoolYear
from peremena.core.state import PersonState
from peremena.web.counting import Forms

PEOPLE = Forms("участник", "участника", "участников")
CHATS = Forms("чат", "чата", "чатов")
BY_HAND = "вас добавил администратор школы"
LEFT_OVER = "школе этот чат больше не нужен, но вы в нём остались"
BEING_MADE = "чат ещё создаётся"


class Standing(NamedTuple):
    """`button` "" = there is nothing to press."""

    state: str
    button: str = ""


STANDINGS = {
    PersonState.NOT_LINKED: Standing("откроется, когда вы привяжете профиль"),
    PersonState.WAITING: Standing("вас добавляют"),
    PersonState.INVITED: Standing("вас пригласили", "Вступить"),
    PersonState.INSIDE: Standing("вы в чате", "Открыть"),
    PersonState.LEFT: Standing("вы вышли из чата", "Вернуться"),
    PersonState.REFUSED: Standing("VK не дал вас добавить: вступите сами", "Вступить"),
}
OTHERWISE = Standing("вас здесь нет")


def ground(found: Ground, year: SchoolYear, names: dict[int, str]) -> str:
    """«вы родитель: Сидорова Анна, 1А». `names` are those of pupils."""
    match found.kind:
        case GroundKind.SCHOOL_TEACHER:
            return "вы учитель школы"
        case GroundKind.CLASS_TEACHER:
            return f"вы классный руководитель {year.classes[found.unit].title}"
        case GroundKind.CLASS_PUPIL:
            return f"вы учитесь в {year.classes[found.unit].title}"
        case GroundKind.GUARDIAN:
            return f"вы родитель: {names.get(found.pupil, '')}, {year.classes[found.unit].title}"
        case GroundKind.GROUP_TEACHER:
            return f"вы ведёте предмет «{year.groups[found.unit].subject_title}», {year.groups[found.unit].title}"
        case GroundKind.GROUP_PUPIL:
            return f"вы изучаете предмет «{year.groups[found.unit].subject_title}», {year.groups[found.unit].title}"
