"""The folder where one installation on one machine keeps everything: database, sandbox, keys, logs."""

import base64
import json
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from peremena.core.errors import UnusableInput
from peremena.server import account
from peremena.server.complaints import clearly
from peremena.server.files import PREFIX, write_private_once
from peremena.server.folders import make_folder
from peremena.server.lock import Lock
from peremena.server.running import Announcement

_PRODUCT = "peremena"
_MARKER = "peremena.json"
_LOCK = "lock"
_NOBODYS = {_LOCK, "lost+found"}  # what may lie in a folder that is still free


def default_home(name: str) -> Path:
    """Where the data of `name` («demo», «main») live unless told otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/peremena") / name
    told = Path(os.environ.get("XDG_STATE_HOME", ""))
    state = told if told.is_absolute() else Path.home() / ".local" / "state"  # the XDG rule: relative means unset
    return state / "peremena" / name


class DataFolder:
    """Names of what lies in the folder are attributes; nothing is touched before claim()."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.database = self.path / "database"
        self.sandbox = self.path / "vk_sandbox"
        self.logs = self.path / "logs"
        self.running = Announcement(self.path / "running.json")
        self._keys = self.path / "keys"
        self._lock = Lock(self.path / _LOCK)

    def claim(self, kind: str, *, embedded: bool, fresh: bool = False) -> None:
        """Takes the folder for data of `kind` and for this process; a new one is made and marked.

        `embedded`: a database will live inside. `fresh` wipes what is there, if it is ours and of this kind.
        Raises UnusableInput, having changed nothing, when the folder is busy, foreign or of another kind.
        """
        if embedded:
            account.refuse_closed(account.for_database(self.database / "data"), reversed(self.path.parents))
        with clearly(f"Не удаётся занять папку данных {self.path}"):
            self._refuse_foreign(kind)
            make_folder(self.path, passable=os.geteuid() == 0)
            self._lock.acquire()
            if fresh:
                self._wipe()
            write_private_once(self.path / _MARKER, json.dumps({"product": _PRODUCT, "kind": kind}))
            self._make_keys()

    def release(self) -> None:
        """Withdraws the announcement and lets another process claim the folder."""
        self.running.withdraw()
        self._lock.release()

    def environment(self) -> dict[str, str]:
        """The settings that point to the generated keys, except those that our environment already has.

        Raises UnusableInput when the folder holds no keys.
        """
        missing = [name for name in _KEYS if name not in os.environ and f"{name}_FILE" not in os.environ]
        with clearly(f"Не удаётся прочесть ключи в {self._keys}"):
            for name in missing:
                (self._keys / name).open("rb").close()
        return {f"{name}_FILE": str(self._keys / name) for name in missing}

    def _refuse_foreign(self, kind: str) -> None:
        if not self.path.exists():
            return
        found = self._kind()
        if found is None and not self._is_free():
            raise UnusableInput(
                f"В папке {self.path} чужие данные: она не пуста и создана не нами. Укажите другую: --data"
            )
        if found not in (None, kind):
            raise UnusableInput(
                f"В папке {self.path} данные другого вида: «{found}», а нужны «{kind}». Укажите другую: --data"
            )

    def _kind(self) -> str | None:
        """What our mark says; None when there is no mark of ours."""
        try:
            mark = json.loads((self.path / _MARKER).read_text())
            return str(mark["kind"]) if mark["product"] == _PRODUCT else None
        except (FileNotFoundError, ValueError, LookupError, TypeError):
            return None

    def _is_free(self) -> bool:
        names = (entry.name for entry in self.path.iterdir())
        return all(name in _NOBODYS or name.startswith(PREFIX) for name in names)

    def _wipe(self) -> None:
        """Everything but the mark and the lock. Moved aside first: a wipe cut short leaves no half of the old data."""
        rubbish = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self.path))
        for entry in self.path.iterdir():
            if entry != rubbish and entry.name not in (*_NOBODYS, _MARKER):
                entry.rename(rubbish / entry.name)
        shutil.rmtree(rubbish, ignore_errors=True)  # a closing server may still write there: the next wipe takes it

    def _make_keys(self) -> None:
        self._keys.mkdir(mode=0o700, exist_ok=True)
        for name, generate in _KEYS.items():
            if not (self._keys / name).exists():
                write_private_once(self._keys / name, generate())


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


_KEYS = {"PEREMENA_SECRET_KEY": lambda: secrets.token_urlsafe(50), "PEREMENA_SECRET_KEYS": _fernet_key}
