import json
import pickle

import pytest

from peremena.wire.secret import Secret

TOKEN = "vk1.a.not-a-real-token"


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, lambda secret: f"{[secret]!s}"])
def test_a_secret_shows_stars_however_it_is_printed(show):
    shown = show(Secret(TOKEN))
    assert (TOKEN in shown, "*****" in shown) == (False, True)


@pytest.mark.parametrize(
    "leak",
    [lambda s: "token=" + s, lambda s: "".join([s]), json.dumps, pickle.dumps, bytes],
    ids=["added", "joined", "JSON", "pickled", "bytes"],
)
def test_what_would_leak_a_secret_fails_instead(leak):
    with pytest.raises(TypeError):
        leak(Secret(TOKEN))


def test_a_secret_is_told_only_when_asked_by_name():
    assert Secret(TOKEN).reveal() == TOKEN


def test_secrets_are_equal_when_their_texts_are():
    assert {Secret(TOKEN), Secret(TOKEN), Secret("another")} == {Secret(TOKEN), Secret("another")}
    assert Secret(TOKEN) != TOKEN


def test_a_fingerprint_names_the_secret_without_telling_it():
    assert Secret(TOKEN).fingerprint() == Secret(TOKEN).fingerprint() != Secret("another").fingerprint()
    assert len(Secret(TOKEN).fingerprint()) == 16
