"""A school some weeks later, changed by exactly so much."""

from __future__ import annotations

from dataclasses import replace

from peremena.bench.roster import School


def churned(school: School, classes: int, *, renamed: int = 0) -> School:
    """In each of the first `classes` the last pupil goes to the next class, the one before leaves, a new one comes; the last
    `renamed` of all have another title."""
    keys = list(school.classes)
    rolls = {key: list(pupils) for key, pupils in school.classes.items()}
    for number, key in enumerate(keys[:classes]):
        mover, leaver = rolls[key][-1], rolls[key][-2]
        rolls[key] = [pupil for pupil in rolls[key] if pupil not in (mover, leaver)]
        rolls[keys[classes + number]].append(mover)
        rolls[key].append(f"newcomer-{number:02}")
    titles = {key: f"{key} новый" for key in keys[len(keys) - renamed :]}
    return replace(school, classes={key: tuple(pupils) for key, pupils in rolls.items()}, titles=titles)
