"""What a script is made of, once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Constant:
    value: Scalar


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf:
    members: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """API.a.b(argument)"""

    method: str
    argument: Expression | None


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """parseInt(argument)"""

    name: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expression


@dataclass(frozen=True, slots=True)
class Chain:
    """a + b - c: operators of one rank, from left to right. Flat, so that a long one is not a deep one."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """a ? b : c"""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Member:
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    key: Expression


@dataclass(frozen=True, slots=True)
class Projection:
    """list@.name: that member of every item."""

    name: str


@dataclass(frozen=True, slots=True)
class MethodCall:
    name: str
    arguments: tuple[Expression, ...]


Step: TypeAlias = Member | Index | Projection | MethodCall


@dataclass(frozen=True, slots=True)
class Path:
    """a.b[c]@.d.push(e)"""

    base: Expression
    steps: tuple[Step, ...]


Expression: TypeAlias = (
    Constant | Variable | ListOf | ObjectOf | ApiCall | FunctionCall | Not | Negative | Chain | Choice | Path
)


@dataclass(frozen=True, slots=True)
class Declare:
    """var a = 1, b;"""

    variables: tuple[tuple[str, Expression | None], ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """A path that is assigned to ends with a member or an index."""

    target: Variable | Path
    value: Expression


@dataclass(frozen=True, slots=True)
class Delete:
    target: Path


@dataclass(frozen=True, slots=True)
class Perform:
    """An expression for the sake of what it does."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class If:
    condition: Expression
    then: Block
    otherwise: Block


@dataclass(frozen=True, slots=True)
class While:
    condition: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class Return:
    expression: Expression | None


Statement: TypeAlias = Declare | Assign | Delete | Perform | If | While | Return
Block: TypeAlias = tuple[Statement, ...]
