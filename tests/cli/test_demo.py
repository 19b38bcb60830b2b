"""`peremena demo`: one command from nothing to chats; it refuses what is not its own."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.commands import Commands, faults
from tests.cli.serving import free_ports, open_place, started

CHATS, SEATS = 366, 8876


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with open_place() as folder:
        yield folder


@pytest.fixture(scope="module")
def ports() -> list[str]:
    return free_ports()


@pytest.fixture(scope="module")
def arguments(place: Path, ports: list[str]) -> list[str]:
    return ["demo", "--data", str(place / "data"), "--port", ports[0], "--sandbox-port", ports[1]]


def of_demo(status: Any) -> Any:
    (school,) = status["schools"]
    return {name: school[name] for name in ("key", "chats", "seats", "percent")} | {
        "state": school["last_run"]["state"]
    }


def leads_to_accounts(told: dict[str, str]) -> bool:
    """Whether the stand-in knows our application and lets people come back to our pages."""
    asked = {
        "response_type": "code",
        "client_id": told["vk_id_client_id"],
        "redirect_uri": f"{told['web']}/external-systems/vk/callback/",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    answer = httpx2.get(f"{told['vk_id_url']}/authorize", params=asked)
    return answer.status_code == 303 and answer.headers["location"].endswith("/accounts")


def test_a_demo_serves_speaks_to_other_commands_and_starts_again_with_its_data(
    arguments: list[str], place: Path, ports: list[str]
) -> None:
    peremena, announced = Commands(PEREMENA_DATA=str(place / "data")), place / "data" / "running.json"
    process, said = started(arguments)
    try:
        assert f"«Демо школа» (demo-shkola): чатов {CHATS}, мест {SEATS}, в чатах 6150." in said
        told = json.loads(announced.read_text())
        assert (told["web"], told["vk_api_url"]) == (f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}")
        assert leads_to_accounts(told)
        status = peremena("status", "--json").json
        expected = {"key": "demo-shkola", "chats": CHATS, "seats": SEATS, "percent": 100, "state": "done"}
        assert (of_demo(status), len(status["workers"]), faults("status", status)) == (expected, 1, [])
        second = peremena("sync", "--json")
        assert (second.code, second.json["requests"], faults("sync", second.json)) == (0, 0, [])
        assert peremena("doctor").code == 0
        busy = Commands()(*arguments)
        assert (busy.code, busy.complaint) == (
            2,
            f"Порт {ports[0]} занят другой программой. Укажите другой: --port ЧИСЛО",
        )
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert (process.returncode, announced.exists()) == (0, False)
    assert peremena("status", "--json").code == 2
    again = Commands()(*arguments, "--once")
    assert (again.code, [line for line in again.err if line.startswith("«Демо школа»")]) == (
        0, [f"«Демо школа» (demo-shkola): чатов {CHATS}, мест {SEATS}, в чатах 6150."]
    )  # fmt: skip
    assert not announced.exists()


def foreign(data: Path) -> str:
    data.mkdir()
    (data / "diary.txt").write_text("чужое", encoding="utf-8")
    return f"В папке {data} чужие данные: она не пуста и создана не нами. Укажите другую: --data"


def of_another_kind(data: Path) -> str:
    data.mkdir()
    (data / "peremena.json").write_text('{"product": "peremena", "kind": "main"}')
    return f"В папке {data} данные другого вида: «main», а нужны «demo». Укажите другую: --data"


def closed_to_the_database(data: Path) -> str:
    if os.geteuid() != 0:
        pytest.skip("only root meets this")
    data.parent.chmod(0o700)
    return (
        f"База работает от имени «nobody», а ему нельзя войти в {data.parent}. "
        f"Укажите другую папку (--data) или откройте эту: chmod o+x {data.parent}"
    )


@pytest.mark.parametrize("prepare", [foreign, of_another_kind, closed_to_the_database])
@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_folder_that_is_not_its_own_is_refused_untouched(
    place: Path, ports: list[str], prepare: Callable[[Path], str], fresh: list[str]
) -> None:
    with tempfile.TemporaryDirectory(dir=place) as parent:
        Path(parent).chmod(0o711)
        data = Path(parent) / "data"
        complaint = prepare(data)
        before = sorted(path.name for path in data.rglob("*"))
        said = Commands()("demo", "--data", data, "--port", ports[0], "--sandbox-port", ports[1], *fresh)
        assert (said.code, said.err, said.out) == (2, [f"peremena: {complaint}"], "")
        assert sorted(path.name for path in data.rglob("*")) == before


def test_a_sandbox_port_in_use_is_refused_before_anything_is_made(place: Path, ports: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = Commands()("demo", "--data", place / "never", "--port", ports[0], "--sandbox-port", str(port))
    assert (said.code, said.complaint) == (
        2, f"Порт {port} занят другой программой. Укажите другой: --sandbox-port ЧИСЛО"
    )  # fmt: skip
    assert not (place / "never").exists()
