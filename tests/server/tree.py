"""A tree to be killed: `python -m tests.server.tree HOME PROGRAM…`, each PROGRAM the source of a Python child.

Prints the pids as one JSON line when everything has started. HOME of `-` means no database.
"""

import json
import sys
import time
from pathlib import Path

from peremena.core.errors import UnusableInput
from peremena.server.children import Child
from peremena.server.postgres import Server
from peremena.server.supervisor import Supervisor


def main(home: str, *programs: str) -> None:
    children = [Child(f"child{n}", [sys.executable, "-c", source], {}) for n, source in enumerate(programs)]
    server = None if home == "-" else Server(Path(home), fast=True)
    with Supervisor(server) as running:
        running.start(*children)
        names = [*([server.name] if server else []), *(child.name for child in children)]
        while not all(running.pid(name) for name in names):
            time.sleep(0.01)
        sys.stdout.write(json.dumps({name: running.pid(name) for name in names}) + "\n")
        sys.stdout.flush()
        running.serve()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except UnusableInput as error:
        sys.exit(str(error))
