"""A roster on its way in: what it holds, what it would change, what is wrong with it and how to mend that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peremena.intake.models import Upload
from peremena.web.counting import Forms, counted, grouped
from peremena.web.wording.reasons import Reason

FORMATS = {"oneroster-1.1": "OneRoster 1.1", "oneroster-1.2": "OneRoster 1.2"}
HEADINGS = {
    Upload.QUEUED: "Файл ждёт очереди…",
    Upload.READING: "Читаем файл…",
    Upload.COMPARING: "Сравниваем с тем, что уже загружено…",
    Upload.SHOWN: "Что изменится",
    Upload.ACCEPTED: "Записываем…",
    Upload.APPLYING: "Записываем…",
    Upload.APPLIED: "Загружено",
    Upload.UNUSABLE: "Загрузить не удалось",
    Upload.GIVEN_UP: "От загрузки отказались",
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
    "schools": "Организации",
    "classes": "Классы",
    "groups": "Группы",
    "subjects": "Предметы",
    "people": "Люди",
    "enrollments": "Зачисления",
    "guardianships": "Родительские связи",
}
CHANGES = {"new": "новых", "changed": "изменится", "gone": "уйдёт", "same": "без изменений", "doubtful": "под вопросом"}
KEPT_PROBLEMS = 1_000  # so many are kept (rosters.problems)
ROWS = Forms("строка", "строки", "строк")
_CSV = "Сохраните файл заново: CSV, UTF-8, значения через запятую, текст в двойных кавычках."
_MANIFEST = "Выгрузите архив заново: manifest.csv описывает, что в нём лежит."
_ARCHIVE = "Соберите архив заново: zip без пароля и папок, только файлы выгрузки."
_VALUE = "Исправьте значение в журнале и выгрузите заново."
_HEADER = "Выгрузите заново: первая строка должна содержать названия столбцов по стандарту OneRoster."
PROBLEMS: dict[str, Reason] = {
    "csv.bare_carriage_return": Reason("перенос строки не по стандарту", _CSV),
    "csv.byte_order_mark": Reason("в начале файла лишний знак (BOM)", _CSV),
    "csv.field_too_large": Reason("слишком длинное значение", _VALUE),
    "csv.unclosed_quote": Reason("кавычка открыта и не закрыта", _CSV),
    "csv.unescaped_quote": Reason("кавычка внутри значения не удвоена", _CSV),
    "csv.unexpected_character_after_quote": Reason("лишний знак после кавычки", _CSV),
    "csv.wrong_delimiter": Reason("значения разделены не запятой", _CSV),
    "csv.invalid_utf8": Reason("кодировка файла не UTF-8", _CSV),
    "manifest.duplicate_property": Reason("в manifest.csv свойство повторяется", _MANIFEST),
    "manifest.file_missing": Reason("в архиве нет файла, который обещает manifest.csv", _MANIFEST),
    "manifest.file_unexpected": Reason("в архиве файл, которого manifest.csv не называет", _MANIFEST),
    "manifest.invalid_file_mode": Reason("вид файла в manifest.csv не bulk, delta или absent", _MANIFEST),
    "manifest.invalid_header": Reason("заголовок manifest.csv не по стандарту", _MANIFEST),
    "manifest.invalid_manifest_version": Reason("версия manifest.csv не 1.0", _MANIFEST),
    "manifest.invalid_oneroster_version": Reason("версия OneRoster не 1.1 и не 1.2", _MANIFEST),
    "manifest.missing_header": Reason("в manifest.csv нет заголовка", _MANIFEST),
    "manifest.missing_property": Reason("в manifest.csv нет нужного свойства", _MANIFEST),
    "manifest.row_width_mismatch": Reason("в строке manifest.csv не два значения", _MANIFEST),
    "manifest.unknown_property": Reason("в manifest.csv незнакомое свойство", "Ничего делать не нужно."),
    "package.compression_ratio": Reason("файл сжат подозрительно сильно", _ARCHIVE),
    "package.damaged_file": Reason("файл в архиве повреждён", _ARCHIVE),
    "package.duplicate_file": Reason("файл лежит в архиве дважды", _ARCHIVE),
    "package.encrypted": Reason("архив с паролем", _ARCHIVE),
    "package.invalid_archive": Reason("это не zip-архив", _ARCHIVE),
    "package.missing_manifest": Reason("в архиве нет manifest.csv", _MANIFEST),
    "package.nested_file": Reason("файл лежит в папке внутри архива", _ARCHIVE),
    "package.path_traversal": Reason("имена файлов ведут за пределы архива", "Не используйте этот архив."),
    "package.too_large": Reason("в распакованном виде файлы слишком велики", "Выгружайте школы по частям."),
    "package.too_many_files": Reason("в архиве слишком много файлов", _ARCHIVE),
    "package.unknown_file": Reason("незнакомый файл", "Он не читается; можно оставить."),
    "reference.duplicate_sourced_id": Reason("идентификатор повторяется", "Оставьте одну строку с этим sourcedId."),
    "reference.missing_target_file": Reason("строка ссылается на файл, которого нет", _MANIFEST),
    "reference.missing_target_record": Reason(
        "строка ссылается на запись, которой нет", "Выгрузите обе записи или исправьте ссылку."
    ),
    "row.field_forbidden_in_bulk": Reason("значение, которого в полном списке быть не должно", _VALUE),
    "row.field_required_in_delta": Reason("нет значения, нужного в списке изменений", _VALUE),
    "row.invalid_boolean": Reason("нужно true или false", _VALUE),
    "row.invalid_date": Reason("дата не вида ГГГГ-ММ-ДД", _VALUE),
    "row.invalid_datetime": Reason("дата и время не по стандарту", _VALUE),
    "row.invalid_enum": Reason("такого значения в стандарте нет", _VALUE),
    "row.invalid_guid": Reason("идентификатор недопустимого вида", _VALUE),
    "row.invalid_list": Reason("список значений записан неверно", _VALUE),
    "row.invalid_year": Reason("год не из четырёх цифр", _VALUE),
    "row.missing_required_value": Reason("нет обязательного значения", _VALUE),
    "row.width_mismatch": Reason("в строке не столько значений, сколько столбцов", _CSV),
    "schema.duplicate_header": Reason("столбец назван дважды", _HEADER),
    "schema.empty_header_name": Reason("у столбца нет названия", _HEADER),
    "schema.header_order_mismatch": Reason("порядок столбцов не по стандарту", "Прочитано; можно оставить."),
    "schema.invalid_metadata_header": Reason("дополнительный столбец назван не по стандарту", _HEADER),
    "schema.metadata_column_position": Reason("дополнительный столбец стоит не в конце", "Прочитано; можно оставить."),
    "schema.missing_header": Reason("нет обязательного столбца", _HEADER),
    "schema.too_many_columns": Reason("слишком много столбцов", _HEADER),
    "semantic.academic_session_type_mismatch": Reason("ссылка на учебный период не того вида", _VALUE),
    "semantic.end_before_begin": Reason("конец раньше начала", _VALUE),
    "semantic.multiple_primary_roles_for_user_org": Reason("у человека несколько основных ролей", _VALUE),
    "semantic.multiple_primary_teachers": Reason("у класса несколько основных учителей", _VALUE),
    "semantic.org_type_mismatch": Reason("ссылка на организацию не того вида", _VALUE),
    "semantic.parent_cycle": Reason("организации входят друг в друга по кругу", _VALUE),
    "semantic.primary_org_missing_role": Reason("в основной организации у человека нет роли", _VALUE),
    "semantic.user_profile_user_mismatch": Reason("профиль чужого человека", _VALUE),
}


class Group(NamedTuple):
    """Problems of one kind: how many, what is wrong, where."""

    heading: str
    is_error: bool
    advice: str
    places: list[str]


def problems(found: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Errors first, the commonest first among equals."""
    together: dict[tuple[str, str], list[str]] = {}
    for problem in found:
        together.setdefault((problem["severity"], problem["code"]), []).append(_place(problem))
    groups = []
    for (severity, code), places in together.items():
        why = PROBLEMS.get(code, Reason(f"замечание с кодом {code}", "Сообщите тому, кто сопровождает систему."))
        heading = f"{why.what}: {counted(len(places), ROWS)}"
        groups.append(Group(heading, severity == "error", why.advice, places))
    return sorted(groups, key=lambda group: (not group.is_error, -len(group.places)))


def _place(problem: Mapping[str, Any]) -> str:
    row = f"строка {grouped(problem['row'])}" if problem["row"] else ""
    return ", ".join(part for part in (problem["file"], row, problem["field"]) if part)


def counts(found: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(words, found[name]) for name, words in COUNTS.items() if name in found]


def changes(found: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[tuple[str, int]]]]:
    """A line for each kind: what happens to how many."""
    lines = ((words, found[kind]) for kind, words in KINDS.items() if kind in found)
    return [(words, [(said, numbers[change]) for change, said in CHANGES.items()]) for words, numbers in lines]
