from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from peremena.cli.output import say
from peremena.cli.running import data_option, migrate, port_option, running
from peremena.server import tree
from peremena.server.data_folder import DataFolder, default_home
from peremena.server.ports import check_free

CLIENT_ID = "51000001"  # our application at the stand-in
ROLES = {
    "admin": "администратор школы",
    "operator": "оператор",
    "staff": "сотрудник школы",
    "teacher": "учитель",
    "pupil": "ученик",
    "parent": "родитель",
}


@click.command()
@port_option
@click.option("--sandbox-port", default=8001, show_default=True, help="порт учебного стенда VK")
@data_option
@click.option("--fresh", is_flag=True, help="начать с чистой папки: прежние данные демонстрации стираются")
@click.option("--once", is_flag=True, help="остановиться после сводки")
@click.option(
    "--connection",
    "kind",
    type=click.Choice(["user", "community"]),
    help="чей ключ у школы: user — пользователь, который добавляет людей (так и сначала), "
    "community — сообщество, которое приглашает по ссылке",
)
def demo(port: int, sandbox_port: int, data: Path | None, fresh: bool, once: bool, kind: str | None) -> None:
    """Запустить всё с демонстрационной школой: база, учебный стенд VK, импорт, первые чаты, страницы."""
    check_free(port, "--port")
    check_free(sandbox_port, "--sandbox-port")
    folder = DataFolder(data or default_home("demo"))
    vk = f"http://127.0.0.1:{sandbox_port}"
    clock = Stages()
    addresses = {
        "sandbox": vk,
        "vk_api_url": vk,
        "vk_id_url": vk,
        "vk_messenger_url": f"{vk}/messenger/",
        "vk_id_client_id": CLIENT_ID,
    }
    with running(folder, "demo", port, fresh=fresh, **addresses) as (supervisor, embedded):
        supervisor.start(tree.sandbox(folder, sandbox_port))
        clock.done("база запущена")
        migrate()
        clock.done("база подготовлена")
        supervisor.wait_for_port("vk_sandbox", sandbox_port)
        clock.done("учебный стенд запущен")
        _fill(folder, vk, kind)
        clock.done("школа загружена")
        supervisor.start(tree.worker(folder, {}, sole=embedded), tree.web(folder, port, {}))
        state = _first_sync()
        clock.done("чаты созданы")
        supervisor.wait_for_port("web", port)
        clock.done("страницы открыты")
        _summary(port, sandbox_port, folder, clock)
        if once:
            sys.exit(0 if state == "done" else 1)
        say("Остановить: Ctrl+C.")
        supervisor.serve()


class Stages:
    """How long each stage took."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()
        self.lines: list[str] = []

    def done(self, what: str) -> None:
        now = time.monotonic()
        self.lines.append(f"{what} за {now - self.last:.1f} с")
        say(f"  {self.lines[-1]}")
        self.last = now

    @property
    def total(self) -> float:
        return self.last - self.began


def _fill(folder: DataFolder, vk: str, kind: str | None) -> None:
    from peremena.server import demo as filling
    from peremena.server.sandbox import Sandbox
    from peremena.web.vk_id import return_address

    sandbox = Sandbox(vk, folder.sandbox)
    if not filling.is_filled(kind):
        filling.fill(sandbox, folder.path, kind=kind or "user")
    sandbox.register(CLIENT_ID, filling.APPLICATION, return_address())  # each time: the port may be another


def _first_sync() -> str:
    from peremena.cli.waiting import WorkerAtHand, approved, wait
    from peremena.server.demo import school_of_demo
    from peremena.sync.planning import prepare

    run = approved(prepare(school_of_demo()), user=None, reason="")
    with WorkerAtHand() as worker:  # our own tree's: it is running
        (ended,) = wait([run], worker).runs
    return str(ended.state)


def _summary(port: int, sandbox_port: int, folder: DataFolder, clock: Stages) -> None:
    from peremena.school.models import Membership
    from peremena.school.totals import chat_sums
    from peremena.server.demo import PASSWORD, phones, school_of_demo

    school = school_of_demo()
    sums = chat_sums()[school.pk]
    say(f"\n«{school.name}» ({school.key}): чатов {sums['chats']}, мест {sums['seats']}, в чатах {sums['inside']}.")
    if invited := Membership.objects.filter(state=Membership.INVITED).count():
        say(f"Приглашены по ссылке и ещё не вступили: {invited}.")
    say(f"Готово за {clock.total:.1f} с. Данные: {folder.path}\n")
    say(f"  Перемена             http://127.0.0.1:{port}/")
    say(f"  Учебный стенд VK     http://127.0.0.1:{sandbox_port}/ (это не VK)\n")
    say(f"Вход: имя из списка, пароль {PASSWORD}")
    for name, words in ROLES.items():
        phone = phones().get(name)
        say(f"  {name:<10} {words}" + (f", телефон в учебном стенде {phone}" if phone else ""))
