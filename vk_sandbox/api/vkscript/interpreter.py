"""Doing what a script says, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from vk_sandbox.api.vkscript import syntax
from vk_sandbox.api.vkscript.expressions import ARGS
from vk_sandbox.api.vkscript.methods import act
from vk_sandbox.api.vkscript.operators import OPERATORS
from vk_sandbox.api.vkscript.values import (
    Budget,
    as_parameter,
    is_true,
    leading_number,
    measured,
    number,
    own,
    text,
    trouble,
    whole,
)

CALLS = 25
Call = Callable[[str, Mapping[str, str]], Any]


class Returned(NamedTuple):
    value: Any


def run(script: syntax.Block, call: Call, args: Mapping[str, str] = MappingProxyType({})) -> Any:
    """What the script returns; null where it returns nothing. `call` makes one call of the API and does not raise."""
    running = _Running(call, args)
    match script:
        case (syntax.Return(syntax.ApiCall() as only),):
            return running.answer(only)
        case (syntax.Return(syntax.ListOf(items)),) if all(isinstance(item, syntax.ApiCall) for item in items):
            # What most clients send: nothing can change the answers any more, so they need not be copied or measured.
            return [running.answer(item) for item in items if isinstance(item, syntax.ApiCall)]
    returned = running.block(script)
    if returned is None:
        return None
    measured(returned.value)
    return returned.value


class _Running:
    def __init__(self, call: Call, args: Mapping[str, str]) -> None:
        self.call = call
        self.calls = 0
        self.budget = Budget()
        self.variables: dict[str, Any] = {ARGS: dict(args)}

    def block(self, block: syntax.Block) -> Returned | None:
        for statement in block:
            self.budget.step()
            if (returned := self.statement(statement)) is not None:
                return returned
        return None

    def statement(self, statement: syntax.Statement) -> Returned | None:
        match statement:
            case syntax.Declare(variables):
                for name, value in variables:
                    self.variables[name] = None if value is None else self.value(value)
            case syntax.Assign(target, value):
                self.assign(target, self.value(value))
            case syntax.Perform(expression):
                self.value(expression)
            case syntax.If(condition, then, otherwise):
                return self.block(then if is_true(self.value(condition)) else otherwise)
            case syntax.While(condition, body):
                return self.loop(condition, body)
            case syntax.Return(expression):
                return Returned(None if expression is None else self.value(expression))
            case syntax.Delete(target):
                self.delete(target)
        return None

    def loop(self, condition: syntax.Expression, body: syntax.Block) -> Returned | None:
        while is_true(self.value(condition)):
            if (returned := self.block(body)) is not None:
                return returned
        return None

    def assign(self, target: syntax.Variable | syntax.Path, value: Any) -> None:
        if isinstance(target, syntax.Variable):
            self.variables[target.name] = value
            return
        holder, key = self.place(target)
        self.budget.make(1)
        if isinstance(holder, dict):
            holder[text(key)] = value
        elif isinstance(holder, list) and 0 <= whole(key) < len(holder):
            holder[whole(key)] = value
        elif isinstance(holder, list) and whole(key) == len(holder):
            holder.append(value)
        else:
            raise trouble("cannot be set")

    def delete(self, target: syntax.Path) -> None:
        holder, key = self.place(target)
        if isinstance(holder, dict):
            holder.pop(text(key), None)
        elif isinstance(holder, list) and 0 <= whole(key) < len(holder):
            self.budget.make(len(holder) // 16)
            del holder[whole(key)]

    def place(self, path: syntax.Path) -> tuple[Any, Any]:
        """What holds the end of a path, and under which key."""
        *steps, last = path.steps
        holder = self.walked(self.value(path.base), steps)
        if isinstance(last, syntax.Member):
            return holder, last.name
        assert isinstance(last, syntax.Index)
        return holder, self.value(last.key)

    def value(self, expression: syntax.Expression) -> Any:
        self.budget.step()
        return _EVALUATION[type(expression)](self, expression)

    def list_of(self, expression: syntax.ListOf) -> list[Any]:
        self.budget.make(len(expression.items))
        return [self.value(item) for item in expression.items]

    def object_of(self, expression: syntax.ObjectOf) -> dict[str, Any]:
        self.budget.make(len(expression.members))
        return {name: self.value(item) for name, item in expression.members}

    def chain(self, expression: syntax.Chain) -> Any:
        value = self.value(expression.first)
        for sign, operand in expression.rest:
            if sign in {"&&", "||"}:
                value = value if is_true(value) is (sign == "||") else self.value(operand)
            else:
                value = OPERATORS[sign](self.budget, value, self.value(operand))
        return value

    def choice(self, expression: syntax.Choice) -> Any:
        return self.value(expression.then if is_true(self.value(expression.condition)) else expression.otherwise)

    def walked(self, value: Any, steps: list[syntax.Step] | tuple[syntax.Step, ...]) -> Any:
        for step in steps:
            self.budget.step()
            if value is None:
                raise trouble("null has no members")
            match step:
                case syntax.Member(name):
                    value = _member(value, name)
                case syntax.Index(key):
                    value = _item(value, self.value(key))
                case syntax.Projection(name):
                    value = self.projected(value, name)
                case syntax.MethodCall(name, arguments):
                    value = act(self.budget, name, value, [self.value(argument) for argument in arguments])
        return value

    def projected(self, value: Any, name: str) -> Any:
        if not isinstance(value, list):
            return None
        self.budget.make(len(value))
        return [item.get(name) if isinstance(item, dict) else None for item in value]

    def answer(self, call: syntax.ApiCall) -> Any:
        argument = {} if call.argument is None else self.value(call.argument)
        if not isinstance(argument, dict):
            raise trouble("an API method takes an object")
        self.calls += 1
        if self.calls > CALLS:
            raise trouble("too many api calls")
        self.budget.make(measured(argument))
        return self.call(call.method, {name: as_parameter(item) for name, item in argument.items()})


def _member(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    return len(value) if name == "length" and isinstance(value, list | str) else None


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(text(key))
    return value[whole(key)] if isinstance(value, list) and 0 <= whole(key) < len(value) else None


_EVALUATION: dict[type, Callable[[_Running, Any], Any]] = {
    syntax.Constant: lambda _, constant: constant.value,
    syntax.Variable: lambda running, variable: running.variables.get(variable.name),
    syntax.ListOf: _Running.list_of,
    syntax.ObjectOf: _Running.object_of,
    syntax.ApiCall: lambda running, call: own(running.answer(call)),
    syntax.FunctionCall: lambda running, call: leading_number(call.name, running.value(call.argument)),
    syntax.Not: lambda running, negation: not is_true(running.value(negation.operand)),
    syntax.Negative: lambda running, negation: -number(running.value(negation.operand)),
    syntax.Chain: _Running.chain,
    syntax.Choice: _Running.choice,
    syntax.Path: lambda running, path: running.walked(running.value(path.base), path.steps),
}
