"""Files that came together: a zip or a folder, opened without unpacking anything onto the disk."""

from __future__ import annotations

import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from peremena.core.errors import UnusableInput
from peremena.rosters.problems import Report

MAX_ENTRIES = 256
MAX_BYTES = 1 << 30  # of all files together, unpacked; ten times the rosters of a large region
MAX_RATIO = 100  # real rosters pack 7 to 30 times
RATIO_MATTERS_FROM = 10 << 20
# What zipfile raises while an archive is opened or an entry is read.
DAMAGED = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError)
_ENCRYPTED = 0x1
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Package:
    """`files` maps a bare file name to what opens it for reading bytes."""

    files: Mapping[str, Callable[[], IO[bytes]]]


@contextmanager
def open_package(path: Path, report: Report) -> Iterator[Package]:
    """The package at `path`; raises UnusableInput for what is not one or is not safe to open."""
    if path.is_dir():
        yield _folder(path, report)
        return
    if not path.is_file():
        raise UnusableInput(f"Нет такого файла или папки: {path}. Проверьте путь.")
    try:
        archive = ZipFile(path)
    except (*DAMAGED, ValueError) as fault:  # ValueError: names that are not what their flags say
        report.error("package.invalid_archive", path.name)
        raise UnusableInput(
            f"{path.name}: не читается как zip — это не архив или скопирован не целиком. "
            "Укажите zip или папку с файлами CSV; оборванный архив выгрузите заново."
        ) from fault
    with archive:
        yield _archive(archive, path.name, report)


def _folder(path: Path, report: Report) -> Package:
    found = {str(file.relative_to(path).as_posix()): file for file in _within(path)}
    _refuse_if_too_big(path.name, len(found), sum(file.stat().st_size for file in found.values()), report)
    names = _bare_names(found, report)
    return Package({name: partial(_open_file, found[full]) for name, full in names.items()})


def _open_file(file: Path) -> IO[bytes]:
    return file.open("rb")


def _within(path: Path) -> Iterator[Path]:
    """Files here and one folder below: deeper ones cannot belong to a roster."""
    for child in sorted(path.iterdir()):
        if child.is_dir():
            yield from (file for file in sorted(child.iterdir()) if file.is_file())
        else:
            yield child


def _archive(archive: ZipFile, name: str, report: Report) -> Package:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _refuse_if_too_big(name, len(entries), sum(entry.file_size for entry in entries), report)
    for entry in entries:
        _refuse_if_unsafe(name, entry, report)
    repeated = [full for full, times in Counter(entry.filename.casefold() for entry in entries).items() if times > 1]
    if repeated:
        report.error("package.duplicate_file", repeated[0])
        raise UnusableInput(f"{name}: файл {repeated[0]} лежит в архиве дважды. Оставьте один и соберите архив заново.")
    found = {entry.filename: entry for entry in entries}
    names = _bare_names(found, report)
    return Package({bare: partial(_open_entry, archive, found[full], report) for bare, full in names.items()})


def _open_entry(archive: ZipFile, entry: ZipInfo, report: Report) -> IO[bytes]:
    try:
        return archive.open(entry)
    except DAMAGED as fault:
        raise damaged(entry.filename, report) from fault


def damaged(file: str, report: Report) -> UnusableInput:
    """What to raise when an entry cannot be read to its end."""
    report.error("package.damaged_file", file)
    return UnusableInput(f"{file}: файл в архиве повреждён. Выгрузите и скопируйте архив заново.")


def _refuse_if_too_big(name: str, entries: int, size: int, report: Report) -> None:
    if entries > MAX_ENTRIES:
        report.error("package.too_many_files", name)
        raise UnusableInput(f"{name}: больше {MAX_ENTRIES} файлов. Оставьте только файлы выгрузки.")
    if size > MAX_BYTES:
        report.error("package.too_large", name)
        raise UnusableInput(f"{name}: больше {MAX_BYTES >> 20} МБ в распакованном виде. Выгружайте школы по частям.")


def _refuse_if_unsafe(name: str, entry: ZipInfo, report: Report) -> None:
    parts = PureWindowsPath(entry.filename)  # also sees backslashes and drive letters
    if ".." in parts.parts or parts.is_absolute() or parts.drive or parts.root:
        report.error("package.path_traversal", name)
        raise UnusableInput(f"{name}: имена файлов в архиве ведут за его пределы. Не используйте этот архив.")
    if entry.flag_bits & _ENCRYPTED:
        report.error("package.encrypted", entry.filename)
        raise UnusableInput(f"{name}: архив с паролем. Соберите его заново без пароля.")
    if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        report.error("package.compression_ratio", entry.filename)
        raise UnusableInput(f"{name}: файл {entry.filename} сжат более чем в {MAX_RATIO} раз, так не сжимаются списки.")


def _bare_names(full_names: Iterable[str], report: Report) -> dict[str, str]:
    """Bare name → full name. A package is flat; when all its files lie in one folder, that folder is taken."""
    visible = [name for name in full_names if not any(part in _JUNK for part in PurePosixPath(name).parts)]
    nested = [name for name in visible if "/" in name]
    for name in nested:
        report.deviation("package.nested_file", PurePosixPath(name).name)
    parents = {PurePosixPath(name).parent for name in nested}
    if len(nested) == len(visible) and len(parents) == 1:
        return {PurePosixPath(name).name: name for name in visible}
    return {name: name for name in visible if "/" not in name}
