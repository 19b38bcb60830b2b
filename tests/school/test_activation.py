"""A code is issued, used once, or void."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school import activation
from peremena.school.activation import Changed, CodeRefused, UsernameTaken, activate, issue, proven, recognized
from peremena.school.granting import give
from peremena.school.models import ActivationCode, Grant, Organization, Person
from peremena.school.models.activation import last_day
from tests import school_rows as rows

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("tests")
NEW_PASSWORD = "seven-other-invented-words"


@pytest.fixture
def school(db: None) -> Organization:
    with rows.writing():
        return rows.small_school("demo")


@pytest.fixture
def pupil(school: Organization) -> Person:
    return Person.objects.filter(family_name="Сидорова").earliest("pk")


def code_of(person: Person) -> str:
    school = Organization.objects.get(key="demo")
    return issue([person.pk], school, actor=ACTOR)[person.pk]


def use(code: str, username: str = "sidorova") -> User:
    return activate(recognized(code).pk, username=username, password=NEW_PASSWORD)


def endings(person: Person) -> list[str]:
    return list(person.activation_codes.order_by("pk").values_list("ending", flat=True))


def test_a_code_gives_its_person_an_account_once(pupil: Person) -> None:
    code = code_of(pupil)
    user = use(code)
    pupil.refresh_from_db()
    assert (pupil.user, user.username, user.check_password(NEW_PASSWORD)) == (user, "sidorova", True)
    assert endings(pupil) == ["used"]
    with pytest.raises(CodeRefused):
        recognized(code)


def test_one_proven_before_somebody_used_it_is_proven_no_more(pupil: Person) -> None:
    found = recognized(code_of(pupil))
    activate(found.pk, username="sidorova", password=NEW_PASSWORD)
    with pytest.raises(CodeRefused):
        activate(found.pk, username="second", password=NEW_PASSWORD)
    with pytest.raises(CodeRefused):
        proven(found.pk)
    assert list(User.objects.values_list("username", flat=True)) == ["sidorova"]


@pytest.mark.parametrize("pk", [0, 987_654_321])
def test_a_code_that_never_was_is_refused(db: None, pk: int) -> None:
    with pytest.raises(CodeRefused):
        activate(pk, username="sidorova", password=NEW_PASSWORD)


def test_a_new_code_ends_the_older_one(pupil: Person) -> None:
    older, newer = code_of(pupil), code_of(pupil)
    with pytest.raises(CodeRefused):
        recognized(older)
    assert recognized(newer).person == pupil
    assert endings(pupil) == ["replaced", ""]


def test_a_code_is_good_to_the_end_of_its_last_day(pupil: Person, settings, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    settings.ACTIVATION_DAYS = 30
    zone = timezone.get_default_timezone()
    clock = {"now": datetime.datetime(2026, 11, 27, 9, 30, tzinfo=zone)}
    monkeypatch.setattr(activation.timezone, "now", lambda: clock["now"])
    code = code_of(pupil)
    assert last_day(pupil.activation_codes.get().expires_at) == datetime.date(2026, 12, 27)
    clock["now"] = datetime.datetime(2026, 12, 27, 23, 59, 59, tzinfo=zone)
    assert recognized(code).person == pupil
    clock["now"] += datetime.timedelta(seconds=1)
    for act in (
        lambda: recognized(code),
        lambda: activate(pupil.activation_codes.get().pk, username="a", password="b"),
    ):
        with pytest.raises(CodeRefused):
            act()


def test_whoever_has_left_has_no_use_of_his_code_and_gets_none(pupil: Person, school: Organization) -> None:
    code = code_of(pupil)
    pk = recognized(code).pk
    with rows.writing():
        Person.objects.filter(pk=pupil.pk).update(ended="2026-11-27")
    for act in (lambda: recognized(code), lambda: activate(pk, username="sidorova", password=NEW_PASSWORD)):
        with pytest.raises(CodeRefused):
            act()
    assert issue([pupil.pk], school, actor=ACTOR) == {}


def test_a_taken_name_is_told_and_the_code_stays_good(pupil: Person) -> None:
    with rows.writing():
        rows.user("Ivanova")
    code = code_of(pupil)
    with pytest.raises(UsernameTaken):
        use(code, "ivanova")  # sign-in takes both for one
    assert use(code, "ivanova2").username == "ivanova2"


def test_whoever_has_an_account_keeps_it_and_gets_a_new_password(school: Organization) -> None:
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))
        rows.employ(person, school)
    user = use(code_of(person), "another")
    assert (user.username, user.check_password(NEW_PASSWORD), User.objects.count()) == ("teacher", True, 1)


def test_a_code_does_not_open_a_closed_account(school: Organization) -> None:
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))
    code = code_of(person)
    with rows.writing():
        User.objects.update(is_active=False)
    with pytest.raises(CodeRefused):
        recognized(code)


def test_a_right_that_is_given_ends_the_code_that_was_issued_without_it(school: Organization) -> None:
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))
        rows.employ(person, school)
    code = code_of(person)
    assert person.user
    give(person.user, Grant.OPERATOR, None, actor=ACTOR)
    with pytest.raises(CodeRefused):
        recognized(code)
    assert endings(person) == ["void"]


def test_codes_are_issued_only_over_those_that_were_seen(pupil: Person, school: Organization) -> None:
    nothing: dict[int, int | None] = {pupil.pk: None}
    first = issue([pupil.pk], school, actor=ACTOR, still=nothing)
    with pytest.raises(Changed):
        issue([pupil.pk], school, actor=ACTOR, still=nothing)
    assert recognized(first[pupil.pk]).person == pupil
    issue([pupil.pk], school, actor=ACTOR, still={pupil.pk: pupil.activation_codes.get().pk})
    assert endings(pupil) == ["replaced", ""]


def test_many_codes_cost_as_many_queries_as_one(school: Organization) -> None:
    with rows.writing():
        Person.objects.bulk_create(
            Person(public_id=f"c{number}", family_name="Толпина", given_name="Анна") for number in range(1000)
        )
    crowd = list(Person.objects.filter(family_name="Толпина").values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as one:
        issue(crowd[:1], school, actor=ACTOR)
    with CaptureQueriesContext(connection) as all_of_them:
        codes = issue(crowd, school, actor=ACTOR)
    assert (len(set(codes.values())), len(all_of_them)) == (1000, len(one))
    assert ActivationCode.objects.filter(ended_at=None).count() == 1000


def everything_stored() -> str:
    """Every row of every table, as the database writes it."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select row_to_json(each)::text from {connection.ops.quote_name(table)} as each")
            text += [row[0] for row in cursor.fetchall()]
    return "\n".join(text)


def test_a_code_is_stored_nowhere_and_its_digest_not_in_the_history(
    pupil: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = code_of(pupil)
    digest = pupil.activation_codes.get().digest
    use(code)
    stored = everything_stored()
    for form in (code, code.replace("-", ""), code.lower()):
        assert form not in stored
        assert form not in caplog.text
    assert stored.count(digest) == 1  # the control: what is stored is found, and only in its own row
    assert digest not in caplog.text


def acts(person: Person) -> list[tuple[str, str]]:
    events = person.activation_codes.get().events.order_by("pgh_id")  # type: ignore[attr-defined]
    return [(event.pgh_context.metadata["action"], event.pgh_context.metadata["actor"]) for event in events]


def test_issuing_and_using_are_on_record_with_who_did_it(pupil: Person) -> None:
    use(code_of(pupil))
    assert acts(pupil) == [("activation.issue", "system:tests"), ("activation.use", f"person:{pupil.pk}")]


def together(*tries: Callable[[], object]) -> list[str]:
    """All at the same moment, each in a connection of its own; how they ended."""
    start = Barrier(len(tries))

    def attempt(one: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            one()
        except (CodeRefused, UsernameTaken, Changed) as refused:
            return type(refused).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(tries)) as pool:
        return sorted(pool.map(attempt, tries))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_code_at_once_exactly_one_gets_the_account(pupil: Person) -> None:
    pk = recognized(code_of(pupil)).pk
    tries = [lambda name=name: activate(pk, username=name, password=NEW_PASSWORD) for name in ("one", "two", "three")]
    assert together(*tries) == ["CodeRefused", "CodeRefused", "done"]
    assert (User.objects.count(), endings(pupil)) == (1, ["used"])


@pytest.mark.django_db(transaction=True)
def test_a_right_given_while_a_code_is_being_issued_ends_that_code_too(school: Organization) -> None:
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))

    def give_right() -> None:
        assert person.user
        try:
            give(person.user, Grant.OPERATOR, None, actor=ACTOR)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            issue([person.pk], school, actor=ACTOR)
            giving = pool.submit(give_right)
            while not waiting_for_a_lock():
                assert not giving.done()
        giving.result(timeout=10)
    assert endings(person) == ["void"]


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists(select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_one_name_at_once_exactly_one_gets_it(pupil: Person) -> None:
    other = Person.objects.filter(family_name="Кузнецова").earliest("pk")
    codes = [recognized(code_of(person)).pk for person in (pupil, other)]
    tries = [lambda pk=pk: activate(pk, username="anna", password=NEW_PASSWORD) for pk in codes]
    assert together(*tries) == ["UsernameTaken", "done"]
    assert ActivationCode.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_at_once_one_is_asked_again(pupil: Person, school: Organization) -> None:
    nothing: dict[int, int | None] = {pupil.pk: None}
    tries = [lambda: issue([pupil.pk], school, actor=ACTOR, still=dict(nothing)) for _ in range(2)]
    assert together(*tries) == ["Changed", "done"]
    assert endings(pupil) == [""]
