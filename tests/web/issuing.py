"""Asking for codes and getting them."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from peremena.school.models import Organization, Person, SchoolClass
from tests import school_rows as rows
from tests.web.reading import elements, texts

PAGE = "/users/demo/codes/"
EVERYBODY = {"whom": "everybody"}


def town(school: Organization) -> dict[str, Person]:
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
