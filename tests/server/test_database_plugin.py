"""pytest's own database: only for tests that ask for it, and gone with pytest."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.server.processes import ROOT, environment, eventually, working_in

OPTIONS = ["-p", "tests.database", "-p", "no:django", "-p", "no:cacheprovider", "-o", "addopts=", "-q", "-s"]


def pytest_on(folder: Path, source: str, *options: str) -> subprocess.Popen[str]:
    (folder / "test_it.py").write_text(source)
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *OPTIONS, *options, "--rootdir", str(folder), str(folder)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )


def folders_of(process: subprocess.Popen[str]) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"peremena-tests-{process.pid}-*"))


def test_without_a_question_to_the_database_no_server_starts_and_nothing_is_left(tmp_path: Path) -> None:
    process = pytest_on(
        tmp_path,
        "import os, pathlib, urllib.parse\n"
        "def test_it():\n"
        "    sockets = urllib.parse.parse_qs(urllib.parse.urlsplit(os.environ['DATABASE_URL']).query)['host'][0]\n"
        "    assert list(pathlib.Path(sockets).parent.iterdir()) == []\n",
    )
    assert process.communicate()[0].splitlines()[-1].startswith("1 passed")
    assert folders_of(process) == []


def test_a_test_that_asks_gets_a_server_which_ends_with_pytest(tmp_path: Path) -> None:
    process = pytest_on(
        tmp_path,
        "import psycopg\n"
        "def test_it(database_url):\n"
        "    with psycopg.connect(database_url) as c:\n"
        "        assert c.execute('select 1').fetchone() == (1,)\n"
        "        print(c.execute('show data_directory').fetchone()[0])\n",
    )
    lines = process.communicate()[0].splitlines()
    assert lines[-1].startswith("1 passed")
    data = Path(lines[0].rstrip("."))
    assert (data.exists(), working_in(data), folders_of(process)) == (False, [], [])


def test_each_worker_of_xdist_has_a_server_of_its_own_and_takes_it_away(tmp_path: Path) -> None:
    process = pytest_on(
        tmp_path,
        "import pathlib, psycopg, pytest\n"
        "@pytest.mark.parametrize('name', ['one', 'other'])\n"
        "def test_it(name, database_url):\n"
        "    with psycopg.connect(database_url) as c:\n"
        "        place = c.execute('show data_directory').fetchone()[0]\n"
        "    pathlib.Path(__file__).with_name(name).write_text(place)\n",
        "-n2",
    )
    assert process.communicate()[0].splitlines()[-1].startswith("2 passed")
    one, other = (Path((tmp_path / name).read_text()) for name in ("one", "other"))
    assert one != other
    assert [data.parent.exists() for data in (one, other)] == [False, False]
    assert folders_of(process) == []


def test_a_killed_pytest_takes_its_server_along_and_the_next_one_clears_up(tmp_path: Path) -> None:
    process = pytest_on(
        tmp_path,
        "import signal\ndef test_it(database_url):\n    print('up', flush=True)\n    signal.pause()\n",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    (folder,) = folders_of(process)
    assert working_in(folder / "data") != []
    process.send_signal(signal.SIGKILL)
    process.communicate()
    eventually(lambda: working_in(folder / "data") == [], within=3.0)
    assert folder.exists()
    pytest_on(tmp_path, "def test_it(): pass\n").communicate()
    assert not folder.exists()
