"""The operating system's refusals in words that tell a person what to mend."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from peremena.core.errors import UnusableInput

_REASONS = {
    errno.EACCES: "нет прав. Запустите команду от владельца папки или укажите другую: --data",
    errno.EPERM: "нет прав. Запустите команду от владельца папки или укажите другую: --data",
    errno.ENOSPC: "на диске нет места. Освободите его или укажите папку на другом диске: --data",
    errno.EDQUOT: "исчерпана дисковая квота. Освободите место или укажите папку на другом диске: --data",
    errno.EROFS: "диск доступен только для чтения. Укажите другую папку: --data",
    errno.ENOTDIR: "часть пути — файл, а не папка. Укажите другую папку: --data",
    errno.ENAMETOOLONG: "слишком длинный путь. Укажите папку покороче: --data",
}


@contextmanager
def clearly(doing: str) -> Iterator[None]:
    """Turns OSError inside the block into UnusableInput: one Russian line «doing: why and how to mend»."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        where = f" ({error.filename})" if error.filename and str(error.filename) not in doing else ""
        raise UnusableInput(f"{doing}{where}: {reason}") from error
