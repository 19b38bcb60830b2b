"""Codes for the first sign-in: who is given one, who may give it, and that they are shown this one time only."""

from __future__ import annotations

import logging

import pytest
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.roster import EnrollmentRole
from peremena.school.activation import CodeRefused, activate, issue, recognized
from peremena.school.granting import give
from peremena.school.models import ActivationCode, Enrollment, Grant, Organization, Person, SchoolClass
from peremena.web import access
from peremena.web.wording import issuing as words
from tests import school_rows as rows
from tests.web.reading import elements, texts

PAGE = "/users/demo/codes/"
EVERYBODY = {"whom": "everybody"}


@pytest.fixture
def people(school: Organization, administrator: User) -> dict[str, Person]:
    """Class 1А (two pupils, a parent each), its teacher, 10Б with one pupil and no parents, a secretary who signs in."""
    with rows.writing():
        tenth = rows.school_class(school, "10Б")
        pupil = rows.person("Яковлева")
        rows.enroll(pupil, tenth)
        secretary = rows.person("Секретарёва", user=rows.user("secretary"))
        rows.employ(secretary, school, "secretary")
    family = {name: list(Person.objects.filter(family_name=name).order_by("pk")) for name in ("Сидорова", "Кузнецова")}
    return {
        "teacher": Person.objects.get(family_name="Петрова"),
        "tenth": pupil,
        "secretary": secretary,
        "pupil": family["Сидорова"][0],
        "parent": family["Сидорова"][1],
        "pupil2": family["Кузнецова"][0],
        "parent2": family["Кузнецова"][1],
    }


def class_of(title: str) -> int:
    return SchoolClass.objects.get(title=title, organization__key="demo").pk


def asked(client: Client, **wanted: object) -> HttpResponse:
    return client.get(PAGE, wanted)


def form_of(page: HttpResponse) -> dict[str, str]:
    fields = [dict(field.attributes) for field in elements(page, "input", type="hidden")]
    named = ("whom", "class", "person", "pupils", "parents", "again", "seen")
    return {field["name"]: field.get("value", "") for field in fields if field["name"] in named}


def issued(client: Client, **wanted: object) -> HttpResponse:
    """As the page is answered: what it asked goes back with it."""
    return client.post(PAGE, form_of(asked(client, **wanted)))


def slips(page: HttpResponse) -> list[tuple[str, str]]:
    names = texts(page, "p", **{"class": "slip-name"})
    return list(zip(names, texts(page, "p", **{"class": "slip-code"}), strict=True))


def names(page: HttpResponse) -> list[str]:
    return [name.removesuffix(" Анна") for name, _ in slips(page)]


def question(page: HttpResponse) -> str:
    return " ".join(
        texts(page, "h2", **{"class": "card-title"})[:1] + texts(page, "p", **{"class": "alert alert-warning"})
    )


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


def refused(client: Client, person: Person) -> list[str]:
    """Whether the page asks or issues anything; its words."""
    page = asked(client, whom="person", person=person.pk)
    assert "seen" not in form_of(page)
    forced = client.post(PAGE, {"whom": "person", "person": person.pk, "seen": "x"})
    assert slips(forced) == []
    assert ActivationCode.objects.count() == 0
    return texts(page, "p", **{"class": "alert alert-warning"})


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Grant.OPERATOR, None),
        (Grant.OPERATOR, "region"),
        (Grant.ADMINISTRATOR, "other"),
        (Grant.ADMINISTRATOR, "region"),
    ],
)
def test_nobody_issues_a_code_for_an_account_with_a_right_that_is_not_his(
    people: dict[str, Person], client: Client, role: str, where: str | None
) -> None:
    with rows.writing():
        rows.school("other", "Другая школа")
        organization = Organization.objects.get(key=where) if where else None
        Grant.objects.create(user=people["secretary"].user, role=role, organization=organization)
    assert refused(client, people["secretary"]) == [words.BEYOND.format(name="Секретарёва Анна")]


def test_nor_among_many(people: dict[str, Person], client: Client) -> None:
    user = people["secretary"].user
    assert user
    with rows.writing():
        user.set_unusable_password()
        user.save()
    assert question(asked(client, whom="staff")) == "Будут выданы коды 2 людям."
    give(user, Grant.OPERATOR, None, actor=Actor.system("tests"))
    page = asked(client, whom="staff")
    assert words.skipped(1).replace("\u00a0", " ") in texts(page, "p")
    assert names(client.post(PAGE, form_of(page))) == ["Петрова"]


def test_an_equal_may_and_so_may_whoever_is_above(
    school: Organization, people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        Grant.objects.create(user=people["secretary"].user, role=Grant.ADMINISTRATOR, organization=school)
        operator = rows.granted("operator", Grant.OPERATOR, school.parent)
        everywhere = rows.granted("everywhere", Grant.OPERATOR, None)
        of_region = rows.user("of_region")
        Grant.objects.create(user=of_region, role=Grant.OPERATOR, organization=school.parent)
    secretary = people["secretary"].user
    assert secretary
    assert access.out_of_reach(User.objects.get(username="administrator"), [secretary.pk]) == set()
    assert access.out_of_reach(operator, [secretary.pk, of_region.pk, everywhere.pk]) == {everywhere.pk}
    assert access.out_of_reach(everywhere, [secretary.pk, of_region.pk, operator.pk]) == set()
    assert access.out_of_reach(secretary, [operator.pk, everywhere.pk, secretary.pk]) == {operator.pk, everywhere.pk}
    assert len(slips(issued(client, whom="person", person=people["secretary"].pk))) == 1


def test_of_a_person_of_two_schools_either_administrator_may_issue_one(
    people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        other = rows.school("other", "Другая школа")
        rows.employ(people["teacher"], other)
        client.force_login(rows.granted("there", Grant.ADMINISTRATOR, other))
    address = "/users/other/codes/"
    form = form_of(client.get(address, {"whom": "person", "person": people["teacher"].pk}))
    assert len(slips(client.post(address, form))) == 1


def test_a_closed_sign_in_gets_no_code(people: dict[str, Person], client: Client) -> None:
    with rows.writing():
        User.objects.filter(username="secretary").update(is_active=False)
    assert refused(client, people["secretary"]) == [words.CLOSED.format(name="Секретарёва Анна")]


def test_a_stranger_somebody_who_left_and_a_class_of_elsewhere_are_not_there(
    people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая школа")
        stranger = rows.person("Чужая")
        rows.employ(stranger, other)
        Person.objects.filter(pk=people["tenth"].pk).update(ended="2026-11-01")
    foreign = SchoolClass.objects.get(organization=other).pk
    wrong: list[dict[str, object]] = [
        {"whom": "person", "person": stranger.pk},
        {"whom": "person", "person": people["tenth"].pk},
        {"whom": "person", "person": "٣"},
        {"whom": "person", "person": "9" * 30},
        {"whom": "person"},
        {"whom": "class", "class": foreign, "pupils": 1},
        {"whom": "class"},
        {"whom": "nonsense"},
    ]
    for wanted in wrong:
        assert [client.get(PAGE, wanted).status_code, client.post(PAGE, wanted).status_code] == [404, 404], wanted
    assert client.post("/users/other/codes/", {"whom": "everybody"}).status_code == 404
    assert ActivationCode.objects.count() == 0


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


def test_issuing_is_refused_to_a_strange_page(people: dict[str, Person], administrator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    assert strict.post(PAGE, {"whom": "staff"}).status_code == 403


def test_the_other_school_knows_of_the_code_too(people: dict[str, Person], school: Organization) -> None:
    first = issue([people["teacher"].pk], school, actor=Actor.system("tests"))
    with rows.writing():
        other = rows.school("other", "Другая школа")
    issue([people["teacher"].pk], other, actor=Actor.system("tests"))
    with pytest.raises(CodeRefused):
        recognized(first[people["teacher"].pk])
