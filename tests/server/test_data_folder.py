"""The data folder: made with the right modes, never taken from others, wiped only when it is ours."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from peremena.core.errors import UnusableInput
from peremena.server.data_folder import DataFolder, default_home
from tests.server.processes import ROOT, environment


@pytest.fixture(autouse=True)
def without_keys_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PEREMENA_SECRET_KEY", "PEREMENA_SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def claimed(path: Path, kind: str = "demo", *, fresh: bool = False) -> DataFolder:
    folder = DataFolder(path)
    folder.claim(kind, embedded=False, fresh=fresh)
    return folder


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(UnusableInput) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def content(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_roots_data_lies_in_var_and_everybody_elses_in_their_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_home("demo") == Path("/var/lib/peremena/demo")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert default_home("demo") == Path("/state/peremena/demo")
    for unset in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", unset)
        assert default_home("demo") == Path("/home/somebody/.local/state/peremena/demo")


def test_a_new_folder_is_marked_and_its_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "demo"
    claimed(path)
    modes = {name: stat.S_IMODE((path / name).stat().st_mode) for name in ["", "keys", *content(path)]}
    assert modes == {
        "": 0o711 if os.geteuid() == 0 else 0o700,  # the database's account passes through root's
        "keys": 0o700,
        "keys/PEREMENA_SECRET_KEY": 0o600,
        "keys/PEREMENA_SECRET_KEYS": 0o600,
        "lock": 0o600,
        "peremena.json": 0o600,
    }


def test_the_keys_stay_the_same_and_the_settings_can_read_them(tmp_path: Path) -> None:
    folder = claimed(tmp_path / "demo")
    first = {name: Path(file).read_text() for name, file in folder.environment().items()}
    folder.release()
    again = claimed(tmp_path / "demo").environment()
    assert {name: Path(file).read_text() for name, file in again.items()} == first
    assert set(first) == {"PEREMENA_SECRET_KEY_FILE", "PEREMENA_SECRET_KEYS_FILE"}
    assert Fernet(first["PEREMENA_SECRET_KEYS_FILE"]).decrypt(Fernet(first["PEREMENA_SECRET_KEYS_FILE"]).encrypt(b"x"))
    other = claimed(tmp_path / "other").environment()
    assert all(Path(file).read_text() != first[name] for name, file in other.items())


def test_keys_from_the_environment_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = claimed(tmp_path / "demo")
    monkeypatch.setenv("PEREMENA_SECRET_KEY", "mine")
    assert set(folder.environment()) == {"PEREMENA_SECRET_KEYS_FILE"}


def test_a_folder_with_somebody_elses_data_is_refused_untouched_even_when_fresh_is_asked(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "peremena.json").write_text('{"product": "another"}')
    before = content(tmp_path)
    for fresh in (False, True):
        assert refusal(lambda fresh=fresh: claimed(tmp_path, fresh=fresh)) == (  # type: ignore[misc]
            f"В папке {tmp_path} чужие данные: она не пуста и создана не нами. Укажите другую: --data"
        )
    assert content(tmp_path) == before


def test_data_of_another_kind_are_refused_untouched(tmp_path: Path) -> None:
    claimed(tmp_path / "main", "run").release()
    before = content(tmp_path)
    assert refusal(lambda: claimed(tmp_path / "main", "demo", fresh=True)) == (
        f"В папке {tmp_path / 'main'} данные другого вида: «run», а нужны «demo». Укажите другую: --data"
    )
    assert content(tmp_path) == before


def test_an_empty_folder_and_one_where_a_first_start_was_killed_are_free(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / ".peremena-unfinished").touch()
    (tmp_path / "lost+found").mkdir()
    claimed(tmp_path)
    assert json.loads((tmp_path / "peremena.json").read_text()) == {"product": "peremena", "kind": "demo"}


def test_fresh_wipes_everything_and_makes_new_keys(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    folder = claimed(tmp_path / "demo")
    old = content(folder.path)
    folder.release()
    (folder.database / "data").mkdir(parents=True)
    (folder.database / "data" / "table").touch()
    (folder.path / "link").symlink_to(outside)
    claimed(folder.path).release()
    assert (folder.database / "data" / "table").exists()  # the control: without fresh all stays
    claimed(folder.path, fresh=True)
    new = content(folder.path)
    assert set(new) == set(old)
    assert {name for name in new if new[name] == old[name]} == {"peremena.json", "lock"}
    assert sorted(entry.name for entry in folder.path.iterdir()) == ["keys", "lock", "peremena.json"]
    assert (outside / "precious").exists()


def test_a_busy_folder_is_refused_even_when_fresh_is_asked(tmp_path: Path) -> None:
    folder = claimed(tmp_path / "demo")
    before = content(folder.path)
    assert refusal(lambda: claimed(folder.path, fresh=True)) == (
        f"Папка {folder.path} занята: с ней работает процесс {os.getpid()}. Остановите его или укажите другую папку: --data"
    )
    assert content(folder.path) == before


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(lambda: claimed(tmp_path / "file" / "demo")).endswith(
        "часть пути — файл, а не папка. Укажите другую папку: --data"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's database runs under another account")
def test_a_path_closed_to_the_databases_account_is_refused_before_anything_is_written(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    folder = DataFolder(closed / "demo")
    assert f"ему нельзя войти в {closed}." in refusal(lambda: folder.claim("demo", embedded=True))
    assert list(closed.iterdir()) == []
    folder.claim("demo", embedded=False)  # the control: with a database elsewhere it is good enough


def test_what_runs_is_told_until_it_stops(tmp_path: Path) -> None:
    folder = claimed(tmp_path / "demo")
    assert folder.running.read() is None
    folder.running.write(database_url="postgresql://x", web="http://127.0.0.1:8000")
    told = {"pid": str(os.getpid()), "database_url": "postgresql://x", "web": "http://127.0.0.1:8000"}
    assert DataFolder(folder.path).running.read() == told
    assert stat.S_IMODE(folder.running.path.stat().st_mode) == 0o600  # a database's address may hold a password
    folder.release()
    assert DataFolder(folder.path).running.read() is None
    assert not folder.running.path.exists()


def test_what_a_killed_process_has_told_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "demo"
    claimed(path).release()
    source = f"""
import pathlib, signal
from peremena.server.data_folder import DataFolder
folder = DataFolder(pathlib.Path({str(path)!r}))
folder.claim("demo", embedded=False)
folder.running.write(web="http://127.0.0.1:8000")
print("told", flush=True)
signal.pause()
"""
    teller = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, cwd=ROOT, env=environment())
    assert teller.stdout is not None
    teller.stdout.readline()
    assert DataFolder(path).running.read() == {"pid": str(teller.pid), "web": "http://127.0.0.1:8000"}
    teller.send_signal(signal.SIGKILL)
    teller.communicate()
    assert DataFolder(path).running.read() is None
    # Nor when the pid has gone to somebody else: ours is alive, but was born at another time.
    told = json.loads((path / "running.json").read_text())
    (path / "running.json").write_text(json.dumps({**told, "pid": os.getpid()}))
    assert DataFolder(path).running.read() is None
    claimed(path)  # and the folder is free again
