"""VKScript by itself: what a script returns and what it calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.script import Called, done
from vk_sandbox.api.errors import ApiError, Code


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ("return [];", []),
        ("return API.users.get()", [("users.get", {})]),
        (" return\n[ API.a.b ( { } ) ] ; ", [("a.b", {})]),
        ("return API.a.b({x: 1, 'y': -2.5, \"z\": true});", [("a.b", {"x": "1", "y": "-2.5", "z": "1"})]),
        ("return API.a.b({x: null, y: false});", [("a.b", {"x": "", "y": "0"})]),
        ("return API.a.b({x: [1, 2, 'т']});", [("a.b", {"x": "1,2,т"})]),
        ("return API.a.b({x: {y: [1, {}]}});", [("a.b", {"x": '{"y": [1, {}]}'})]),
        (r"return API.a.b({x: 'a\'\"\\\n\u0451\ud83d\ude00'});", [("a.b", {"x": "a'\"\\\nё😀"})]),
        ("var p = {x: 1}; p.x = p.x + 1; return API.a.b(p);", [("a.b", {"x": "2"})]),
        ("API.a.b(); API.c.d(); return 1;", [("a.b", {}), ("c.d", {})]),
        ("return API.a.b({x: 7 / 2, y: 6 / 2});", [("a.b", {"x": "3.5", "y": "3"})]),
        ("if (true || API.a.b()) return false && API.c.d();", []),
        ("return API.a.b(); return API.c.d();", [("a.b", {})]),
    ],
)
def test_calls_are_made_with_what_a_request_would_carry(code: str, calls: Called) -> None:
    assert done(code)[1] == calls


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 4 / 2 % 3", 5),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("5.5 % 2", 1.5),
        ("0.5 + 0.5", 1),
        ("null + 1", 1),
        ("true + '1'", "true1"),
        ("'9' + 'А'", "9А"),
        ("1 + 'а'", "1а"),
        ("'6' - '2'", 4),
        ("'1.5' * 2", 3),
        ("'' + [1, 'а', null]", "1,а,null"),
        ("[1] + [2, 3]", [1, 2, 3]),
        ("1 == '1'", True),
        ("'1' == 'а'", False),
        ("1 == 'а'", False),
        ("0 == null", False),
        ("false == 0", True),
        ("null == null", True),
        ("[] == []", False),
        ("1 != 2", True),
        ("2 < 10", True),
        ("'2' < '10'", False),
        ("2 <= 2 && 2 >= 2 && 3 > 2", True),
        ("0 || null || 'x'", "x"),
        ("1 && 0", 0),
        ("!0", True),
        ("!!''", False),
        ("!!([])", True),
        ("false ? 1 : true ? 2 : 3", 2),
        ("-(-3)", 3),
        ("- '3'", -3),
        ("{a: {'b': [1, 2]}}.a.b[1]", 2),
        ("{a: 1}['a']", 1),
        ("{a: 1}.b", None),
        ("[1, 2][2]", None),
        ("[1, 2][-1]", None),
        ("false.x", None),
        ("(5).x", None),
        ("[1, 2].length", 2),
        ("'две'.length", 3),
        ("{length: 9}.length", 9),
        ("[{id: 1}, {id: 2}, 3]@.id", [1, 2, None]),
        ("[{a: [{b: 1}]}]@.a[0]@.b", [1]),
        ("false@.id", None),
        ("[1, 2, 3].slice(1)", [2, 3]),
        ("[1, 2, 3].slice(0, 2)", [1, 2]),
        ("[1, 2, 3].slice(-1)", [3]),
        ("'перемена'.slice(2, 4)", "ре"),
        ("'перемена'.substr(4)", "мена"),
        ("'перемена'.substr(0, 3)", "пер"),
        ("'а,б'.split(',')", ["а", "б"]),
        ("'аб'.split('')", ["а", "б"]),
        ("'123'.indexOf(2)", 1),
        ("[1, '2', 3].indexOf(2)", 1),
        ("[1].indexOf(5)", -1),
        ("parseInt('12 человек') + parseInt('нет') + parseInt(3.9)", 15),
        ("parseDouble('1.5')", 1.5),
        ("[]", []),
    ],
)
def test_an_expression_has_its_value(expression: str, value: Any) -> None:
    found = done(f"return {expression};")[0]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("", None),
        ("return;", None),
        ("return 1", 1),
        (";;return 1;;", 1),
        ("var a; return a;", None),
        ("var a = 1, b = a + 1; a = 5; return [a, b];", [5, 2]),
        ("var a = 1; { a = 2; } return a;", 2),
        ("var a = 3; if (a > 2) return 'много'; else return 'мало';", "много"),
        ("var a = 1; if (a > 2) { return 1; } else if (a > 0) { return 2 } return 3;", 2),
        ("var i = 0, s = 0; while (i < 5) { i = i + 1; s = s + i; }; return s;", 15),
        ("var i = 0; while (true) { i = i + 1; if (i == 7) return i; }", 7),
        ("var a = [1]; a.push(2, 3); return a;", [1, 2, 3]),
        ("var a = [1, 2, 3]; return [a.pop(), a.shift(), a.unshift(9), a];", [3, 1, 2, [9, 2]]),
        ("var a = [1, 2, 3, 4]; return [a.splice(1, 2, 'x'), a, a.splice(-1), a];", [[2, 3], [1, "x"], [4], [1, "x"]]),
        (
            "var a = {}; a.b = {}; a.b['в'] = 1; a.b.c = [0]; a.b.c[0] = 2; a.b.c[1] = 3; return a;",
            {"b": {"в": 1, "c": [2, 3]}},
        ),
        ("var a = {b: 1, c: 2}; delete a.b; delete a.x; var d = [1, 2]; delete d[0]; return [a, d];", [{"c": 2}, [2]]),
        ("var a = {}; var b = a; b.c = 1; return a;", {"c": 1}),
    ],
)
def test_a_script_returns(code: str, value: Any) -> None:
    assert done(code)[0] == value


def test_a_script_changes_its_copy_of_an_answer() -> None:
    answer = {"items": [{"id": 1}], "pair": (1, 2)}
    code = "var a = API.a.b(); a.count = 1; a.items[0].id = 2; a.items.push(a.pair); return a;"
    assert done(code, answer)[0] == {"items": [{"id": 2}, [1, 2]], "pair": [1, 2], "count": 1}
    assert answer == {"items": [{"id": 1}], "pair": (1, 2)}


@settings(max_examples=50)
@given(st.text())
def test_any_text_written_as_json_arrives_as_it_was(text: str) -> None:
    assert done(f"return API.a.b({json.dumps({'x': text})});")[1] == [("a.b", {"x": text})]


SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text()
JSON = st.recursive(SCALARS, lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside))


@settings(max_examples=50)
@given(JSON)
def test_any_json_is_a_script_s_value(value: Any) -> None:
    assert done(f"var a = {json.dumps(value)}; return a;")[0] == value


WORDS = [
    "var a =",
    "a",
    "'т'",
    "if",
    "else",
    "while",
    "return",
    "API",
    "delete",
    "push",
    "&&",
    "==",
    *"1;.[](){},:+-*/%!<?@",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=30), st.text(alphabet="rtunAPI.[](){},:;'\"\\0 -ё", max_size=40))
def test_no_text_breaks_the_reading_or_the_doing(words: list[str], tail: str) -> None:
    for code in (" ".join(words), f"var a = {{}}; return {' '.join(words)};", tail, f"return API.a.b({{{tail}"):
        try:
            done(code)
        except ApiError as error:
            assert error.code in {Code.COMPILE, Code.RUNTIME}
