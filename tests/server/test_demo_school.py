"""What is true of «Демо школа»."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from peremena.server.demo_school import DemoSchool, generate
from peremena.server.demo_school.curriculum import Split
from peremena.server.demo_school.names import Sex, patronymic, surname
from peremena.server.demo_school.staff import DEPUTY, SECRETARY


@pytest.fixture(scope="module")
def school() -> DemoSchool:
    return generate()


@pytest.fixture(scope="module")
def class_of(school: DemoSchool) -> dict[str, str]:
    return {pupil.key: home for home, roll in school.rolls.items() for pupil in roll}


@pytest.fixture(scope="module")
def children(school: DemoSchool) -> dict[str, list[str]]:
    """Adult → pupils."""
    found: dict[str, list[str]] = defaultdict(list)
    for pupil, adults in school.guardians.of.items():
        for adult in adults:
            found[adult].append(pupil)
    return found


@pytest.mark.parametrize(
    ("male", "female"),
    [
        ("Иванов", "Иванова"),
        ("Киселёв", "Киселёва"),
        ("Никитин", "Никитина"),
        ("Островский", "Островская"),
        ("Бурый", "Бурая"),
        ("Бондаренко", "Бондаренко"),
        ("Седых", "Седых"),
        ("Покровский-Черных", "Покровская-Черных"),
    ],
)
def test_a_surname_agrees_with_sex(male: str, female: str) -> None:
    assert (surname(male, Sex.MALE), surname(male, Sex.FEMALE)) == (male, female)


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Иван", "Иванович", "Ивановна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Николай", "Николаевич", "Николаевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Аркадий", "Аркадьевич", "Аркадьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Георгий", "Георгиевич", "Георгиевна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Пётр", "Петрович", "Петровна"),
        ("Михаил", "Михайлович", "Михайловна"),
    ],
)
def test_a_patronymic_comes_of_the_fathers_name(father: str, son: str, daughter: str) -> None:
    assert (patronymic(father, Sex.MALE), patronymic(father, Sex.FEMALE)) == (son, daughter)


def test_everybodys_name_agrees_with_their_sex(school: DemoSchool) -> None:
    endings = {(person.sex, person.name.middle[-2:]) for person in school.people.values() if person.name.middle}
    assert endings == {(Sex.FEMALE, "на"), (Sex.MALE, "ич")}
    indeclinable = ("ко", "ых", "их")
    for person in school.people.values():
        for half in person.name.family.split("-"):
            assert half.endswith(indeclinable) or half.endswith(("а", "ая")) == (person.sex is Sex.FEMALE)


def test_a_school_of_22_classes_has_the_usual_numbers(school: DemoSchool) -> None:
    positions = Counter("teacher" in employee.post.roles for employee in school.staff.employees)
    assert [home.title for home in school.homes] == [f"{grade}{letter}" for grade in range(1, 12) for letter in "АБ"]
    assert (sum(map(len, school.rolls.values())), positions[True], positions[False]) == (547, 45, 12)
    assert {len(roll) for roll in school.rolls.values()} == set(range(22, 29))
    assert 780 <= len(school.guardians.roles) <= 830


def test_four_letters_make_a_school_twice_as_big() -> None:
    school = generate(letters="АБВГ")
    assert (len(school.homes), sum(map(len, school.rolls.values()))) == (44, 1095)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("parallels", "letters"), [((1, 3), "А"), ((9, 11, 5), "АБ"), (range(1, 12), "АБВГД")])
def test_other_seeds_and_sizes_make_schools_too(seed: int, parallels: range, letters: str) -> None:
    school = generate(seed=seed, parallels=parallels, letters=letters)
    assert set(school.staff.class_teachers) == set(school.rolls)
    assert set(school.staff.taught_by) == {group.key for group in school.groups}
    assert set(school.roles) == {"admin", "staff", "teacher", "pupil", "parent"}


def test_neighbouring_parallels_alone_are_refused() -> None:
    with pytest.raises(ValueError, match="two years apart"):
        generate(parallels=(7, 8))


def test_every_pupil_studies_in_exactly_one_class(school: DemoSchool) -> None:
    studying = Counter(pupil.key for roll in school.rolls.values() for pupil in roll)
    assert studying == Counter(school.guardians.of.keys())
    assert [key for key in school.people if key.startswith("pupil")] == sorted(studying)


def test_the_register_is_in_the_order_of_the_alphabet(school: DemoSchool) -> None:
    for roll in school.rolls.values():
        families = [pupil.name.family.replace("ё", "е") for pupil in roll]
        assert families == sorted(families)


def test_pupils_are_as_old_as_their_class(school: DemoSchool) -> None:
    for home in school.homes:
        assert {pupil.birth_date.year for pupil in school.rolls[home.key]} == {2027 - 7 - home.grade}


def test_every_class_has_a_class_teacher_who_teaches_it_and_has_no_other_class(school: DemoSchool) -> None:
    assert list(school.staff.class_teachers) == [home.key for home in school.homes]
    assert len(set(school.staff.class_teachers.values())) == len(school.homes)
    taught = {(home, school.staff.taught_by[group.key]) for group in school.groups for home in group.homes}
    assert set(school.staff.class_teachers.items()) <= taught


def test_in_the_first_grades_the_class_teacher_teaches_nearly_everything(school: DemoSchool) -> None:
    for home in school.homes[:8]:
        others = {
            group.subject.code
            for group in school.groups
            if group.homes == (home.key,) and school.staff.taught_by[group.key] != school.staff.class_teachers[home.key]
        }
        assert others == {"music", "sport"} | ({"english"} if home.grade > 1 else set())


def test_a_group_holds_pupils_of_its_own_classes_only(school: DemoSchool, class_of: dict[str, str]) -> None:
    for group in school.groups:
        assert {class_of[pupil] for pupil in group.pupils} == set(group.homes)
        assert len(set(group.pupils)) == len(group.pupils)


def test_groups_that_do_not_cross_classes_divide_the_class_without_rest(school: DemoSchool) -> None:
    taught: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group in school.groups:
        if group.subject.split is not Split.ACROSS:
            taught[group.homes[0], group.subject.code] += group.pupils
    for (home, _subject), pupils in taught.items():
        assert Counter(pupils) == Counter(pupil.key for pupil in school.rolls[home])


def test_the_halves_of_a_class_have_different_teachers(school: DemoSchool) -> None:
    teachers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in school.groups:
        if group.subject.split is Split.HALVES:
            teachers[(*group.homes, group.subject.code)].append(school.staff.taught_by[group.key])
    assert {len(pair) for pair in teachers.values()} == {2}
    assert all(first != second for first, second in teachers.values())


def test_some_groups_have_two_parent_classes(school: DemoSchool) -> None:
    across = {group.title: group.homes for group in school.groups if len(group.homes) > 1}
    assert across == {
        "7АБ Немецкий язык": ("class-07-1", "class-07-2"),
        "8АБ Немецкий язык": ("class-08-1", "class-08-2"),
        "9АБ Немецкий язык": ("class-09-1", "class-09-2"),
        "10АБ Практикум по математике": ("class-10-1", "class-10-2"),
        "11АБ Практикум по математике": ("class-11-1", "class-11-2"),
    }


def test_nobody_teaches_more_than_a_post_and_a_half(school: DemoSchool) -> None:
    load: Counter[str] = Counter()
    for group in school.groups:
        load[school.staff.taught_by[group.key]] += group.hours
    without_lessons = [
        employee.post.title
        for employee in school.staff.employees
        if "teacher" in employee.post.roles and employee.key not in load
    ]
    assert max(load.values()) <= 27
    assert without_lessons == ["Учитель-логопед"]


def test_most_pupils_have_two_adults_some_one_and_few_none(school: DemoSchool) -> None:
    adults = Counter(len(of_pupil) for of_pupil in school.guardians.of.values())
    assert adults[2] > 2 * adults[1] > 10 * adults[0] > 0
    assert sum(adults.values()) == adults[0] + adults[1] + adults[2]


def test_parents_are_grown_up_when_their_children_are_born(school: DemoSchool, children: dict[str, list[str]]) -> None:
    for adult, own in children.items():
        eldest = min(school.people[pupil].birth_date for pupil in own)
        assert date(eldest.year - 20, eldest.month, 1) >= school.people[adult].birth_date


def test_there_are_siblings_twins_and_families_of_three(
    school: DemoSchool, class_of: dict[str, str], children: dict[str, list[str]]
) -> None:
    families = {tuple(own) for own in children.values()}
    pairs = [own for own in families if len(own) == 2]
    twins = [own for own in pairs if class_of[own[0]] == class_of[own[1]]]
    apart = [own for own in pairs if class_of[own[0]] != class_of[own[1]]]
    threes = [own for own in families if len(own) == 3]
    assert (len(twins), len(apart), len(threes)) == (6, 60, 3)
    birth_dates = [{school.people[pupil].birth_date for pupil in own} for own in twins]
    assert {len(days) for days in birth_dates} == {1}
    assert {len({class_of[pupil] for pupil in own}) for own in threes} == {2}


def test_children_of_one_family_have_different_names(school: DemoSchool, children: dict[str, list[str]]) -> None:
    for own in children.values():
        assert len({school.people[pupil].name.given for pupil in own}) == len(own)


def test_one_class_teacher_has_a_child_in_her_own_class_and_one_in_another(
    school: DemoSchool, class_of: dict[str, str], children: dict[str, list[str]]
) -> None:
    own_class = {teacher: home for home, teacher in school.staff.class_teachers.items()}
    working = {adult: {class_of[pupil] for pupil in own} for adult, own in children.items() if adult in own_class}
    assert sorted(own_class[teacher] in homes for teacher, homes in working.items()) == [False, True]


def test_hard_names_are_met(school: DemoSchool) -> None:
    pupils = [pupil for roll in school.rolls.values() for pupil in roll]
    full_names = Counter(pupil.name for pupil in pupils)
    shared = [name for name, times in full_names.items() if times > 1]
    assert shared
    assert any("ё" in pupil.name.family for pupil in pupils)
    assert any("ё" in pupil.name.given for pupil in pupils)
    assert any("-" in pupil.name.family for pupil in pupils)
    assert any(not pupil.name.middle for pupil in pupils)
    assert max(len(str(pupil.name)) for pupil in pupils) > 50


def test_namesakes_are_not_of_one_family(school: DemoSchool, class_of: dict[str, str]) -> None:
    bearers: dict[str, list[str]] = defaultdict(list)
    for pupil in class_of:
        bearers[str(school.people[pupil].name)].append(pupil)
    for namesakes in bearers.values():
        adults = [adult for pupil in namesakes for adult in school.guardians.of[pupil]]
        assert len(set(adults)) == len(adults)
        assert len({class_of[pupil] for pupil in namesakes}) == len(namesakes)


def test_the_sign_ins_tell_one_story(
    school: DemoSchool, class_of: dict[str, str], children: dict[str, list[str]]
) -> None:
    roles = school.roles
    posts = {employee.key: employee.post for employee in school.staff.employees}
    pupil_class = class_of[roles["pupil"]]
    taught_classes = {
        home for group in school.groups if school.staff.taught_by[group.key] == roles["teacher"] for home in group.homes
    }
    assert posts[roles["admin"]].title == DEPUTY
    assert posts[roles["staff"]].title == SECRETARY
    assert school.staff.class_teachers[pupil_class] == roles["teacher"]
    assert len(taught_classes) > 1
    assert roles["pupil"] in children[roles["parent"]]
    assert len({class_of[child] for child in children[roles["parent"]]}) == 2
    assert not {roles["teacher"], roles["admin"], roles["staff"]} & set(school.guardians.roles)


def test_seven_in_ten_are_linked_and_those_of_the_story_are_not(school: DemoSchool) -> None:
    waiting = {school.roles[name] for name in ("admin", "teacher", "pupil", "parent")}
    others = len(school.people) - len(waiting)
    assert not waiting & school.linked
    assert school.roles["staff"] in school.linked
    assert abs(len(school.linked) / others - 0.7) < 0.001


def test_the_stand_in_knows_the_linked_and_the_sign_ins(school: DemoSchool) -> None:
    roles = school.roles
    profiles = {key: user.profiles for key, user in school.sandbox.items()}
    assert profiles == dict.fromkeys(school.linked, ("vk", "study")) | {
        roles["admin"]: ("vk", "study"),
        roles["teacher"]: ("vk", "study"),
        roles["parent"]: ("vk",),
        roles["pupil"]: (),
    }


def test_only_sign_ins_have_phones_and_each_its_own(school: DemoSchool) -> None:
    phones = {key: user.phone for key, user in school.sandbox.items() if user.phone}
    assert set(phones) == set(school.roles.values())
    assert sorted(phones.values()) == [f"+790000010{number:02}" for number in range(1, 6)]


def test_the_stand_in_is_told_the_names_of_the_roster(school: DemoSchool) -> None:
    for key, user in school.sandbox.items():
        person = school.people[key]
        assert (user.last_name, user.first_name, user.middle_name) == person.name
        assert (user.sex, user.birthday) == (person.sex, person.birth_date)
