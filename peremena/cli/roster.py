from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from peremena.cli import output
from peremena.cli.installation import in_one_line, is_there, setup
from peremena.cli.schools import date_option, json_option, school
from peremena.core.errors import UnusableInput
from peremena.rosters import ROSTER_FORMATS, Reading, Severity, UnusableRoster, read

NO_CHANGES: dict[str, Any] = {"changes": None, "fingerprint": None}


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--school", "key", metavar="KEY", help="какая из наших школ та единственная, что в файле")
@click.option("--format", "format_", type=click.Choice(sorted(ROSTER_FORMATS)), help="формат; иначе узнаётся по файлу")
@click.option("--year", type=int, help="учебный год (год окончания), который станет текущим; иначе последний в файле")
@date_option
@click.option("--strict", is_flag=True, help="проверить файл по всей строгости стандарта")
@click.option("--apply", "apply_", is_flag=True, help="принять изменения; иначе только показать")
@json_option
def roster(
    path: Path,
    key: str | None,
    format_: str | None,
    year: int | None,
    on: datetime | None,
    strict: bool,
    apply_: bool,
    as_json: bool,
) -> None:
    """Прочитать список школы: показать, что в нём и что изменится; с --apply принять."""
    reading, refusal = _read(path, format_, strict)
    changes = NO_CHANGES
    try:
        if not refusal:
            changes = _changes(reading, key, year, on.date() if on else None, apply_)
    except Exception as error:
        if not (refusal := in_one_line(error)):
            raise
    if as_json:
        output.as_json(_json(reading) | changes)
    else:
        _tell(reading, changes, applied=apply_ and not refusal)
    if refusal:
        raise UnusableInput(refusal)
    sys.exit(1 if reading.errors else 0)


def _read(path: Path, format_: str | None, strict: bool) -> tuple[Reading, str]:
    """The reading, and why it cannot be used, if so."""
    with output.progress("Чтение") as bar:
        try:
            reading = read(path, format=format_, strict=strict, progress=lambda file, rows: bar(rows, what=file))
        except UnusableRoster as error:
            return error.reading, str(error)
    if strict and reading.problems_total:
        return reading, f"{path}: по стандарту есть замечания ({reading.problems_total}), с --strict это отказ."
    return reading, ""


def _changes(reading: Reading, key: str | None, year: int | None, on: date | None, apply_: bool) -> dict[str, Any]:
    """What the database would have to change, and the changing itself."""
    if not is_there() and not (apply_ or key):
        output.say("Базы нет, поэтому изменения не показаны, только то, что в файле.")
        return NO_CHANGES
    if reading.mode == "delta" and not apply_:
        output.say("Файл вида «delta» (только изменения): что он изменит, не показано.")
        return NO_CHANGES
    setup()
    from django.utils import timezone

    from peremena.audit.acts import COMMAND_LINE
    from peremena.intake.applying import apply, one_at_a_time
    from peremena.intake.preview import preview

    with one_at_a_time():
        seen = preview(reading.roster, school=school(key) if key else None, year=year)
        if apply_:
            apply(seen, actor=COMMAND_LINE, on=on or timezone.localdate())
    return {"changes": seen.changes(), "fingerprint": seen.fingerprint}


def _json(reading: Reading) -> dict[str, Any]:
    return {
        "format": reading.format,
        "counts": reading.roster.counts(),
        "problems": [problem._asdict() for problem in reading.problems],
        "problems_total": reading.problems_total,
    }


COUNTS = {
    "schools": "школ",
    "classes": "классов",
    "groups": "групп",
    "subjects": "предметов",
    "students": "учеников",
    "guardians": "родителей",
    "staff": "сотрудников",
    "teachers": "из них учителей",
    "enrollments": "зачислений",
}
KINDS = {
    "schools": "школы",
    "classes": "классы",
    "groups": "группы",
    "subjects": "предметы",
    "people": "люди",
    "enrollments": "зачисления",
    "guardianships": "родительские связи",
}
WORDS = {"new": "новых", "same": "без изменений", "changed": "изменится", "gone": "уйдёт", "doubtful": "под вопросом"}
SHOWN = 20  # problems on a terminal; --json has up to 1,000


def _tell(reading: Reading, changes: dict[str, Any], *, applied: bool) -> None:
    counts = reading.roster.counts()
    output.say(
        f"Формат {reading.format or 'не узнан'}: " + ", ".join(f"{COUNTS[k]} {v}" for k, v in counts.items()) + "."
    )
    if reading.not_read:
        output.say(f"Не читаются (не список школы): {', '.join(reading.not_read)}.")
    for problem in reading.problems[:SHOWN]:
        level = "ошибка" if problem.severity is Severity.ERROR else "замечание"
        where = ", ".join(
            part for part in (problem.file, problem.row and f"строка {problem.row}", problem.field) if part
        )
        output.say(f"  {level} {problem.code}: {where}")
    if reading.problems_total > SHOWN:
        output.say(f"  … всего {reading.problems_total}; остальные покажет --json.")
    for kind, found in (changes["changes"] or {}).items():
        output.say(f"  {KINDS[kind]}: " + ", ".join(f"{WORDS[word]} {count}" for word, count in found.items() if count))
    if applied:
        output.say("Принято.")
    elif changes["changes"] is not None:
        output.say("Это предпросмотр, ничего не изменено; принять: тот же вызов с --apply.")
