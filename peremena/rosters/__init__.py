"""Reading rosters: a file becomes values and problems by row. It knows no database and decides nothing about people."""

from peremena.rosters.base import Progress, Reading, RosterFormat, UnusableRoster
from peremena.rosters.formats import ROSTER_FORMATS, read
from peremena.rosters.problems import Problem, Severity

__all__ = ["ROSTER_FORMATS", "Problem", "Progress", "Reading", "RosterFormat", "Severity", "UnusableRoster", "read"]
