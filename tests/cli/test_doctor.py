"""`peremena doctor`: a line for each thing looked at, exit 1 when one of them is wrong."""

from __future__ import annotations

from cryptography.fernet import Fernet

from tests.cli.commands import Commands, Said


def wrong(said: Said) -> list[str]:
    """What is wrong, by name."""
    return [line.split(": ")[1] for line in said.err if line.startswith("не так: ")]


def test_a_new_key_is_printed_alone_and_is_a_key() -> None:
    said = Commands()("doctor", "--new-key")
    assert (said.code, said.err) == (0, [])
    assert Fernet(said.out.strip())


def test_a_prepared_installation_lacks_only_a_worker(peremena: Commands) -> None:
    said = peremena("doctor")
    assert (said.code, wrong(said)) == (1, ["Работники"])
    assert [line.split(": ")[1] for line in said.err if line.startswith("хорошо: ")] == [
        "PEREMENA_PUBLIC_URL",
        "PEREMENA_SECRET_KEY",
        "PEREMENA_SECRET_KEYS",
        "База",
        "Таблицы",
        "Подключение 1 (vk, demonstratsionnaia-oblast)",
        "PEREMENA_VK_ID_CLIENT_ID",
        "Привязка профилей",
    ]


def test_bad_settings_are_told_with_the_way_out_and_no_secret(peremena: Commands) -> None:
    said = peremena(
        "doctor",
        PEREMENA_PUBLIC_URL="http://chats.example",
        PEREMENA_ALLOWED_HOSTS="*",
        PEREMENA_SECRET_KEY="not-for-serving",
        PEREMENA_SECRET_KEYS="not-a-fernet-key",
    )
    assert said.code == 1
    assert wrong(said) == [
        "PEREMENA_PUBLIC_URL",
        "PEREMENA_ALLOWED_HOSTS",
        "PEREMENA_SECRET_KEY",
        "PEREMENA_SECRET_KEYS",
        "Работники",
        "Подключение 1 (vk, demonstratsionnaia-oblast)",
    ]
    assert not any("not-a-fernet-key" in line for line in said.err)


def test_without_an_application_at_vk_id_the_address_to_register_is_told(peremena: Commands) -> None:
    said = peremena("doctor", PEREMENA_VK_ID_CLIENT_ID="", PEREMENA_PUBLIC_URL="https://chats.example")
    (line,) = [line for line in said.err if "PEREMENA_VK_ID_CLIENT_ID" in line]
    assert (said.code, wrong(said)) == (1, ["Работники", "PEREMENA_VK_ID_CLIENT_ID"])
    assert "https://chats.example/external-systems/vk/callback/" in line


def test_an_unencrypted_vk_id_elsewhere_is_wrong(peremena: Commands) -> None:
    assert "PEREMENA_VK_ID_URL" in wrong(peremena("doctor", PEREMENA_VK_ID_URL="http://id.vk.example"))


def test_before_real_vk_the_second_step_of_linking_is_told(peremena: Commands) -> None:
    said = peremena("doctor", PEREMENA_VK_ID_URL="https://id.vk.example")
    (line,) = [line for line in said.err if "Привязка профилей" in line]
    assert "подтверждает его вторым шагом" in line


def test_an_unprepared_database_is_the_last_thing_told(peremena: Commands, database_url: str) -> None:
    said = peremena("doctor", DATABASE_URL=database_url.replace("/peremena?", "/postgres?"))
    assert (said.code, wrong(said), said.err[-1].endswith("Выполните peremena migrate.")) == (1, ["Таблицы"], True)
