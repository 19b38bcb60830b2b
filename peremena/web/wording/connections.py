"""Connections in words: what they can do, how they are, what the messenger said of a key."""

from __future__ import annotations

from typing import NamedTuple

from peremena.core.capabilities import Capabilities
from peremena.school.models import Connection
from peremena.sync.models import ConnectionCheck
from peremena.web.wording.reasons import Reason, reason

MESSENGERS = {"vk": "VK Мессенджер (Сферум)"}
KINDS = {"user": "ключ служебной учётной записи", "community": "ключ сообщества"}
KIND_HINTS = {
    "user": "Пользователь VK с правом на сообщения: сам добавляет людей в чаты.",
    "community": "Сообщество VK: людей добавить не может, они входят сами по ссылке-приглашению.",
}
STRANGERS = {
    Connection.REPORT: "сообщать",
    Connection.REMOVE: "исключать и менять ссылку чата",
}
SWITCHES = {"set_role": Reason("Назначать администраторов чатов", "Запрос работает, но в документации VK его нет.")}

ABILITIES = {
    "create_chat": "создавать чаты",
    "rename": "переименовывать чаты",
    "add_member": "добавлять людей",
    "invite_link": "приглашать людей по ссылке",
    "remove_member": "исключать людей",
    "set_role": "назначать администраторов чатов",
}
HEARS, DEAF = "сразу узнавать, что в чатах что-то изменилось", "изменения в чатах видны только после ночной проверки"

NEW_KEY_ADVICE = {
    "token_refused": "Скопируйте ключ целиком и проверьте, что его не отозвали.",
    "token_kind": "Выберите другой вид ключа или выдайте ключ с правом на сообщения.",
    "token_expired": "Выдайте новый ключ, лучше без срока действия.",
    "captcha": "Войдите в VK под служебной учётной записью, пройдите проверку и проверьте ключ ещё раз.",
    "validation": "Войдите в VK под служебной учётной записью, пройдите проверку и проверьте ключ ещё раз.",
}
AGAIN = "Попробуйте ещё раз через несколько минут."
OLD_KEY_WORKS = "Прежний ключ остаётся на месте."


class Able(NamedTuple):
    """What a connection does itself, and what is left to people."""

    can: list[str]
    by_hand: list[str]


def able(can: Capabilities) -> Able:
    """Who comes by a link need not be added, and the other way round."""
    ways_in = {"add_member", "invite_link"}
    able = [words for name, words in ABILITIES.items() if getattr(can, name)]
    unable = [words for name, words in ABILITIES.items() if not getattr(can, name) and name not in ways_in]
    if not (can.add_member or can.invite_link):
        unable.append(ABILITIES["add_member"])
    return Able([*able, *([HEARS] if can.events else [])], unable)


class Answer(NamedTuple):
    """What became of a check; `look` is the page's colour of it, never its only sign."""

    heading: str
    text: str
    look: str


def answer(check: ConnectionCheck, *, replaces: bool) -> Answer:
    """`replaces`: it is about a new key where another is in use."""
    new = bool(check.credential_kind)
    kept = OLD_KEY_WORKS if new and replaces else ""
    match check.state:
        case ConnectionCheck.WAITING:
            return Answer("Проверяем ключ…", f"Спрашиваем мессенджер, примет ли он ключ. {kept}".strip(), "info")
        case ConnectionCheck.ACCEPTED:
            text = "Новый ключ теперь в работе." if new else "Подключение работает."
            return Answer(f"Ключ принят: наш номер в мессенджере — {check.account}", text, "success")
        case ConnectionCheck.SUPERSEDED:
            return Answer("Проверка отменена", "Её начали заново с другим ключом.", "warning")
    why = Reason(check.said) if check.said else reason(check.problem)
    advice = NEW_KEY_ADVICE.get(check.problem, AGAIN if check.state == ConnectionCheck.FAILED else "")
    if check.state == ConnectionCheck.FAILED:
        return Answer(f"Проверить ключ не удалось: {why.what}", f"{advice} {kept}".strip(), "warning")
    if not new or not advice:
        advice = why.advice
    return Answer(f"Ключ не принят: {why.what.rstrip('.')}", f"{advice} {kept}".strip(), "danger")
