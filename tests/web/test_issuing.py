"""Codes for the first sign-in: who is given one, and that they are shown this one time only."""

from __future__ import annotations

import logging

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.core.roster import EnrollmentRole
from peremena.school.activation import CodeRefused, activate, recognized
from peremena.school.models import ActivationCode, Enrollment, Organization, Person, SchoolClass
from peremena.web.wording import issuing as words
from tests import school_rows as rows
from tests.web.issuing import EVERYBODY, PAGE, asked, class_of, form_of, issued, names, question, slips, town
from tests.web.reading import elements, texts


@pytest.fixture
def people(school: Organization, administrator: User) -> dict[str, Person]:
    return town(school)


def test_everybody_without_a_sign_in_gets_a_slip_beside_his_family(people: dict[str, Person], client: Client) -> None:
    assert question(asked(client, **EVERYBODY)) == "Будут выданы коды 6 людям."
    page = issued(client, **EVERYBODY)
    assert texts(page, "h1") == ["Выдано: 6 кодов"]
    assert [text.removesuffix(" Демо школа") for text in texts(page, "h2")[:-1]] == ["Сотрудники", "1А", "10Б"]
    assert names(page) == ["Петрова", "Кузнецова", "Кузнецова", "Сидорова", "Сидорова", "Яковлева"]
    assert texts(page, "p", **{"class": "slip-role"})[1:3] == ["ученик 1А", "родитель (Кузнецова Анна)"]
    for name, code in slips(page):
        assert recognized(code).person.full_name == name


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"whom": "staff"}, ["Петрова"]),
        ({"whom": "class", "class": "1А", "pupils": 1, "parents": 1}, ["Кузнецова", "Кузнецова", "Сидорова", "Сидорова"]),
        ({"whom": "class", "class": "1А", "pupils": 1}, ["Кузнецова", "Сидорова"]),
        ({"whom": "class", "class": "1А", "parents": 1}, ["Кузнецова", "Сидорова"]),
        ({"whom": "class", "class": "10Б", "pupils": 1, "parents": 1}, ["Яковлева"]),
    ],
    ids=["staff", "class", "pupils", "parents", "tenth"],
)  # fmt: skip
def test_staff_or_one_class_or_only_its_pupils_or_parents(
    people: dict[str, Person], client: Client, wanted: dict[str, object], found: list[str]
) -> None:
    if "class" in wanted:
        wanted = wanted | {"class": class_of(str(wanted["class"]))}
    page = issued(client, **wanted)
    assert names(page) == found
    roles = set(texts(page, "p", **{"class": "slip-role"}))
    assert ("ученик 1А" in roles) == (wanted.get("pupils") == 1 and "Яковлева" not in found)


def test_of_two_children_a_parent_stands_with_the_one_in_the_class_that_is_printed(
    people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        rows.guard(people["tenth"], people["parent"])
    page = issued(client, whom="class", **{"class": class_of("10Б"), "parents": 1})
    assert names(page) == ["Сидорова"]
    assert len(names(issued(client, whom="everybody"))) == 5  # once, and not again


def test_whoever_has_a_code_is_left_alone_unless_it_is_asked_for(people: dict[str, Person], client: Client) -> None:
    first = dict(slips(issued(client, whom="staff")))
    assert question(asked(client, whom="staff")) == "Выдавать некому"
    assert question(asked(client, **EVERYBODY)) == "Будут выданы коды 5 людям."
    page = asked(client, whom="everybody", again=1)
    assert question(page) == (
        "Будут выданы коды 6 людям. Прежние неиспользованные коды 1 человека перестанут действовать."
    )
    second = dict(slips(client.post(PAGE, form_of(page))))
    with pytest.raises(CodeRefused):
        recognized(first["Петрова Анна"])
    assert recognized(second["Петрова Анна"]).person == people["teacher"]


def test_a_page_sent_twice_does_not_end_the_codes_it_has_printed(people: dict[str, Person], client: Client) -> None:
    form = form_of(asked(client, whom="everybody", again=1))
    first = slips(client.post(PAGE, form))
    again = client.post(PAGE, form)
    assert (slips(again), texts(again, "p", role="alert")) == ([], [words.CHANGED])
    assert all(recognized(code) for _, code in first)


def test_what_changed_since_the_question_is_asked_again(people: dict[str, Person], client: Client) -> None:
    form = form_of(asked(client, **EVERYBODY))
    with rows.writing():
        rows.employ(rows.person("Новая"), Organization.objects.get(key="demo"))
    page = client.post(PAGE, form)
    assert (texts(page, "p", role="alert"), ActivationCode.objects.count()) == ([words.CHANGED], 0)
    assert question(page) == "Будут выданы коды 7 людям."
    assert len(slips(client.post(PAGE, form_of(page)))) == 7


def test_the_codes_are_shown_once_and_kept_by_no_browser(
    people: dict[str, Person], client: Client, settings, caplog: pytest.LogCaptureFixture
) -> None:  # type: ignore[no-untyped-def]
    caplog.set_level(logging.DEBUG)
    settings.PUBLIC_URL = "https://chats.school.test"
    page = issued(client, **EVERYBODY)
    assert "no-store" in page.headers["Cache-Control"]
    assert "https://chats.school.test/accounts/activate/" in page.content.decode()
    seen = "".join(client.get(address).content.decode() for address in (PAGE, "/users/", "/users/demo/table/"))
    for _, code in slips(page):
        assert code not in seen
        assert code not in caplog.text


def test_who_issued_is_on_record_by_number(people: dict[str, Person], administrator: User, client: Client) -> None:
    issued(client, whom="person", person=people["pupil"].pk)
    event = people["pupil"].activation_codes.get().events.get()  # type: ignore[attr-defined]
    metadata = event.pgh_context.metadata
    assert (metadata["action"], metadata["actor"]) == ("activation.issue", f"user:{administrator.pk}")
    assert set(metadata) == {"action", "actor", "organization", "people"}


def test_one_person_gets_a_code_whatever_he_has(people: dict[str, Person], client: Client) -> None:
    page = asked(client, whom="person", person=people["secretary"].pk)
    assert question(page) == "Выдать код: Секретарёва Анна?"
    assert "имя для входа — secretary" in " ".join(texts(page, "p"))
    ((_, code),) = slips(client.post(PAGE, form_of(page)))
    user = activate(recognized(code).pk, username="", password="seven-other-invented-words")
    assert (user.username, user.check_password(rows.PASSWORD)) == ("secretary", False)
    page = asked(client, whom="person", person=people["pupil"].pk)
    assert "сам придумает" in " ".join(texts(page, "p"))
    issued(client, whom="person", person=people["pupil"].pk)
    page = asked(client, whom="person", person=people["pupil"].pk)
    assert question(page).endswith("Прежние неиспользованные коды 1 человека перестанут действовать.")


def test_a_thousand_people_cost_as_many_queries_as_six(
    school: Organization, people: dict[str, Person], client: Client
) -> None:
    first = SchoolClass.objects.get(organization=school, title="1А")
    with CaptureQueriesContext(database) as few:
        assert len(slips(issued(client, **EVERYBODY))) == 6
    with rows.writing():
        crowd = Person.objects.bulk_create(
            Person(public_id=f"c{number}", family_name=f"Толпина {number}", given_name="Анна") for number in range(1000)
        )
        Enrollment.objects.bulk_create(
            Enrollment(
                source=rows.source(),
                source_key=f"crowd{person.pk}",
                person=person,
                school_class=first,
                role=EnrollmentRole.STUDENT,
            )
            for person in crowd
        )
    with CaptureQueriesContext(database) as many:
        assert len(slips(issued(client, **EVERYBODY))) == 1000
    assert len(many) == len(few)


def test_the_list_leads_to_the_codes_of_all_and_of_each(people: dict[str, Person], client: Client) -> None:
    page = client.get("/users/?school=demo&text=яковл")
    links = [
        dict(link.attributes)["href"] for link in elements(page, "a") if "/codes/" in dict(link.attributes)["href"]
    ]
    assert links == [PAGE, f"{PAGE}?whom=person&person={people['tenth'].pk}"]
