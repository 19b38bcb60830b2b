"""The programs that make up a running installation on one machine."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from peremena.server.children import Child
from peremena.server.data_folder import DataFolder

PYTHON = (sys.executable, "-m")


def web(folder: DataFolder, port: int, env: Mapping[str, str]) -> Child:
    """The pages."""
    return Child("web", (*PYTHON, "peremena", "web", "--port", str(port)), env, folder.logs / "web.log")


def worker(folder: DataFolder, env: Mapping[str, str], *, sole: bool) -> Child:
    """The worker; `sole` where the database is our own, so that nobody else can be at work."""
    argv = (*PYTHON, "peremena", "worker", *(["--sole"] if sole else []))
    return Child("worker", argv, env, folder.logs / "worker.log")


def sandbox(folder: DataFolder, port: int) -> Child:
    """The stand-in for VK."""
    argv = (*PYTHON, "vk_sandbox", "--port", str(port), "--state", str(folder.sandbox))
    return Child("vk_sandbox", argv, {}, folder.logs / "vk_sandbox.log")
