"""The parser by itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.vkscript import ApiCall, Script, parse


@pytest.mark.parametrize(
    ("code", "script"),
    [
        ("return [];", Script((), many=True)),
        ("return API.users.get()", Script((ApiCall("users.get", {}),), many=False)),
        (" return\n[ API.a.b ( { } ) ] ; ", Script((ApiCall("a.b", {}),), many=True)),
        (
            "return API.a.b({x: 1, 'y': -2.5, \"z\": true});",
            Script((ApiCall("a.b", {"x": "1", "y": "-2.5", "z": "1"}),), many=False),
        ),
        ("return API.a.b({x: null, y: false});", Script((ApiCall("a.b", {"x": "", "y": "0"}),), many=False)),
        ("return API.a.b({x: [1, 2, 'т']});", Script((ApiCall("a.b", {"x": "1,2,т"}),), many=False)),
        ("return API.a.b({x: {y: [1, {}]}});", Script((ApiCall("a.b", {"x": '{"y": [1, {}]}'}),), many=False)),
        (
            r"return API.a.b({x: 'a\'\"\\\n\u0451\ud83d\ude00'});",
            Script((ApiCall("a.b", {"x": "a'\"\\\nё😀"}),), many=False),
        ),
    ],
)
def test_calls_are_read(code: str, script: Script) -> None:
    assert parse(code) == script


@pytest.mark.parametrize(
    "code",
    [
        "",
        "return",
        "return 1;",
        "return [1];",
        "return [API.a.b(),];",
        "return [API.a.b() API.c.d()];",
        "return API.a.b();;",
        "return API.a.b(); return API.c.d();",
        "return API.a.b(1);",
        "return API.a.b({x: 1,});",
        "return API.a.b({x: y});",
        "return API.a.b({x: 01});",
        "return API.a.b({x: 1x});",
        "return API.a.b({x: 'a});",
        "return API.a.b({x: [1});",
        "return API.a.b({1: 1});",
        "return API({});",
        "return 'API'.a.b();",
        "returnAPI.a.b();",
        "var a = API.a.b(); return a;",
        "return API.a.b({x: " + "[" * 33 + "]" * 33 + "});",
        "return API.a.b() @",
    ],
)
def test_everything_else_does_not_compile(code: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse(code)
    assert refused.value.code is Code.COMPILE


@settings(max_examples=50)
@given(st.text())
def test_any_text_written_as_json_arrives_as_it_was(text: str) -> None:
    code = f"return API.a.b({json.dumps({'x': text})});"
    assert parse(code) == Script((ApiCall("a.b", {"x": text}),), many=False)


@settings(max_examples=50)
@given(st.text(alphabet="rtunAPI.[](){},:;'\"\\0 -ё", max_size=40))
def test_no_text_breaks_the_parser(tail: str) -> None:
    for code in (tail, f"return API.a.b({{{tail}"):
        try:
            parse(code)
        except ApiError as error:
            assert error.code is Code.COMPILE
