"""What may come as a package, and what is refused before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peremena.rosters import UnusableRoster, read
from peremena.rosters.package import MAX_BYTES, MAX_ENTRIES
from tests.rosters.packages import found, read_anyway, school, texts, write_zip


def test_a_zip_and_a_folder_give_the_same_roster(tmp_path: Path) -> None:
    files = texts(school())
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    assert read(folder, strict=True) == read(write_zip(tmp_path / "a.zip", files), strict=True)


def test_a_sound_package_has_no_problem_in_either_mode(tmp_path: Path) -> None:
    for version in ("1.1", "1.2"):
        path = write_zip(tmp_path / "a.zip", texts(school(version), version))
        assert [read(path, strict=strict).problems for strict in (False, True)] == [(), ()]


def test_a_path_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableRoster, match=r"Нет такого файла или папки: .*nothing\.zip"):
        read(tmp_path / "nothing.zip")


def test_half_a_zip_is_refused(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "a.zip", texts(school())).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    reading = read_anyway(tmp_path / "half.zip")
    assert found(reading) == [("package.invalid_archive", "half.zip", None, None)]


def test_a_file_that_is_not_a_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("sourcedId\n")
    with pytest.raises(UnusableRoster, match=r"users\.csv: не читается как zip"):
        read(tmp_path / "users.csv")


def test_a_damaged_entry_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in texts(school()).items():
            archive.writestr(name, text)
    raw = path.read_bytes()
    path.write_bytes(raw.replace("Алгебра".encode(), "Алхимия".encode(), 1))
    with pytest.raises(UnusableRoster, match=r"courses\.csv: файл в архиве повреждён") as refusal:
        read(path)
    assert found(refusal.value.reading) == [("package.damaged_file", "courses.csv", None, None)]


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()))
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 8] |= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(UnusableRoster, match="архив с паролем"):
        read(path)


@pytest.mark.parametrize("name", ["../users.csv", "/users.csv", "..\\users.csv", "C:\\users.csv", "a/../../users.csv"])
def test_a_name_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "sourcedId\n")
    assert found(read_anyway(path)) == [("package.path_traversal", "a.zip", None, None)]


def test_the_same_name_twice_is_refused_under_any_case(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()) | {"Users.csv": ""})
    assert found(read_anyway(path)) == [("package.duplicate_file", "users.csv", None, None)]


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    names = {f"{number}.csv": "" for number in range(MAX_ENTRIES + 1)}
    assert found(read_anyway(write_zip(tmp_path / "a.zip", names))) == [("package.too_many_files", "a.zip", None, None)]


def test_more_bytes_than_allowed_are_refused_without_unpacking(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()))
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = (MAX_BYTES + 1).to_bytes(4, "little")  # what the directory says of its size
    path.write_bytes(bytes(raw))
    assert found(read_anyway(path)) == [("package.too_large", "a.zip", None, None)]


def test_a_file_that_unpacks_a_hundredfold_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()) | {"users.csv": bytes(11 << 20)})
    assert found(read_anyway(path)) == [("package.compression_ratio", "users.csv", None, None)]


def test_a_large_file_that_packs_as_rosters_do_is_read(tmp_path: Path) -> None:
    noise = Random(1).randbytes(6 << 20).hex()
    path = write_zip(tmp_path / "a.zip", texts(school()) | {"notes.txt": noise})
    assert read(path).not_read == ("notes.txt",)


def test_one_folder_around_all_files_is_a_deviation_and_is_read(tmp_path: Path) -> None:
    files = {f"export/{name}": text for name, text in texts({}).items()}
    path = write_zip(tmp_path / "a.zip", files)
    assert [(found(read(path, strict=strict)), read(path, strict=strict).errors) for strict in (False, True)] == [
        ([("package.nested_file", "manifest.csv", None, None)], 0),
        ([("package.nested_file", "manifest.csv", None, None)], 1),
    ]


def test_files_scattered_over_folders_are_no_package(tmp_path: Path) -> None:
    files = texts(school())
    scattered = {f"{place}/{name}": text for place, (name, text) in enumerate(files.items())}
    with pytest.raises(UnusableRoster, match=r"Нет файла manifest\.csv"):
        read(write_zip(tmp_path / "a.zip", scattered))


def test_what_an_operating_system_leaves_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    junk = {"__MACOSX/._users.csv": "x", ".DS_Store": "x"}
    assert found(read(write_zip(tmp_path / "a.zip", texts(school()) | junk), strict=True)) == []


def test_files_that_are_no_rostering_files_are_named_as_not_read(tmp_path: Path) -> None:
    extra = {"results.csv": "anything", "readme.txt": "x"}
    manifest = texts(school())["manifest.csv"].replace("file.results,absent", "file.results,bulk")
    path = write_zip(tmp_path / "a.zip", texts(school()) | extra | {"manifest.csv": manifest})
    lenient, strict = read(path), read(path, strict=True)
    assert (lenient.not_read, found(lenient)) == (("readme.txt", "results.csv"), [])
    assert (strict.not_read, found(strict)) == (
        ("readme.txt", "results.csv"),
        [("package.unknown_file", "readme.txt", None, None)],
    )


def test_a_file_name_in_another_case_is_read_and_told(tmp_path: Path) -> None:
    files = texts(school())
    files["Users.CSV"] = files.pop("users.csv")
    path = write_zip(tmp_path / "a.zip", files)
    for strict in (False, True):
        reading = read(path, strict=strict)
        assert (found(reading), len(reading.roster.people)) == ([("package.unknown_file", "Users.CSV", None, None)], 4)
        assert reading.errors == strict


def test_an_unknown_format_is_refused_with_the_list_of_known_ones(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()))
    with pytest.raises(UnusableRoster, match=r"Есть: oneroster-1\.1, oneroster-1\.2"):
        read(path, format="excel")


def test_a_format_given_by_hand_beats_the_manifest(tmp_path: Path) -> None:
    files = texts(school("1.1"), "1.1")
    files["manifest.csv"] = files["manifest.csv"].replace("oneroster.version,1.1", "oneroster.version,?")
    reading = read(write_zip(tmp_path / "a.zip", files), format="oneroster-1.1")
    assert (reading.format, found(reading)) == (
        "oneroster-1.1",
        [("manifest.invalid_oneroster_version", "manifest.csv", 3, "oneroster.version")],
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4))
def test_whatever_happens_to_the_bytes_of_a_zip_it_is_read_or_refused(
    tmp_path: Path, flips: list[tuple[float, int]]
) -> None:
    raw = bytearray(write_zip(tmp_path / "a.zip", texts(school())).read_bytes())
    for place, byte in flips:
        raw[int(len(raw) * place)] = byte
    (tmp_path / "a.zip").write_bytes(bytes(raw))
    read_anyway(tmp_path / "a.zip")  # any other error than a refusal fails the test
