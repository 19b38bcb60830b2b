"""What codes of the inner floors are called on pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from peremena.core.guard import Refusal
from peremena.core.operations import ChatKind
from peremena.sync.models import Run
from peremena.web.counting import Forms, counted, duration, grouped, share

# The manual's words in the column «Тип».
KIND_CODES = {
    ChatKind.CLASS: "CLASS",
    ChatKind.PARENTS: "PARENTS",
    ChatKind.TEACHERS: "TEACHER",
    ChatKind.SUBJECT: "SUBJECT",
    ChatKind.CUSTOM: "CUSTOM",
}

CHATS = Forms("чат", "чата", "чатов")
MEMBERS = Forms("участника", "участников", "участников")  # whom, not who
STEPS = Forms("действие", "действия", "действий")
OF_STEPS = Forms("действия", "действий", "действий")  # of how many

# Operation → what a person would say it does, and to how many of what.
OPERATIONS: dict[str, tuple[str, Forms]] = {
    "create_chat": ("создать", CHATS),
    "rename_chat": ("переименовать", CHATS),
    "add_member": ("добавить", MEMBERS),
    "invite_member": ("пригласить по ссылке", MEMBERS),
    "set_role": ("изменить права", MEMBERS),
    "remove_member": ("исключить", MEMBERS),
    "archive_chat": ("убрать в архив", CHATS),
}


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

RULES = {
    "members_of_all_chats": "Из чатов школы будет исключено {value} участников, а без вашего решения можно не больше {limit}.",
    "members_of_one_chat": "В одном из чатов будет исключено {value} участников, а без вашего решения можно не больше {limit}.",
}


def reason(code: str) -> Reason:
    """A code nobody has put into words is shown as it is: it can be looked up and told to support."""
    if code.startswith("http_"):
        return Reason(f"сервер мессенджера ответил ошибкой {code.removeprefix('http_')}", _WAIT)
    return REASONS.get(code, Reason(f"неизвестная причина (код {code})", _TELL))


def operation(name: str, number: int) -> str:
    """«создать 12 чатов»."""
    verb, forms = OPERATIONS[name]
    return f"{verb} {counted(number, forms)}"


def operations(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each kind of operation there is, in the order in which they are done."""
    return [operation(name, counts[name]) for name in OPERATIONS if counts.get(name)]


class Line(NamedTuple):
    """What was not or will not be done by us, and why."""

    what: str
    why: Reason


def by_hand(steps: Iterable[tuple[str, str]]) -> list[Line]:
    """What a person must do, from (operation, reason code) of each step; equal ones are counted."""
    return [Line(_by_hand(name, number), reason(code)) for (name, code), number in Counter(steps).items()]


def _by_hand(name: str, number: int) -> str:
    # One to-do stands for every chat of the connection (core.capabilities).
    return "назначить учителей администраторами чатов" if name == "set_role" else operation(name, number)


def linked_seats(linked: int, seats: int) -> str:
    """Why fewer people are added than the roster seats."""
    said = f"Мест в чатах: {grouped(seats)}, из них у связавших учебный профиль: {grouped(linked)}."
    return said if linked == seats else f"{said} Остальные попадут в чаты, когда свяжут профиль."


def refusal(refused: Refusal) -> str:
    return RULES[refused.rule].format(value=share(refused.value), limit=share(refused.limit))


def failures(found: Iterable[tuple[str, int]]) -> list[Line]:
    """From (reason code, how many steps); codes that say the same are one line, the commonest first."""
    together: Counter[Reason] = Counter()
    for code, number in found:
        together[reason(code)] += number
    return [Line(counted(number, STEPS), why) for why, number in together.most_common()]


HEADINGS = {
    Run.QUEUED: "Обновление чатов: в очереди",
    Run.RUNNING: "Обновление чатов выполняется",
    Run.WAITING: "Обновление чатов ждёт",
    Run.DONE: "Чаты обновлены",
    Run.PARTIAL: "Чаты обновлены, но не все",
    Run.FAILED: "Обновить чаты не удалось",
    Run.REFUSED: "Обновление остановлено защитой",
    Run.CANCELLED: "Обновление отменено",
}


def outcome(run: Run) -> str:
    """What happened and what to do next, of a finished run."""
    took = ""
    if run.started_at and run.finished_at:
        took = f" Это заняло: {duration((run.finished_at - run.started_at).total_seconds())}."
    done = f"Выполнено {counted(run.done, STEPS)} из {grouped(run.total)}."
    match run.state:
        case Run.DONE:
            if not run.total:
                return "Менять было нечего: все чаты соответствуют спискам."
            return f"Всё сделано: {counted(run.done, STEPS)}.{took} Чаты уже видны участникам в мессенджере."
        case Run.PARTIAL:
            return f"{done}{took} Остальное не получилось: причины ниже. Устраните их и запустите обновление ещё раз."
        case Run.REFUSED:
            return "План исключает слишком много участников. Запустите обновление ещё раз и укажите причину."
        case Run.CANCELLED:
            return f"{done} Остальное отменено. Чтобы продолжить, запустите обновление ещё раз."
        case _:
            return f"{done} Устраните причину и запустите обновление ещё раз: сделанное не повторится."
