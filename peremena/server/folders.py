"""Folders of our own, made with the rights they need."""

from pathlib import Path

from peremena.server.complaints import clearly


def make_folder(folder: Path, *, passable: bool) -> None:
    """Creates `folder` with its parents, or takes the existing one. Raises UnusableInput when that cannot be done.

    `passable`: another account works deeper inside, so it may walk through (not list), whatever our umask says.
    """
    with clearly(f"Не удаётся создать папку {folder}"):
        for parent in reversed(folder.parents):
            if not parent.exists():
                parent.mkdir()
                if passable:
                    parent.chmod(0o755)
        folder.mkdir(mode=0o700, exist_ok=True)
        if passable:
            folder.chmod(0o711)
