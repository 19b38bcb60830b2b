"""A run in words."""

from __future__ import annotations

from peremena.sync.models import Run
from peremena.web.counting import counted, duration, grouped
from peremena.web.wording.chats import STEPS

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


# In a list of runs, beside the figures.
OUTCOMES = {
    Run.QUEUED: "в очереди",
    Run.RUNNING: "выполняется",
    Run.WAITING: "ждёт",
    Run.DONE: "готово",
    Run.PARTIAL: "выполнено не всё",
    Run.FAILED: "не выполнено",
    Run.REFUSED: "остановлено защитой",
    Run.CANCELLED: "отменено",
}
