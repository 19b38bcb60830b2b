"""The tree of `peremena run`: what dies comes back, and what must end ends whole."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from peremena.core.errors import UnusableInput
from peremena.server.children import Backoff, Child
from peremena.server.postgres import Server
from peremena.server.supervisor import Supervisor
from tests.server.conftest import Tree
from tests.server.processes import alive, children_of, eventually, working_in

IDLE = "import signal; signal.pause()"
STUBBORN = "import signal; [signal.signal(n, signal.SIG_IGN) for n in (15, 2)]; open({!r}, 'w').close(); signal.pause()"
PARENT = "import signal, subprocess, sys; p = subprocess.Popen(['sleep', '600']); open({!r}, 'w').write(str(p.pid)); {}"


def number_in(path: Path) -> int:
    eventually(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def test_pauses_between_starts_grow_and_a_settled_life_forgives_everything() -> None:
    backoff = Backoff(0.5, 30.0)
    assert [backoff.after(0.1) for _ in range(8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert [backoff.after(5.0), backoff.after(4.9), backoff.after(4.9)] == [0.5, 1.0, 2.0]


def test_a_killed_child_comes_back_and_its_neighbour_does_not_notice(tree: Callable[..., Tree]) -> None:
    parent, pids = tree("-", IDLE, IDLE)
    subprocess.run(["kill", "-9", str(pids["child0"])], check=True)
    eventually(lambda: set(children_of(parent.pid)) - set(pids.values()), within=5.0)
    assert alive(pids["child1"])
    parent.terminate()
    log = [line.partition(" ")[2] for line in parent.communicate()[1].splitlines()]
    (returned,) = {int(line.split()[-1]) for line in log if line.startswith("child0: запущен")} - set(pids.values())
    assert log == [
        f"child0: запущен, процесс {pids['child0']}",
        f"child1: запущен, процесс {pids['child1']}",
        "child0: завершился (сигнал 9), новый запуск через 0.5 с",
        f"child0: запущен, процесс {returned}",
        "child0: остановлен (сигнал 15)",
        "child1: остановлен (сигнал 15)",
    ]


def test_a_killed_database_is_back_within_five_seconds_though_a_query_goes_on(
    place: Path, tree: Callable[..., Tree]
) -> None:
    parent, pids = tree(place, IDLE)
    url = Server(place).url
    endless = psycopg.connect(url)
    endless.pgconn.send_query(b"do $$ begin loop null; end loop; end $$")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('слово')")
        subprocess.run(["kill", "-9", str(pids["postgres"])], check=True)

        def kept() -> bool:
            try:
                with psycopg.connect(url) as again:
                    return again.execute("select word from kept").fetchall() == [("слово",)]
            except psycopg.OperationalError:
                return False

        eventually(lambda: not alive(pids["postgres"]))
        eventually(kept, within=5.0)
    assert alive(pids["child0"])
    endless.close()
    parent.terminate()
    assert parent.wait(10) == 0
    assert working_in(place / "data") == []


def test_killing_the_supervisor_leaves_nobody_behind_and_the_tree_starts_anew(
    place: Path, tree: Callable[..., Tree]
) -> None:
    parent, pids = tree(place, IDLE, IDLE)
    parent.kill()
    eventually(lambda: not any(alive(pid) for pid in pids.values()), within=3.0)
    parent.wait()
    again, new = tree(place, IDLE, IDLE)
    assert set(new) == set(pids)
    again.terminate()
    assert again.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_whole_tree_cleanly(place: Path, tree: Callable[..., Tree], number: signal.Signals) -> None:
    parent, pids = tree(place, IDLE, IDLE)
    parent.send_signal(number)
    assert parent.wait(5) == 0
    assert [pid for pid in pids.values() if alive(pid)] == []
    assert "database system is shut down" in (place / "postgres.log").read_text()


def test_the_second_signal_kills_those_who_will_not_go(tmp_path: Path, tree: Callable[..., Tree]) -> None:
    parent, pids = tree("-", STUBBORN.format(str(tmp_path / "deaf")))
    eventually((tmp_path / "deaf").exists)
    parent.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):  # the control: the first signal is not enough
        parent.wait(0.3)
    assert alive(pids["child0"])
    parent.send_signal(signal.SIGINT)
    assert parent.wait(2) == 0
    assert not alive(pids["child0"])


def test_those_who_will_not_go_are_killed_when_patience_ends(
    tmp_path: Path, tree: Callable[..., Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peremena.server.supervisor._PATIENCE", 0.2)
    deaf = tmp_path / "deaf"
    with Supervisor() as running:
        running.start(Child("deaf", [sys.executable, "-c", STUBBORN.format(str(deaf))], {}))
        eventually(deaf.exists)
        pid = running.pid("deaf")
    assert pid is not None
    assert not alive(pid)


def test_what_a_child_has_started_goes_with_it(tmp_path: Path, tree: Callable[..., Tree]) -> None:
    dying, living = tmp_path / "dying", tmp_path / "living"
    parent, _ = tree("-", PARENT.format(str(dying), "sys.exit(3)"), PARENT.format(str(living), "signal.pause()"))
    grandchildren = number_in(dying), number_in(living)
    eventually(lambda: not alive(grandchildren[0]))
    assert alive(grandchildren[1])
    parent.terminate()
    assert parent.wait(5) == 0
    assert not alive(grandchildren[1])


def test_no_zombies_stay_while_children_die_again_and_again(tree: Callable[..., Tree]) -> None:
    parent, _ = tree("-", IDLE, "import sys; sys.exit(1)")
    lines = [parent.stderr.readline() for _ in range(6)] if parent.stderr else []  # two deaths, three starts
    assert sum("завершился (код 1)" in line for line in lines) >= 2
    eventually(lambda: all(alive(pid) for pid in children_of(parent.pid)), within=3.0)


def test_a_child_writes_into_its_log_with_its_own_environment(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "talker.log"
    source = "import os, sys; print(os.environ['WORD'], flush=True); print('err', file=sys.stderr, flush=True)"
    with Supervisor() as running:
        running.start(Child("talker", [sys.executable, "-c", f"{source}; {IDLE}"], {"WORD": "слово"}, log))
        eventually(lambda: log.exists() and log.read_text() == "слово\nerr\n")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_big_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "talker.log"
    log.write_bytes(b"-" * (10 * 1024 * 1024 + 1))
    child = Child("talker", [sys.executable, "-c", "print('new')"], {}, log)
    for _ in range(2):  # the second start finds a small one and adds to it
        assert child.launch().wait() == 0
    assert (log.read_text(), (tmp_path / "talker.log.1").stat().st_size) == ("new\nnew\n", 10 * 1024 * 1024 + 1)


def test_waiting_for_a_port_ends_when_the_child_listens(tmp_path: Path) -> None:
    told = tmp_path / "port"
    source = f"import socket, signal; s = socket.create_server(('127.0.0.1', 0)); \
open({str(told)!r}, 'w').write(str(s.getsockname()[1])); signal.pause()"
    with Supervisor() as running:
        running.start(Child("web", [sys.executable, "-c", source], {}))
        running.wait_for_port("web", number_in(told))


def test_waiting_for_a_child_that_cannot_start_gives_up_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with Supervisor() as running, pytest.raises(UnusableInput) as caught:
        running.start(Child("web", [sys.executable, "-c", "raise SystemExit(7)"], {}, log))
        running.wait_for_port("web", 1)
    assert str(caught.value) == f"«web» не запускается: код 7. Подробности: {log}"


def test_a_program_that_is_not_there_is_reported_and_tried_again(capfd: pytest.CaptureFixture[str]) -> None:
    with Supervisor() as running, pytest.raises(UnusableInput) as caught:
        running.start(Child("web", ["/nowhere/program"], {}))
        running.wait_for_port("web", 1)
    assert str(caught.value) == "«web» не запускается: No such file or directory."
    assert capfd.readouterr().err.count("завершился (No such file or directory)") == 3


def test_an_error_in_the_block_stops_the_children_and_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError), Supervisor() as running:
        running.start(Child("idle", [sys.executable, "-c", IDLE], {}))
        eventually(lambda: running.pid("idle"))
        pid = running.pid("idle")
        raise ZeroDivisionError
    assert pid is not None
    assert not alive(pid)


def test_a_signal_during_the_blocks_own_work_is_a_clean_stop() -> None:
    reached = []
    former = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with Supervisor() as running:
        assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] != former
        running.start(Child("idle", [sys.executable, "-c", IDLE], {}))
        eventually(lambda: running.pid("idle"))
        pid = running.pid("idle")
        signal.raise_signal(signal.SIGTERM)
        reached.append("the work went on")
    assert reached == []
    assert pid is not None
    assert not alive(pid)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == former
