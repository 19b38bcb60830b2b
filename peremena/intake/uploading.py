"""A roster uploaded by a person: read and compared by a worker, shown, and applied exactly as it was shown."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.errors import UnusableInput
from peremena.intake.applying import apply, one_at_a_time
from peremena.intake.confined import refuse_beyond
from peremena.intake.models import Upload
from peremena.intake.preview import Preview, preview
from peremena.jobs.queue import enqueue
from peremena.rosters import Reading, UnusableRoster, read
from peremena.school.credentials import seal_bytes, unseal_bytes
from peremena.school.models import Organization

READ, APPLY = "intake.read", "intake.apply"
KEPT = timedelta(hours=24)
EVERY = 1.0  # seconds between two signs of progress


def take(organization: Organization, user: User, *, name: str, content: bytes) -> Upload:
    """Have a file read and compared. His older ones for the same school are given up."""
    with act("roster.upload", actor=Actor.user(user), organization=organization.pk):
        done = (Upload.APPLIED, Upload.APPLYING)
        older = Upload.objects.filter(organization=organization, user=user).exclude(state__in=done)
        older.update(state=Upload.GIVEN_UP, content=b"", problems=[], finished_at=timezone.now())
        upload = Upload.objects.create(
            organization=organization, user=user, name=name[:255], content=seal_bytes(content)
        )
        enqueue(READ, upload=upload.pk)
    return upload


def accept(upload: Upload, fingerprint: str) -> bool:
    """Have exactly what was shown applied; False where something else is shown by now."""
    with act("roster.accept", actor=Actor.user(upload.user), organization=upload.organization_id):
        shown = Upload.objects.filter(pk=upload.pk, state=Upload.SHOWN, fingerprint=fingerprint)
        if not shown.update(state=Upload.ACCEPTED, outdated=False):
            return False
        enqueue(APPLY, upload=upload.pk)
    return True


def give_up(upload: Upload) -> None:
    """Nothing of it stays but that it was there."""
    with act("roster.give_up", actor=Actor.user(upload.user), organization=upload.organization_id):
        waiting = Upload.objects.filter(pk=upload.pk).exclude(state__in=(Upload.APPLIED, Upload.APPLYING))
        waiting.update(state=Upload.GIVEN_UP, content=b"", problems=[], finished_at=timezone.now())


def forget_old() -> None:
    with act("roster.forget", actor=Actor.system("intake")):
        old = Upload.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(content=b"", problems=[])
        old.filter(state=Upload.APPLIED).update(content=b"", problems=[])
        old.exclude(state=Upload.APPLIED).update(
            state=Upload.GIVEN_UP, content=b"", problems=[], finished_at=timezone.now()
        )


def look(pk: int) -> None:
    """Read and compare; what can be told is written down for the page."""
    upload = _at_work(pk, Upload.QUEUED, Upload.READING, Upload.COMPARING)
    if upload is None:
        return
    try:
        reading = _read(upload, Upload.READING)
        _say(upload, state=Upload.COMPARING, **_told(reading))
        with one_at_a_time():
            _show(upload, _seen(upload, reading))
    except UnusableRoster as refusal:
        _unusable(upload, str(refusal), refusal.reading)
    except UnusableInput as refusal:
        _unusable(upload, str(refusal))


def write(pk: int) -> None:
    """Apply what was accepted. Where the database has changed since, what would be done now is shown anew instead."""
    upload = _at_work(pk, Upload.ACCEPTED, Upload.APPLYING)
    if upload is None:
        return
    try:
        reading = _read(upload, Upload.APPLYING)
        with one_at_a_time():
            seen = _seen(upload, reading)
            if seen.fingerprint != upload.fingerprint:
                _show(upload, seen, outdated=True)
                return
            apply(seen, actor=Actor.user(upload.user), on=timezone.localdate())
            _say(upload, state=Upload.APPLIED, content=b"", problems=[], finished_at=timezone.now())
    except UnusableInput as refusal:
        _unusable(upload, str(refusal))


def failed(pk: int) -> None:
    """A fault of ours must not leave anybody waiting."""
    if (upload := _at_work(pk, *Upload.BUSY)) is not None:
        _unusable(upload, "Внутренняя ошибка: список не загружен. Сообщите тому, кто сопровождает систему.")


def _at_work(pk: int, *states: str) -> Upload | None:
    return Upload.objects.select_related("organization", "user").filter(pk=pk, state__in=states).first()


def _read(upload: Upload, state: str) -> Reading:
    """From a file of our own, 0600, that goes with the reading."""
    _say(upload, state=state, rows=0, file="")
    last = time.monotonic()

    def progress(file: str, rows: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            _say(upload, file=file[:255], rows=rows)

    with tempfile.TemporaryDirectory(prefix="peremena-roster-") as folder:
        ending = "".join(letter for letter in Path(upload.name).suffix[1:].lower() if letter.isalnum())
        path = Path(folder) / f"roster.{ending or 'zip'}"
        path.write_bytes(unseal_bytes(bytes(upload.content)))
        try:
            return read(path, progress=progress)
        except UnusableRoster as refusal:
            raise UnusableRoster(str(refusal).replace(path.name, upload.name), refusal.reading) from refusal


def _seen(upload: Upload, reading: Reading) -> Preview:
    school = upload.organization
    try:
        seen = preview(reading.roster, school=school)
    except UnusableInput as refusal:
        if not str(refusal).startswith("--school"):
            raise
        # What the command line answers to its option.
        raise UnusableInput(
            f"В файле не одна школа «{school.name}»: выберите школу, о которой файл, или выгрузите список одной этой школы."
        ) from refusal
    refuse_beyond(seen, school)
    return seen


def _told(reading: Reading) -> dict[str, object]:
    return {
        "format": reading.format,
        "counts": reading.roster.counts(),
        "problems": [problem._asdict() for problem in reading.problems],
        "problems_total": reading.problems_total,
        "errors": reading.errors,
    }


def _show(upload: Upload, seen: Preview, *, outdated: bool = False) -> None:
    changes, fingerprint = seen.changes(), seen.fingerprint
    _say(upload, state=Upload.SHOWN, changes=changes, fingerprint=fingerprint, outdated=outdated)


def _unusable(upload: Upload, why: str, reading: Reading | None = None) -> None:
    told = _told(reading) if reading else {}
    _say(upload, state=Upload.UNUSABLE, refusal=why, content=b"", finished_at=timezone.now(), **told)


def _say(upload: Upload, **values: object) -> None:
    """Not over the head of who has given it up meanwhile."""
    with act("roster.upload", actor=Actor.user(upload.user), organization=upload.organization_id), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).exclude(state__in=(Upload.GIVEN_UP, Upload.APPLIED)).update(**values)
