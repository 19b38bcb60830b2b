"""Sending files, and getting them back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.images import EMPTY, ENDLESS, GIF, JPEG, PNG
from tests.sandbox.process import Person, Sandbox, running
from vk_sandbox.uploads.images import Image, image

PEER = 2_000_000_000
PHOTO_SERVER, DOCUMENT_SERVER = "photos.getMessagesUploadServer", "docs.getMessagesUploadServer"


@pytest.fixture
def chat(sandbox: Sandbox, owner: Person) -> Person:
    """A pupil who is with the owner in a chat, the first of both."""
    [pupil] = sandbox.people(1)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=pupil.id)
    return pupil


def address(sandbox: Sandbox, token: str, method: str, **asked: Any) -> str:
    return str(sandbox.response(method, token, **asked)["upload_url"])


def photo(sandbox: Sandbox, token: str, content: bytes = PNG) -> dict[str, Any]:
    told = sandbox.upload(address(sandbox, token, PHOTO_SERVER), "a.png", content)
    [saved] = sandbox.response("photos.saveMessagesPhoto", token, photo=told["photo"], hash=told["hash"])
    found: dict[str, Any] = saved
    return found


def document(sandbox: Sandbox, token: str, name: str = "План.txt", content: bytes = b"<script>") -> dict[str, Any]:
    told = sandbox.upload(address(sandbox, token, DOCUMENT_SERVER), name, content)
    found: dict[str, Any] = sandbox.response("docs.save", token, file=told["file"])["doc"]
    return found


def set_photo(sandbox: Sandbox, person: Person, content: bytes = PNG) -> dict[str, Any]:
    where = address(sandbox, person.token, "photos.getChatUploadServer", chat_id=1)
    file = sandbox.upload(where, "a.png", content)["response"]
    return sandbox.call("messages.setChatPhoto", person.token, file=file)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, Image("image/png", 3, 2)),
        (GIF, Image("image/gif", 3, 2)),
        (JPEG, Image("image/jpeg", 3, 2)),
        (PNG[:20], None),
        (JPEG[:12], None),
        (ENDLESS, None),
        (EMPTY, None),
        (b"<svg/>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, found: Image | None) -> None:
    assert image(content) == found


def test_a_photo_is_saved_attached_and_had_back(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    saved = photo(sandbox, owner.token, JPEG)
    assert saved == {
        "id": saved["id"],
        "owner_id": owner.acting,
        "album_id": -3,
        "date": saved["date"],
        "text": "",
        "has_tags": False,
        "sizes": [{"type": "w", "url": saved["sizes"][0]["url"], "width": 3, "height": 2}],
    }
    name = f"photo{owner.acting}_{saved['id']}"
    sandbox.response("messages.send", owner.token, chat_id=1, random_id=0, attachment=name)
    [said, _] = sandbox.response("messages.getHistory", chat.token, peer_id=PEER + 1)["items"]
    assert (said["text"], said["attachments"]) == ("", [{"type": "photo", "photo": saved}])
    shown = sandbox.http.get(saved["sizes"][0]["url"])
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", JPEG)


def test_photos_that_come_together_are_all_kept(sandbox: Sandbox, owner: Person) -> None:
    def sent(**files: bytes) -> dict[str, Any]:
        where = address(sandbox, owner.token, PHOTO_SERVER)
        told: dict[str, Any] = sandbox.http.post(where, files={name: (name, files[name]) for name in files}).json()
        return told

    assert sent(file0=PNG, file1=b"<svg/>") == {"error": "wrong image"}
    told = sent(file0=PNG, file1=JPEG, file2=GIF)
    saved = sandbox.response("photos.saveMessagesPhoto", owner.token, **told)
    kept = [sandbox.http.get(one["sizes"][0]["url"]).content for one in saved]
    assert (kept, len({one["id"] for one in saved})) == ([PNG, JPEG, GIF], 3)


def test_documents_come_one_by_one(sandbox: Sandbox, owner: Person) -> None:
    where = address(sandbox, owner.token, DOCUMENT_SERVER)
    both = {name: (name, b"x") for name in ("a.txt", "b.txt")}
    assert sandbox.http.post(where, files=both).json() == {"error": "one file is expected"}
    assert sandbox.upload(where, "a.txt", b"a").keys() == {"file"}


def test_an_edit_can_bring_other_files(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    first, second = photo(sandbox, owner.token), photo(sandbox, owner.token)
    names = [f"photo{owner.acting}_{one['id']}" for one in (first, second)]
    sandbox.response("messages.send", owner.token, chat_id=1, random_id=0, message="а", attachment=names[0])

    def edited(**asked: Any) -> tuple[str, list[int]]:
        assert sandbox.response("messages.edit", owner.token, peer_id=PEER + 1, cmid=2, **asked) == 1
        [said, _] = sandbox.response("messages.getHistory", chat.token, peer_id=PEER + 1)["items"]
        return said["text"], [one["photo"]["id"] for one in said["attachments"]]

    assert edited(message="б") == ("б", [first["id"]])
    assert edited(message="в", attachment=",".join(names)) == ("в", [first["id"], second["id"]])
    assert edited(attachment=names[1]) == ("", [second["id"]])
    refused = sandbox.error("messages.edit", owner.token, peer_id=PEER + 1, cmid=2, message="г", attachment="photo1_1")
    assert refused[0] == 100


def test_a_document_is_given_back_and_never_shown(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    saved = document(sandbox, owner.token)
    name = f"doc{owner.acting}_{saved['id']}"
    sandbox.response("messages.send", owner.token, chat_id=1, random_id=0, message="план", attachment=name)
    [said, _] = sandbox.response("messages.getHistory", chat.token, peer_id=PEER + 1)["items"]
    assert said["attachments"] == [{"type": "doc", "doc": saved}]
    assert (saved["title"], saved["ext"], saved["size"]) == ("План.txt", "txt", 8)
    shown = sandbox.http.get(saved["url"])
    kinds = ("content-type", "content-disposition", "x-content-type-options")
    assert [shown.headers[kind] for kind in kinds] == ["application/octet-stream", "attachment", "nosniff"]
    assert shown.content == b"<script>"


def test_a_community_sends_files_too(sandbox: Sandbox) -> None:
    community = sandbox.seed(community={})["community"]
    server = sandbox.response(PHOTO_SERVER, community["token"])
    assert (server["user_id"], server["group_id"]) == (0, community["id"])
    assert photo(sandbox, community["token"])["owner_id"] == -community["id"]


@pytest.mark.parametrize("content", [b"<svg/>", b"", ENDLESS])
def test_what_is_no_picture_is_refused(sandbox: Sandbox, owner: Person, content: bytes) -> None:
    where = address(sandbox, owner.token, PHOTO_SERVER)
    assert sandbox.upload(where, "a.png", content).keys() == {"error"}
    assert sandbox.upload(where, "a.png", PNG).keys() == {"server", "photo", "hash"}


def test_too_much_is_refused(sandbox: Sandbox, owner: Person) -> None:
    where, limit = address(sandbox, owner.token, DOCUMENT_SERVER), 20 * 1024 * 1024
    assert sandbox.upload(where, "a.bin", bytes(limit + 1)) == {"error": "wrong file size"}
    assert sandbox.upload(where, "a.bin", bytes(limit)).keys() == {"file"}


def test_programs_are_refused(sandbox: Sandbox, owner: Person) -> None:
    where = address(sandbox, owner.token, DOCUMENT_SERVER)
    assert sandbox.upload(where, "game.EXE", b"MZ") == {"error": "wrong file type"}


def test_an_address_takes_one_file(sandbox: Sandbox, owner: Person) -> None:
    where = address(sandbox, owner.token, DOCUMENT_SERVER)
    sandbox.upload(where, "a.txt", b"a")
    assert sandbox.upload(where, "a.txt", b"b").keys() == {"error"}
    assert sandbox.upload(where + "x", "a.txt", b"b").keys() == {"error"}
    assert sandbox.http.post(where).json() == {"error": "no file"}
    assert sandbox.http.get(where).json() == {"error": "send a file with POST"}


def test_only_the_sender_saves_and_only_saved_files_are_attached(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    told = sandbox.upload(address(sandbox, owner.token, PHOTO_SERVER), "a.png", PNG)
    file = sandbox.upload(address(sandbox, owner.token, DOCUMENT_SERVER), "a.txt", b"a")["file"]
    given = {"photo": told["photo"], "hash": told["hash"]}
    assert sandbox.error("photos.saveMessagesPhoto", chat.token, **given)[0] == 121
    assert sandbox.error("photos.saveMessagesPhoto", owner.token, photo="[]", hash=told["hash"])[0] == 121
    assert sandbox.error("docs.save", chat.token, file=file)[0] == 105
    assert sandbox.http.get(f"/files/{file}").status_code == 404
    for name in (f"doc{owner.acting}_1", "wall1_1", ",".join([f"photo{owner.acting}_1"] * 11)):
        asked = {"chat_id": 1, "random_id": 0, "message": "а", "attachment": name}
        assert sandbox.error("messages.send", owner.token, **asked)[0] == 100


def test_a_chat_gets_a_photo_and_loses_it(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    card = set_photo(sandbox, owner)["response"]["chat"]
    [item] = sandbox.response("messages.getConversations", chat.token)["items"]
    photos = {name: card[name] for name in ("photo_50", "photo_100", "photo_200")}
    assert item["conversation"]["chat_settings"]["photo"] == photos | {"is_default_photo": False}
    assert item["last_message"]["action"] == {"type": "chat_photo_update", "photo": photos}
    assert sandbox.http.get(photos["photo_50"]).content == PNG
    card = sandbox.response("messages.deleteChatPhoto", owner.token, chat_id=1)["chat"]
    assert (card["is_default_photo"], "photo_50" in card) == (True, False)
    [item] = sandbox.response("messages.getConversations", chat.token)["items"]
    assert item["last_message"]["action"] == {"type": "chat_photo_remove"}
    assert "photo" not in item["conversation"]["chat_settings"]


def test_only_administrators_change_the_photo(sandbox: Sandbox, owner: Person, chat: Person) -> None:
    assert set_photo(sandbox, chat)["error"]["error_code"] == 925
    assert sandbox.error("messages.deleteChatPhoto", chat.token, chat_id=1)[0] == 925


def test_files_stay_with_the_state_and_go_with_a_reset(tmp_path: Path) -> None:
    with running("--state", str(tmp_path)) as sandbox:
        [person] = sandbox.people(1)
        path = document(sandbox, person.token)["url"].partition("/files/")[2]
    with running("--state", str(tmp_path)) as sandbox:
        assert sandbox.http.get(f"/files/{path}").content == b"<script>"
        sandbox.control("reset")
        assert sandbox.http.get(f"/files/{path}").status_code == 404
    assert not (tmp_path / "files").exists()
