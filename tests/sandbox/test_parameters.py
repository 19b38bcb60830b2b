"""Reading of parameters by their declaration."""

from __future__ import annotations

from typing import Any

import pytest

from vk_sandbox.api.errors import ApiError
from vk_sandbox.api.parameters import Parameter, Type, read_all

WHOLE = Parameter("x", Type.INTEGER, minimum=0, maximum=9)
MANY = Parameter("x", Type.INTEGERS, max_items=2)
KIND = Parameter("x", Type.STRING, choices=("a", "b"), default="a")
MUST = Parameter("x", Type.STRING, required=True)


@pytest.mark.parametrize(
    ("parameter", "raw", "value"),
    [
        (WHOLE, "7", 7),
        (WHOLE, "", None),
        (WHOLE, None, None),
        (Parameter("x", Type.INTEGER), "-7", -7),
        (Parameter("x", Type.INTEGER, default=20), None, 20),
        (MANY, "1, -2", [1, -2]),
        (MANY, None, []),
        (Parameter("x", Type.STRINGS), "а,,б", ["а", "б"]),
        (Parameter("x", Type.BOOLEAN), "1", True),
        (Parameter("x", Type.BOOLEAN), "false", False),
        (Parameter("x", Type.BOOLEAN), None, False),
        (KIND, "b", "b"),
        (KIND, None, "a"),
        (MUST, " ", " "),
    ],
)
def test_a_value_is_read(parameter: Parameter, raw: str | None, value: Any) -> None:
    assert parameter.read(raw) == value


@pytest.mark.parametrize(
    ("parameter", "raw", "said"),
    [
        (MUST, None, "x is undefined"),
        (MUST, "", "x is undefined"),
        (WHOLE, "a", "x not integer"),
        (WHOLE, "1.5", "x not integer"),
        (WHOLE, "٣", "x not integer"),
        (WHOLE, "9" * 19, "x not integer"),
        (WHOLE, "-1", "x should be greater or equal to 0"),
        (WHOLE, "10", "x should be less or equal to 9"),
        (MANY, "1,a", "x not integer"),
        (MANY, "1,2,3", "x should contain at most 2 elements"),
        (Parameter("x", Type.BOOLEAN), "yes", "x not boolean"),
        (KIND, "c", "x should be one of a, b"),
    ],
)
def test_a_broken_value_is_refused(parameter: Parameter, raw: str | None, said: str) -> None:
    with pytest.raises(ApiError) as refused:
        parameter.read(raw)
    assert refused.value.message == f"One of the parameters specified was missing or invalid: {said}"


def test_undeclared_parameters_are_ignored() -> None:
    assert read_all([WHOLE], {"x": "1", "y": "2"}) == {"x": 1}
