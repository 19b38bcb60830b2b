"""From a roster to chats and after the next roster, by commands only."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import Commands, faults
from tests.cli.packages import write_school
from tests.messengers.sandbox import Sandbox

ROSTERS = os.environ.get("PEREMENA_TEST_ROSTERS", "")
real_rosters = pytest.mark.skipif(not ROSTERS, reason="PEREMENA_TEST_ROSTERS does not name a folder of real rosters")
pytestmark = pytest.mark.usefixtures("worker")
NOTHING = dict.fromkeys(
    ("create_chat", "rename_chat", "add_member", "invite_member", "remove_member", "set_role", "archive_chat"), 0
)


def test_a_school_is_imported_linked_and_synced_and_the_second_sync_writes_nothing(
    peremena: Commands, school: Callable[[str], str], sandbox: Sandbox
) -> None:
    key = school("story")
    plan = peremena("plan", "--school", key, "--json").json
    assert plan["chats"] == {"teachers": 1, "class": 4, "parents": 4, "subject": 4, "custom": 0}
    # 4 teachers; 6 pupils and a teacher in each class and group; 6 mothers and a teacher of each class
    assert (plan["seats"], plan["linked"]) == (4 + 4 * 7 * 3, 4 + 4 * 7 * 3)
    assert plan["operations"] == NOTHING | {"create_chat": 13, "add_member": 88}
    before = sandbox.stats()
    first = peremena("sync", "--school", key, "--json")
    after = sandbox.stats()
    assert (first.code, first.json["state"], first.json["done"], first.json["failed"]) == (0, "done", 101, 0)
    assert faults("plan", plan) + faults("sync", first.json) == []
    assert after["chats"] - before["chats"] == 13
    second = peremena("sync", "--school", key, "--json")
    assert (second.code, second.json["state"], second.json["done"], second.json["requests"]) == (0, "done", 0, 0)
    assert sandbox.stats() == after
    verified = peremena("plan", "--school", key, "--verify", "--json").json
    assert (verified["operations"], verified["refused"]) == (NOTHING, None)
    assert sandbox.stats()["http_requests"] > after["http_requests"]  # the control: this one has looked
    status = peremena("status", "--json").json
    (own,) = [row for row in status["schools"] if row["key"] == key]
    assert faults("status", status) == []
    assert own == {
        "key": key, "name": key, "chats": 13, "seats": 88, "linked": 52, "percent": 100,
        "last_run": {"run": second.json["run"], "state": "done"},
    }  # fmt: skip


def test_an_import_that_empties_half_the_classes_is_stopped_until_a_named_person_gives_a_reason_once(
    peremena: Commands, school: Callable[[str], str], tmp_path: Path
) -> None:
    key = school("guarded")
    peremena("user", "create", "guard-operator", "--role", "operator")
    assert peremena("sync", "--school", key).code == 0
    half = write_school(tmp_path / "half.zip", key, empty=(0, 1))
    assert peremena("roster", half, "--apply", "--json").json["changes"]["people"]["gone"] == 24
    plan = peremena("plan", "--school", key, "--json")
    refused = plan.json["refused"]
    assert (plan.code, refused) == (0, {"rule": "members_of_one_chat", "limit": 0.3, "value": 0.8571})
    stopped = peremena("sync", "--school", key, "--json")
    assert (stopped.code, stopped.json["state"], stopped.json["done"]) == (1, "refused", 0)
    assert faults("plan", plan.json) + faults("sync", stopped.json) == []
    why = ("--reason", "классы закрыты", "--as", "guard-operator")
    let_through = peremena("sync", "--school", key, *why, "--json")
    assert (let_through.code, let_through.json["state"]) == (0, "done")
    assert let_through.json["done"] == plan.json["operations"]["remove_member"]
    peremena("roster", write_school(tmp_path / "rest.zip", key, empty=(0, 1, 2)), "--apply")
    again = peremena("sync", "--school", key, "--json")
    assert (again.code, again.json["state"]) == (1, "refused")


@real_rosters
def test_a_real_school_gets_its_chats_from_either_file(peremena: Commands, sandbox: Sandbox) -> None:
    files = Path(ROSTERS) / "gibbon-demo"
    said = peremena("roster", files / "oneroster12-clean.zip", "--apply", "--json")
    counts = {name: said.json["counts"][name] for name in ("students", "guardians", "teachers", "staff", "classes")}
    assert (said.code, counts) == (
        0, {"students": 391, "guardians": 660, "teachers": 48, "staff": 60, "classes": 19}
    )  # fmt: skip
    key = "gibbon-demo-school"
    wanted = ({"teachers": 1, "class": 19, "parents": 19, "subject": 223, "custom": 0}, 4852)
    peremena("people", "--linked", "--school", key)
    synced = peremena("sync", "--school", key, "--json")
    assert (synced.code, synced.json["state"], synced.json["done"]) == (0, "done", 262 + 4852)
    for file, code, problems in (("oneroster11-clean", 0, 0), ("oneroster12-dangling", 1, 45)):
        told = peremena("roster", files / f"{file}.zip", "--apply", "--json")
        assert (told.code, told.json["problems_total"], faults("roster", told.json)) == (code, problems, [])
        plan = peremena("plan", "--school", key, "--json").json
        assert ((plan["chats"], plan["seats"]), plan["operations"]) == (wanted, NOTHING)
    before = sandbox.stats()
    second = peremena("sync", "--school", key, "--json")
    assert (second.code, second.json["requests"], sandbox.stats()) == (0, 0, before)
