"""python -m vk_sandbox: start the stand-in."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from vk_sandbox.address import Listeners
from vk_sandbox.state import CannotStart, opened


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("нужно целое число больше нуля")
    return number


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m vk_sandbox", description="Учебный стенд, отвечающий как VK API.")
    parser.add_argument("--port", type=int, default=8001, help="порт; 0 — любой свободный")
    parser.add_argument("--host", default="127.0.0.1", help="только адрес этой же машины")
    parser.add_argument("--state", type=Path, help="папка состояния; без неё всё забывается при остановке")
    parser.add_argument("--pace", type=_positive, help="запросов в секунду на токен вместо 3 и 20")
    parser.add_argument("--tls-port", type=int, help="порт https; 0 — любой свободный; без него https нет")
    parser.add_argument("--tls-dir", type=Path, help="папка сертификатов; без неё tls в папке состояния")
    given = parser.parse_args()
    try:
        if given.tls_dir is not None and given.tls_port is None:
            raise CannotStart("--tls-dir ничего не значит без --tls-port")
        listeners = Listeners(given.host, given.port, given.tls_port)
        with opened(given.state) as folder:
            # Django is loaded when it is sure that it is wanted: a refusal comes at once.
            importlib.import_module("vk_sandbox.server").serve(listeners, folder, given.pace, given.tls_dir)
    except CannotStart as error:
        sys.stderr.write(f"vk_sandbox: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
