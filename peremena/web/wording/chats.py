"""Kinds of chats, and what is counted in them."""

from __future__ import annotations

from peremena.core.operations import ChatKind
from peremena.web.counting import Forms

# The manual's words in the column «Тип».
KIND_CODES = {
    ChatKind.CLASS: "CLASS",
    ChatKind.PARENTS: "PARENTS",
    ChatKind.TEACHERS: "TEACHER",
    ChatKind.SUBJECT: "SUBJECT",
    ChatKind.CUSTOM: "CUSTOM",
}

SCHOOLS = Forms("школа", "школы", "школ")
CHATS = Forms("чат", "чата", "чатов")
MEMBERS = Forms("участника", "участников", "участников")  # whom, not who
STEPS = Forms("действие", "действия", "действий")
OF_STEPS = Forms("действия", "действий", "действий")  # of how many
