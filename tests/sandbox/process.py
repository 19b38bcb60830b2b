"""The stand-in as others meet it: a process, and HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.sandbox import schema

ANNOUNCED = re.compile(r"(?P<url>http://\S+) control-token=(?P<token>\S+)")
COMMAND = [sys.executable, "-m", "vk_sandbox"]


@dataclass(frozen=True)
class Person:
    key: str
    id: int
    study_id: int | None
    token: str

    @property
    def acting(self) -> int:
        """The account the token acts for."""
        return self.study_id or self.id


@dataclass
class Sandbox:
    """A running stand-in. Every answer of every call made through it is checked against VK's schema."""

    process: subprocess.Popen[str]
    url: str
    control_token: str
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=30)

    def control(self, path: str, body: Any = None, token: str | None = None) -> httpx2.Response:
        headers = {"X-Control-Token": self.control_token if token is None else token}
        return self.http.post(f"/control/{path}", json=body, headers=headers)

    def seed(self, *people: dict[str, Any], community: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.control("seed", {"users": list(people), "community": community})
        assert answer.status_code == 200, answer.text
        seeded: dict[str, Any] = answer.json()
        return seeded

    def people(self, number: int, **attributes: Any) -> list[Person]:
        names = [{"first_name": f"Имя{i}", "last_name": f"Фамилия{i}", **attributes} for i in range(number)]
        return [Person(**user) for user in self.seed(*names)["users"]]

    def stats(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.http.get("/control/stats").json()
        return shown

    def call(self, method: str, token: str, *, v: str = "5.199", **parameters: Any) -> dict[str, Any]:
        """The whole JSON body of one call, checked."""
        form = {name: str(value) for name, value in parameters.items()}
        answer = self.http.post(f"/method/{method}", data={"access_token": token, "v": v, **form})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        body: dict[str, Any] = answer.json()
        if v == "5.199":
            schema.check(method, body, parameters)
        return body

    def response(self, method: str, token: str, **parameters: Any) -> Any:
        body = self.call(method, token, **parameters)
        assert body.keys() == {"response"}, body
        return body["response"]

    def error(self, method: str, token: str, **parameters: Any) -> tuple[int, str]:
        body = self.call(method, token, **parameters)
        assert body.keys() == {"error"}, body
        return body["error"]["error_code"], body["error"]["error_msg"]

    def upload(self, address: str, name: str, content: bytes) -> dict[str, Any]:
        """Sends a file to an upload address."""
        answer = self.http.post(address, files={"file": (name, content)})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        told: dict[str, Any] = answer.json()
        return told

    def execute(self, token: str, *calls: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[dict[str, Any]]]:
        """Answers and execute_errors; each answer is checked against the schema of its own method."""
        code = ",".join(f"API.{method}({json.dumps(arguments, ensure_ascii=False)})" for method, arguments in calls)
        body = self.call("execute", token, code=f"return [{code}];")
        failed = body.get("execute_errors", [])
        refusals = iter(failed)
        for (method, arguments), answer in zip(calls, body["response"], strict=True):
            if answer is False:
                refusal = next(refusals)
                assert refusal["method"] == method
                assert schema.code_problems(method, refusal["error_code"], refusal["error_msg"]) == []
            else:
                schema.check(method, {"response": answer}, arguments)
        assert list(refusals) == []
        return body["response"], failed


@contextmanager
def running(*arguments: str) -> Iterator[Sandbox]:
    """A stand-in on a free port, stopped at the end by SIGTERM."""
    process = subprocess.Popen([*COMMAND, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        announced = ANNOUNCED.search(process.stdout.readline())
        assert announced is not None, "the stand-in did not say where it listens"
        sandbox = Sandbox(process, announced["url"], announced["token"])
        with sandbox.http:
            yield sandbox
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
