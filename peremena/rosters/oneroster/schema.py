"""The files of OneRoster CSV 1.1 and 1.2.1: their columns in order, what each may hold and whom it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from peremena.rosters.oneroster.lexical import (
    BLANK,
    BOOLEAN,
    DATE,
    DATE_TIME,
    FREE,
    GUID,
    GUIDS,
    LIST,
    TEXT,
    USER_IDS,
    YEAR,
    Kind,
    vocabulary,
)

MANIFEST = "manifest.csv"
SESSIONS = "academicSessions.csv"
ORGS = "orgs.csv"
COURSES = "courses.csv"
CLASSES = "classes.csv"
USERS = "users.csv"
USER_PROFILES = "userProfiles.csv"
ROLES = "roles.csv"
ENROLLMENTS = "enrollments.csv"
DEMOGRAPHICS = "demographics.csv"
METADATA = "metadata."


@dataclass(frozen=True, slots=True)
class Column:
    """`target` is the file whose sourcedId the cell names. `forgiven`: required by the standard, not by us."""

    name: str
    kind: Kind
    required: bool = False
    target: str = ""
    forgiven: bool = False
    missing: str = "row.missing_required_value"

    @property
    def is_list(self) -> bool:
        return self.kind is GUIDS


@dataclass(frozen=True, slots=True)
class Table:
    """One rostering file. A roster whose `needed` table is mostly bad is refused as a whole."""

    file: str
    columns: tuple[Column, ...]
    needed: bool = True


_KEY = Column("sourcedId", GUID, required=True)
_BULK = (Column("status", BLANK), Column("dateLastModified", BLANK))
_DELTA = (
    Column(
        "status",
        vocabulary("active", "tobedeleted", understood=("inactive",)),
        required=True,
        forgiven=True,
        missing="row.field_required_in_delta",
    ),
    Column("dateLastModified", DATE_TIME, required=True, forgiven=True, missing="row.field_required_in_delta"),
)


def lifecycle(mode: str) -> tuple[Column, ...]:
    """The columns after sourcedId: blank in bulk, filled in delta."""
    return _DELTA if mode == "delta" else _BULK


def _table(file: str, *columns: Column, key: Column = _KEY, needed: bool = True) -> Table:
    return Table(file, (key, *_BULK, *columns), needed)


def _required(name: str, kind: Kind = TEXT, target: str = "", *, forgiven: bool = False) -> Column:
    return Column(name, kind, required=True, target=target, forgiven=forgiven)


def _free(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, FREE) for name in names)


def _flags(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, BOOLEAN) for name in names)


_SESSIONS = _table(
    SESSIONS,
    _required("title"),
    _required("type", vocabulary("gradingPeriod", "semester", "schoolYear", "term", extensible=True)),
    _required("startDate", DATE),
    _required("endDate", DATE),
    Column("parentSourcedId", GUID, target=SESSIONS),
    _required("schoolYear", YEAR, forgiven=True),  # a parent session or the last day tells it as well
)
_ORGS = _table(
    ORGS,
    _required("name"),
    _required("type", vocabulary("department", "school", "district", "local", "state", "national", extensible=True)),
    *_free("identifier"),
    Column("parentSourcedId", GUID, target=ORGS),
)
_SUBJECTS = (Column("subjects", LIST), Column("subjectCodes", LIST))
_COURSES = _table(
    COURSES,
    Column("schoolYearSourcedId", GUID, target=SESSIONS),
    _required("title"),
    *_free("courseCode"),
    Column("grades", LIST),
    _required("orgSourcedId", GUID, ORGS),
    *_SUBJECTS,
)
_CLASSES = _table(
    CLASSES,
    _required("title"),
    Column("grades", LIST),
    _required("courseSourcedId", GUID, COURSES),
    *_free("classCode"),
    _required("classType", vocabulary("homeroom", "scheduled", extensible=True)),
    *_free("location"),
    _required("schoolSourcedId", GUID, ORGS),
    _required("termSourcedIds", GUIDS, SESSIONS),
    *_SUBJECTS,
    Column("periods", LIST),
)
_ENABLED = _required("enabledUser", BOOLEAN)
_NAMES = (
    _required("username"),
    Column("userIds", USER_IDS),
    _required("givenName"),
    _required("familyName"),
    *_free("middleName", "identifier", "email", "sms", "phone"),
    Column("agentSourcedIds", GUIDS, target=USERS),
    Column("grades", LIST),
    *_free("password"),
)
_ROLE_WORDS_11 = ("administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher")
_USERS_11 = _table(
    USERS,
    _ENABLED,
    _required("orgSourcedIds", GUIDS, ORGS),
    _required("role", vocabulary(*_ROLE_WORDS_11)),
    *_NAMES,
)
_USERS_12 = _table(
    USERS,
    _ENABLED,
    *_NAMES,
    *_free("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
    Column("primaryOrgSourcedId", GUID, target=ORGS),
    *_free("pronouns"),
)
_USER_PROFILES = _table(
    USER_PROFILES,
    _required("userSourcedId", GUID, USERS),
    _required("profileType"),
    _required("vendorId"),
    *_free("applicationId", "description"),
    _required("credentialType"),
    _required("username"),
    *_free("password"),
    needed=False,
)
_ROLE_WORDS_12 = (
    *("aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor"),
    *("relative", "siteAdministrator", "student", "systemAdministrator", "teacher"),
)
_BEGIN_END = (Column("beginDate", DATE), Column("endDate", DATE))
_ROLES = _table(
    ROLES,
    _required("userSourcedId", GUID, USERS),
    _required("roleType", vocabulary("primary", "secondary")),
    _required("role", vocabulary(*_ROLE_WORDS_12, extensible=True, understood=("administrator",))),
    *_BEGIN_END,
    _required("orgSourcedId", GUID, ORGS),
    Column("userProfileSourcedId", GUID, target=USER_PROFILES),
)


def _enrollments(*, extensible: bool) -> Table:
    roles = vocabulary(
        *("administrator", "proctor", "student", "teacher"),
        extensible=extensible,
        understood=("parent", "guardian", "relative", "aide"),  # of older makers and of Japan's profile
    )
    return _table(
        ENROLLMENTS,
        _required("classSourcedId", GUID, CLASSES),
        _required("schoolSourcedId", GUID, ORGS),
        _required("userSourcedId", GUID, USERS),
        _required("role", roles),
        Column("primary", BOOLEAN),
        *_BEGIN_END,
    )


_DEMOGRAPHICS = _table(
    DEMOGRAPHICS,
    Column("birthDate", DATE),
    Column("sex", vocabulary("male", "female", "unspecified", "other", extensible=True)),
    *_flags("americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander"),
    *_flags("white", "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity"),
    *_free("countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus"),
    key=_required("sourcedId", GUID, USERS),
    needed=False,
)

# In reading order: a file comes after every file it points at.
TABLES: Mapping[str, tuple[Table, ...]] = {
    "1.1": (_ORGS, _SESSIONS, _COURSES, _CLASSES, _USERS_11, _enrollments(extensible=False), _DEMOGRAPHICS),
    "1.2": (
        *(_ORGS, _SESSIONS, _COURSES, _CLASSES, _USERS_12, _USER_PROFILES, _ROLES),
        *(_enrollments(extensible=True), _DEMOGRAPHICS),
    ),
}

_NEIGHBOURS_11 = ("categories", "classResources", "courseResources", "lineItems", "resources", "results")
_NEIGHBOURS_12 = (
    *_NEIGHBOURS_11,
    *("lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds", "resultScoreScales"),
    *("scoreScales", "userResources"),
)
# Gradebook and resources: a manifest must speak of them, and we do not read them.
NEIGHBOURS: Mapping[str, tuple[str, ...]] = {
    "1.1": tuple(f"{name}.csv" for name in _NEIGHBOURS_11),
    "1.2": tuple(f"{name}.csv" for name in _NEIGHBOURS_12),
}


def catalogue(version: str) -> tuple[str, ...]:
    """Every data file the version knows."""
    return (*(table.file for table in TABLES[version]), *NEIGHBOURS[version])
