"""Starting, stopping, dying."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.sandbox.process import ANNOUNCED, COMMAND, running


def refused(*arguments: str) -> str:
    """What the command says on stderr when it cannot start: one line, exit code 2."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    return done.stderr.strip()


def test_what_was_done_survives_kill_9(tmp_path: Path) -> None:
    with running("--state", str(tmp_path)) as sandbox:
        owner, pupil = sandbox.people(2)
        sandbox.response("messages.createChat", owner.token, title="9А", user_ids=pupil.id)
        before = sandbox.stats()
        sandbox.process.kill()
        sandbox.process.wait(10)
    assert before["requests"] == {"messages.createChat": 1}
    with running("--state", str(tmp_path)) as again:
        assert again.control_token == sandbox.control_token
        assert again.stats() == before
        answer = again.response("messages.getConversationMembers", owner.token, peer_id=2_000_000_001)
        assert [item["member_id"] for item in answer["items"]] == [owner.id, pupil.id]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_with_connections_open(number: signal.Signals) -> None:
    with running() as sandbox:
        assert sandbox.stats()["chats"] == 0
        sandbox.process.send_signal(number)
        assert sandbox.process.wait(3) == 0


def test_the_state_folder_is_private_and_keeps_the_token(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with running("--state", str(folder)) as sandbox:
        assert (folder / "control-token").read_text() == sandbox.control_token
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes.pop("state") == 0o700
    assert {name: mode for name, mode in modes.items() if mode != 0o600} == {}


def test_without_a_state_folder_nothing_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running() as sandbox:
        sandbox.people(1)
        assert len(list(tmp_path.glob("vk-sandbox-*"))) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_settings_of_another_project_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "no.such.settings")
    with running() as sandbox:
        assert sandbox.stats()["chats"] == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused("--port", str(port)) == f"vk_sandbox: порт {port} занят"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_only_this_machine_can_reach_it(host: str) -> None:
    said = refused("--host", host)
    assert said == f"vk_sandbox: {host}: стенд слушает только саму эту машину (127.0.0.1 или ::1)"


def test_a_name_is_not_an_address() -> None:
    assert refused("--host", "school.example") == (
        "vk_sandbox: school.example: нужен адрес этой машины, например 127.0.0.1"
    )


def test_a_state_folder_serves_one_at_a_time(tmp_path: Path) -> None:
    with running("--state", str(tmp_path)):
        said = refused("--port", "0", "--state", str(tmp_path))
    assert said == f"vk_sandbox: папка {tmp_path} занята другим стендом"


def test_a_folder_that_cannot_be_is_one_clear_line() -> None:
    with tempfile.NamedTemporaryFile() as file:
        assert refused("--port", "0", "--state", file.name).startswith(f"vk_sandbox: папка {file.name} не годится")


def test_a_state_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "vk.sqlite3").write_text("not a database, but long enough to be taken for the head of one" * 20)
    assert refused("--port", "0", "--state", str(tmp_path)).startswith(
        f"vk_sandbox: папка {tmp_path}: база не открывается"
    )


def test_no_token_is_written_to_the_output() -> None:
    process = subprocess.Popen([*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    announced = ANNOUNCED.search(first)
    assert announced is not None
    with socket.create_connection(
        (announced["url"].rpartition("/")[2].split(":")[0], int(announced["url"].rpartition(":")[2]))
    ) as raw:
        raw.sendall(
            b"GET /method/users.get?access_token=secret&v=5.199 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert raw.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
    process.terminate()
    assert process.communicate(timeout=5)[0] == ""


def test_what_was_ordered_or_refused_is_no_news(capfd: pytest.CaptureFixture[str]) -> None:
    with running() as sandbox:
        sandbox.control("faults", {"faults": [{"kind": "not_json", "times": 1}]})
        assert sandbox.http.get("/method/users.get").status_code == 502
        assert sandbox.http.get("/method/users.get", headers={"Host": "evil.example"}).status_code == 400
        assert sandbox.http.get("/nowhere").status_code == 404
    assert capfd.readouterr().err == ""
