"""What a sync says when the messenger does not work, and that its run goes on afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.commands import Commands, faults
from tests.cli.packages import write_school
from tests.messengers.sandbox import running_sandbox


def test_with_nobody_at_work_a_sync_brings_its_own_worker_and_takes_it_away_again(
    peremena: Commands, school: Callable[[str], str]
) -> None:
    key = school("own-worker")
    before = peremena("status", "--json").json["workers"]
    synced = peremena("sync", "--school", key, "--json")
    assert (before, synced.code, synced.json["state"]) == ([], 0, "done")
    assert peremena("status", "--json").json["workers"] == []


def test_an_unreachable_messenger_ends_the_waiting_after_15_seconds_and_the_run_stays_open(
    peremena: Commands, school: Callable[[str], str], closed_port: int
) -> None:
    key, nowhere = school("unreachable"), {"PEREMENA_VK_API_URL": f"http://127.0.0.1:{closed_port}"}
    began = time.monotonic()
    given_up = peremena("sync", "--school", key, "--json", **nowhere)
    assert (given_up.code, given_up.json["state"], faults("sync", given_up.json)) == (2, "waiting", [])
    assert 15 < time.monotonic() - began < 45
    assert given_up.complaint.startswith("мессенджер не отвечает 15 с")
    assert "остаётся в очереди" in given_up.complaint
    awaited = peremena("sync", "--school", key, "--json")
    assert (awaited.code, awaited.json["state"], awaited.json["run"]) == (0, "done", given_up.json["run"])
    assert f"В школе «{key}» уже идёт прогон {given_up.json['run']}: ждём его." in awaited.err
    verified = peremena("plan", "--school", key, "--verify", "--json", **nowhere)
    assert (verified.code, verified.json["fingerprint"], faults("plan", verified.json)) == (2, None, [])
    assert verified.complaint.startswith("Мессенджер не отвечает или не принимает нас (")


def test_a_refused_token_stops_the_connection_until_it_is_mended(
    peremena: Commands, school: Callable[[str], str], tmp_path: Path
) -> None:
    key = school("refused-token")
    with running_sandbox(tmp_path / "another") as stranger:  # it has never seen our token
        elsewhere = {"PEREMENA_VK_API_URL": stranger.url}
        refused = peremena("sync", "--school", key, "--json", **elsewhere)
        assert (refused.code, refused.json["state"], faults("sync", refused.json)) == (2, "waiting", [])
        assert refused.complaint.startswith("мессенджер не принял ключ доступа подключения")
        sick = peremena("doctor", **elsewhere)
        assert (sick.code, [line for line in sick.err if line.startswith("не так: Подключение")] != []) == (1, True)
    stopped = peremena("sync", "--school", key, "--json")
    assert (stopped.code, stopped.json["run"], faults("sync", stopped.json)) == (2, None, [])
    assert "остановлено: мессенджер не принял ключ доступа" in stopped.complaint
    assert peremena("connection", "check").code == 0
    mended = peremena("sync", "--school", key, "--json")
    assert (mended.code, mended.json["state"], mended.json["run"]) == (0, "done", refused.json["run"])


def test_a_token_that_nobody_knows_is_not_accepted(peremena: Commands) -> None:
    refused = peremena("connection", "add", "--school", "demonstratsionnaia-oblast", told="vk1.a.invented\n")
    assert (refused.code, refused.out) == (2, "")
    assert refused.complaint.startswith("Мессенджер не отвечает или не принимает нас (")
    found = peremena("connection", "list", "--json").json
    region = [each["state"] for each in found if each["organization"] == "demonstratsionnaia-oblast"]
    assert region == ["ready"]


def test_a_school_without_a_connection_can_be_planned_but_not_synced(peremena: Commands, tmp_path: Path) -> None:
    peremena("roster", write_school(tmp_path / "alone.zip", "alone", district=True), "--apply")
    assert peremena("plan", "--school", "alone", "--json").json["operations"]["create_chat"] == 13
    alone = peremena("sync", "--school", "alone", "--json")
    assert (alone.code, alone.json["run"], faults("sync", alone.json)) == (2, None, [])
    assert alone.complaint == (
        "Школа «alone»: нет подключения к мессенджеру ни у неё, ни у организаций выше; "
        "добавьте его: peremena connection add --school alone."
    )
