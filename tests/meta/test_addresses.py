"""Nothing in the project knows on whose machine, or from whose mirror, it was made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.tree import ROOT, texts

HOME_FOLDER = re.compile(r"(?<![\w.])/(?:root|home/[\w-]+|Users/[\w-]+)/\w")
MIRROR = re.compile(r"https?://(?!pypi\.org/)[^\s\"'<>)]+/(?:simple|artifactory|nexus)(?=[/\"'\s]|$)")
LOCKED_ADDRESS = re.compile(r"""^\s*["']?resolved["']?:?\s+["']?\w+://""", re.MULTILINE)
PUBLIC = re.compile(r"\b(pypi|pythonhosted|npmjs)\.org$")  # what everybody installs from tells nothing
# Folders that every machine has say nothing about this one.
EVERYWHERE = {"/", "/home", "/tmp", "/opt", "/srv", "/usr", "/usr/src", "/var", "/var/lib", "/nonexistent", "/root"}


def told(text: str, own: set[str]) -> list[str]:
    """What in the text tells where it was made."""
    found = [match[0].strip() for pattern in (HOME_FOLDER, MIRROR, LOCKED_ADDRESS) for match in pattern.finditer(text)]
    return found + [word for word in sorted(own) if re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)]


def own_folders() -> set[str]:
    folders = {ROOT, ROOT.parent, Path.home()}
    return {str(folder) for folder in folders} - EVERYWHERE


def own_mirrors() -> set[str]:
    """Addresses and folders that pip, uv and npm of this machine are told to install from."""
    pip = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    told_by_environment = [value for name, value in os.environ.items() if re.match(r"(PIP|UV|NPM_CONFIG)_", name, re.I)]
    told = " ".join([pip.stdout, *told_by_environment])
    hosts = {host for host in re.findall(r"https?://(?:[^@/\s']*@)?([\w.-]+)", told) if not PUBLIC.search(host)}
    return hosts | (set(re.findall(r"file://(/[\w./-]+)", told)) - EVERYWHERE)


def test_no_file_tells_where_it_was_made() -> None:
    own = own_folders() | own_mirrors()
    found = {name: telling for name, text in texts() if "/static/vendor/" not in name and (telling := told(text, own))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "cd /ro¦ot/project",
        "open('/ho¦me/anna/notes.txt')",
        "/Us¦ers/anna/x",
        "--index-url https://mirror.example/pypi/sim¦ple",
        "http://10.0.0.7:8080/artif¦actory/npm",
        '  "resol¦ved": "https://registry.example/x.tgz"',
        '  resol¦ved "https://registry.example/x.tgz"',
        "see /checkout/of/mine/file.txt",
        "host mirror.example of ours",
    ],
)
def test_what_tells_is_found(text: str) -> None:
    # The mark keeps this file from telling it itself.
    assert told(text.replace("¦", ""), {"/checkout/of/mine", "mirror.example"}) != []


@pytest.mark.parametrize(
    "text",
    [
        "https://pypi.org/simple/",
        "https://vk.example/home/anna/page",
        "the error was resolved: https://example.org tells how",
        "/var/lib/peremena/demo",
        "$HOME/.local and ~/x",
        "/checkout/of/mineral",
    ],
)
def test_what_tells_nothing_is_let_be(text: str) -> None:
    assert told(text, {"/checkout/of/mine"}) == []
