"""The embedded server on its good and ordinary bad days; its refusals are in test_refusals.py."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from peremena.server import account
from peremena.server.postgres import Server
from tests.server.conftest import Tree
from tests.server.processes import alive, eventually, ordinary_user, working_in

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


def told(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def write(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('слово')")


@pytest.fixture(params=["wheel", "debian"])
def server(request: pytest.FixtureRequest, place: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    if request.param == "debian":
        if not DEBIAN_15.exists():
            pytest.skip("no PostgreSQL 15 of the system")
        monkeypatch.setenv("PEREMENA_PG_BIN", str(DEBIAN_15))
    server = Server(place, fast=True)
    request.addfinalizer(server.stop)
    return server


def test_a_second_start_finds_what_the_first_has_written(server: Server) -> None:
    server.start()
    write(server.url)
    server.stop()
    server.start()
    assert told(server.url, "select word from kept") == "слово"


def test_words_compare_the_same_under_any_language_of_the_system(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.ISO-8859-1")
    monkeypatch.setenv("LC_ALL", "de_DE.ISO-8859-1")
    server.start()
    assert told(server.url, "select upper('иванов') || lower('ЁЖ') || ('ИВАНОВ' ilike '%вано%')") == "ИВАНОВёжtrue"
    assert told(server.url, "select string_agg(w, '' order by w) from unnest(array['б', 'а', 'Б', 'А']) w") == "АБаб"


def test_it_is_reached_through_a_private_socket_only_and_keeps_what_was_committed(place: Path) -> None:
    server = Server(place)
    server.start()
    try:
        names = ("listen_addresses", "unix_socket_permissions", "fsync", "synchronous_commit", "full_page_writes")
        assert [told(server.url, f"show {name}") for name in names] == ["", "0700", "on", "on", "on"]
        assert (place / "run").stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


def test_the_servers_environment_cannot_be_changed_by_ours(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PEREMENA_SECRET_KEYS", "secret")
    server = Server(place, fast=True)
    process = server.start()
    try:
        assert told(server.url, "show port") == "5432"
        given = {line.partition("=")[0] for line in Path(f"/proc/{process.pid}/environ").read_text().split("\0")}
        assert "PEREMENA_SECRET_KEYS" not in given
        assert {name for name in given if name.startswith("PG")} <= {"PGSYSCONFDIR", "PGLOCALEDIR"}
    finally:
        server.stop()


def test_the_log_names_no_people(place: Path) -> None:
    server = Server(place, fast=True)
    server.start()
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table people (name text primary key)")
            for _ in range(2):
                try:
                    connection.execute("insert into people values ('Приметная')")
                except psycopg.errors.UniqueViolation as error:
                    assert "Приметная" in str(error)
    finally:
        server.stop()
    log = (place / "postgres.log").read_text()
    assert ("ready to accept connections" in log, "Приметная" in log, "duplicate key" in log) == (True, False, False)


def test_it_dies_with_a_killed_parent_and_starts_again_with_everything_committed(
    place: Path, tree: Callable[..., Tree]
) -> None:
    parent, pids = tree(place)
    server = Server(place, fast=True)
    write(server.url)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    server.start()  # at once, while the older one is closing
    try:
        assert not alive(pids["postgres"])
        assert told(server.url, "select word from kept") == "слово"
    finally:
        server.stop()


def test_a_recorded_pid_that_went_to_another_program_does_not_stop_the_start(place: Path) -> None:
    server = Server(place, fast=True)
    server.start()
    server.stop()
    owner = account.for_database(server.data)
    bystander = subprocess.Popen(["sleep", "600"], **owner.identity)
    try:
        record = server.data / "postmaster.pid"
        record.write_text(f"{bystander.pid}\n{server.data}\n1\n5432\n{place / 'run'}\n\n\n")
        os.chown(record, owner.uid, owner.gid)
        # The control: PostgreSQL by itself would not start beside that pid.
        bare = subprocess.run(
            [server._programs / "postgres", "-D", server.data],
            cwd="/",
            capture_output=True,
            text=True,
            **owner.identity,
        )
        assert (bare.returncode, "lock file" in bare.stderr) == (1, True)
        server.start()
        assert told(server.url, "select 1") == 1
        assert alive(bystander.pid)
    finally:
        server.stop()
        bystander.kill()
        bystander.wait()


def test_a_creation_cut_short_is_begun_anew(place: Path) -> None:
    half = place / "data.new-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server = Server(place, fast=True)
    server.start()
    server.stop()
    assert sorted(entry.name for entry in place.iterdir()) == ["data", "lock", "postgres.log", "run"]


def test_an_ordinary_user_runs_it_without_any_rights(place: Path, tree: Callable[..., Tree]) -> None:
    user = ordinary_user()
    os.chown(place, user.pw_uid, user.pw_gid)
    parent, pids = tree(place / "own", user=user)
    assert Path(f"/proc/{pids['postgres']}").stat().st_uid == user.pw_uid
    assert told(Server(place / "own").url, "select 1") == 1
    parent.terminate()
    assert parent.wait(10) == 0
    assert working_in(place / "own" / "data") == []


@pytest.mark.parametrize("name", ["д" * 60, 'quote"and,comma'])
def test_a_home_that_cannot_hold_a_socket_gets_a_short_folder_for_it(place: Path, name: str) -> None:
    server = Server(place / name, fast=True)
    server.start()
    try:
        assert told(server.url, "select 1") == 1
        sockets = Path(str(told(server.url, "show unix_socket_directories")))
        assert (sockets.parent, sockets.stat().st_mode & 0o777) == (place.parent, 0o700)
    finally:
        server.stop()
    assert not sockets.exists()


def test_stopping_ends_every_process_and_is_harmless_twice(place: Path) -> None:
    server = Server(place, fast=True)
    process = server.start()
    with psycopg.connect(server.url):
        assert len(working_in(server.data)) > 1
        server.stop()
    assert process.returncode == 0
    eventually(lambda: working_in(server.data) == [])
    server.stop()
