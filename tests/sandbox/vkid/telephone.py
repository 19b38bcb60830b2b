"""Somebody with a phone at hand."""

from __future__ import annotations

import re

from tests.sandbox.process import Sandbox


def codes(sandbox: Sandbox, number: str) -> list[str]:
    """What is in the SMS of this number, the last one first."""
    answer = sandbox.http.get("/phone/", params={"number": number})
    assert answer.status_code == 200, answer.text
    return re.findall(r"<strong>(\d{6})</strong>", answer.text)
