"""Why something was not done, and what helps."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """Why something was not done, and what helps; `advice` may be empty."""

    what: str
    advice: str = ""


_WAIT = "Ничего делать не нужно: попытка повторится сама."
_RECONNECT = "Проверьте подключение к мессенджеру и выдайте новый ключ доступа."
_CONFIRM = "Войдите в VK под служебной учётной записью и пройдите проверку; работа продолжится сама."
_TELL = "Сообщите тому, кто сопровождает систему."

REASONS: dict[str, Reason] = {
    # The person
    "unknown_account": Reason(
        "мессенджер не знает такого учебного профиля", "Попросите человека связать профиль заново."
    ),
    "account_deleted": Reason("учебный профиль удалён или закрыт", "Попросите человека связать другой профиль."),
    "privacy": Reason(
        "человек запретил добавлять себя в чаты",
        "Пригласите его по ссылке или попросите изменить настройки приватности.",
    ),
    "already_asked": Reason("приглашение уже отправлено", "Осталось, чтобы человек его принял."),
    "not_added": Reason("мессенджер не добавил человека и не сказал почему", "Запустите обновление ещё раз."),
    "not_a_member": Reason("человека уже нет в чате"),
    "stranger": Reason(
        "в чат вошёл по ссылке тот, кому места в нём нет",
        "Исключите его в мессенджере и смените ссылку, или закрепите за ним место в чате.",
    ),
    # The room
    "room_gone": Reason("чат удалён в мессенджере", "Запустите обновление ещё раз."),
    "room_closed": Reason(
        "чат закрыт для служебной учётной записи", "Верните её в чат и запустите обновление ещё раз."
    ),
    "room_unsupported": Reason("мессенджер не разрешает этого в чате такого вида"),
    "not_admin": Reason(
        "служебная учётная запись — не администратор чата",
        "Сделайте её администратором и запустите обновление ещё раз.",
    ),
    "access_denied": Reason("мессенджер запретил это действие", "Проверьте права подключения."),
    "restricted": Reason("мессенджер ограничил служебную учётную запись", "Обратитесь в поддержку мессенджера."),
    "no_room": Reason("чата ещё нет в мессенджере", "Он появится со следующим обновлением."),
    "several_rooms": Reason(
        "в мессенджере нашлось несколько новых чатов с таким названием",
        "Удалите лишние и запустите обновление ещё раз.",
    ),
    # The connection
    "unauthorized": Reason("мессенджер не принимает ключ доступа", _RECONNECT),
    "token_refused": Reason("мессенджер не принимает ключ доступа", _RECONNECT),
    "token_expired": Reason("срок ключа доступа истёк", _RECONNECT),
    "token_kind": Reason("ключ доступа не того вида", _RECONNECT),
    "captcha": Reason("мессенджер просит подтвердить, что мы не робот", _CONFIRM),
    "validation": Reason("мессенджер просит подтвердить вход", _CONFIRM),
    # The world
    "pace": Reason("слишком много запросов подряд", _WAIT),
    "flood": Reason("слишком много одинаковых действий подряд", _WAIT),
    "quota": Reason("исчерпан часовой запас запросов", _WAIT),
    "limits": Reason("исчерпан запас действий", _WAIT),
    "adding_paused": Reason("мессенджер приостановил добавление людей", _WAIT),
    "spam_restriction": Reason("мессенджер временно ограничил рассылку приглашений", _WAIT),
    "unavailable": Reason("мессенджер временно недоступен", _WAIT),
    "vk_trouble": Reason("неполадка на стороне мессенджера", _WAIT),
    "unreachable": Reason("мессенджер не отвечает", _WAIT),
    "timeout": Reason("мессенджер не ответил вовремя", _WAIT),
    "cut_off": Reason("связь с мессенджером оборвалась", _WAIT),
    "not_json": Reason("мессенджер ответил не тем, что ожидалось", _WAIT),
    "too_large": Reason("ответ мессенджера слишком велик", _TELL),
    "answer_lost": Reason("ответ мессенджера потерялся", _WAIT),
    "garbled": Reason("ответ мессенджера не удалось разобрать", _WAIT),
    "credential_unreadable": Reason("сохранённый ключ доступа не читается", _TELL),
    # What the connection cannot do
    "unsupported": Reason("это подключение так не умеет"),
    "unknown_method": Reason("мессенджер не знает такого запроса", _TELL),
    "bad_script": Reason("мессенджер не принял запрос", _TELL),
    "method_disabled": Reason("мессенджер отключил этот запрос", _TELL),
}


def reason(code: str) -> Reason:
    """A code nobody has put into words is shown as it is: it can be looked up and told to support."""
    if code.startswith("http_"):
        return Reason(f"сервер мессенджера ответил ошибкой {code.removeprefix('http_')}", _WAIT)
    return REASONS.get(code, Reason(f"неизвестная причина (код {code})", _TELL))
