"""What is no VKScript, what cannot go on, and what would never end."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.script import done
from vk_sandbox.api.errors import ApiError, Code

NESTED = [("[", "]"), ("(", ")"), ("{a: ", "}"), ("!", ""), ("- ", ""), ("true ? 1 : ", "")]


def refusal(code: str, answer: Any = None) -> ApiError:
    with pytest.raises(ApiError) as refused:
        done(code, answer)
    return refused.value


@pytest.mark.parametrize(
    "code",
    [
        "return [1,];",
        "return [API.a.b() API.c.d()];",
        "return API.a.b({x: 1,});",
        "return API.a.b({x: y});",
        "return API.a.b({x: 01});",
        "return API.a.b({x: 1x});",
        "return API.a.b({x: 'a});",
        "return API.a.b({x: [1});",
        "return API.a.b({1: 1});",
        "return API.a.b({}, {});",
        "return API({});",
        "return API;",
        "return API.a.b;",
        "return 'API'.a.b();",
        "returnAPI.a.b();",
        "return API.a.b() @",
        "return [1]@id;",
        "return [1].map(1);",
        "return + 1;",
        "return 1 === 1;",
        "return 1 2;",
        "a = 1;",
        "var a = 1 return a;",
        "var a = a;",
        "var if = 1;",
        "var 1 = 1;",
        "var a = 1; a++;",
        "var a = 1; a += 1;",
        "1 = 2;",
        "API.a.b() = 1;",
        "var a = []; a.push(1) = 1;",
        "var a = []; delete a;",
        "if true return 1;",
        "while (true) {",
        "}",
        "for (;;) {}",
        "function a() {}",
        "var a = function() {};",
        "return (1;",
        "return 1 ? 2;",
        "// ничего",
        "return " + "x" * 1_000_001,
        *(f"return {opening * 33}1{closing * 33};" for opening, closing in NESTED),
        "if (1) " * 33 + "return 1;",
        "{" * 33 + "}" * 33,
    ],
)
def test_what_is_not_vkscript_does_not_compile(code: str) -> None:
    assert refusal(code).code is Code.COMPILE


@pytest.mark.parametrize(("opening", "closing"), NESTED)
def test_what_is_not_too_deep_is_done(opening: str, closing: str) -> None:
    done(f"return {opening * 20}1{closing * 20};")


def test_a_long_chain_is_not_a_deep_one() -> None:
    assert done("return " + "1 + " * 5000 + "1;")[0] == 5001
    assert done("var a = {}; a.a = a; return a" + ".a" * 5000 + ".b;")[0] is None


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("return null.x;", "null has no members"),
        ("var a = {}; return a.b.c;", "null has no members"),
        ("var a; a.b = 1;", "cannot be set"),
        ("var a = []; a[1] = 1;", "cannot be set"),
        ("return 1 + {};", "not a number"),
        ("return [] + 1;", "not a number"),
        ("return 'а' - 1;", "not a number"),
        ("return '' + {};", "an object is no string"),
        ("return 1 / 0;", "division by zero"),
        ("return 1 % 0;", "division by zero"),
        ("return {}.push(1);", "push of what is no list or string"),
        ("return [].slice();", "an argument is missing"),
        ("return API.a.b(1);", "an API method takes an object"),
        ("while (true) {}", "too many operations"),
        ("while (true);", "too many operations"),
        ("while (true) { API.a.b(); }", "too many api calls"),
        ("var a = 9; while (true) { a = a * a; }", "number is too big"),
        ("var a = 'ааааааааа'; while (true) { a = a + a; }", "string is too long"),
        ("var a = [1]; while (true) { a = a + a; }", "out of memory"),
        ("var a = 'а', b = []; while (true) { if (a.length < 400000) { a = a + a; } b.push(a + 'б'); }", "out of memory"),
        ("var a = [1]; a.push(a); return a;", "too deep"),
        ("var a = {}; a.a = a; return API.a.b(a);", "too deep"),
        ("var a = [1], i = 0; while (i < 40) { a = [a, a]; i = i + 1; } return a;", "response size is too big"),
        ("var a = [1], i = 0; while (i < 40) { a = [a, a]; i = i + 1; } return API.a.b({a: a});", "response size is too big"),
        ("var a = 'а' + 'б', i = 0; while (i < 18) { a = a + a; i = i + 1; } var b = [];"
         " while (i < 200) { b.push(a); i = i + 1; } return b;", "response size is too big"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_is_a_runtime_error_and_comes_soon(code: str, why: str) -> None:
    began = time.process_time()
    refused = refusal(code)
    assert (refused.code, refused.message.partition(": ")[2]) == (Code.RUNTIME, why)
    assert time.process_time() - began < 5
