"""What was seen in this run of the tests, and what vk_sandbox/witnesses.json says was seen."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import vk_sandbox
from tests.sandbox.witnesses.node import HERE, NODE_MODULES

FILE = Path(vk_sandbox.__file__).parent / "witnesses.json"
MODULES = {
    "@vkid/sdk": "test_vkid_sdk.py",
    "Authlib": "test_authlib.py",
    "django-allauth": "test_allauth.py",
    "aiovk": "test_aiovk.py",
    "SferumBridge": "test_sferum_bridge.py",
    "vk": "test_vk.py",
    "vk-io": "test_vk_io.py",
    "vk_api": "test_vk_api.py",
    "vkbottle": "test_vkbottle.py",
}
# Client → the methods it was answered.
CALLED: defaultdict[str, set[str]] = defaultdict(set)


def module(client: str) -> Path:
    return HERE / MODULES[client]


def seen(client: str) -> dict[str, Any]:
    installed = NODE_MODULES / client / "package.json"
    number = json.loads(installed.read_text())["version"] if installed.is_file() else version(client)
    return {"version": number, "methods": sorted(CALLED[client])}


def committed() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return record


def renew(part: str, changed: dict[str, Any]) -> None:
    record = committed()
    record[part] = {**record[part], **changed}
    FILE.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
