"""Reading a script: its expressions."""

from __future__ import annotations

import json

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.vkscript.lexer import END, Token, tokens, unquoted
from vk_sandbox.api.vkscript.methods import KNOWN
from vk_sandbox.api.vkscript.operators import RANKS
from vk_sandbox.api.vkscript.syntax import (
    ApiCall,
    Chain,
    Choice,
    Constant,
    Expression,
    FunctionCall,
    Index,
    ListOf,
    Member,
    MethodCall,
    Negative,
    Not,
    ObjectOf,
    Path,
    Projection,
    Step,
    Variable,
)
from vk_sandbox.api.vkscript.values import LEADING

DEPTH = 32  # of what stands inside one another; deeper is nothing anybody writes
CONSTANTS = {"true": True, "false": False, "null": None}
KEYWORDS = {"var", "if", "else", "while", "return", "delete", "API", *CONSTANTS, *LEADING}
ARGS = "Args"  # what the script was sent with
AFTER_A_VALUE = {("sign", sign) for sign in ",]}):;"}


class ExpressionParser:
    """Expressions; statements are added by its heir. ApiError 12 for what is not VKScript."""

    def __init__(self, code: str) -> None:
        self.tokens = tokens(code)
        self.position = 0
        self.depth = 0
        self.declared = {ARGS}

    def expression(self) -> Expression:
        # Most of what is sent is plain data: no need to ask for every operator there is.
        if (plain := self.plain()) is not None:
            return plain
        self.enter()
        value = self.ranked(0)
        if self.accept("?"):
            then = self.expression()
            self.expect(":")
            value = Choice(value, then, self.expression())
        self.leave()
        return value

    def plain(self) -> Constant | None:
        kind, text = self.tokens[self.position]
        if (kind != "number" and kind != "string") or self.tokens[self.position + 1] not in AFTER_A_VALUE:
            return None
        self.position += 1
        return Constant(unquoted(text) if kind == "string" else json.loads(text))

    def ranked(self, rank: int) -> Expression:
        """Operators of this rank and of all that bind tighter."""
        if rank == len(RANKS):
            return self.unary()
        first = self.ranked(rank + 1)
        rest: list[tuple[str, Expression]] = []
        while (token := self.tokens[self.position])[0] == "sign" and token[1] in RANKS[rank]:
            self.position += 1
            rest.append((token[1], self.ranked(rank + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def unary(self) -> Expression:
        for sign, node in (("!", Not), ("-", Negative)):
            if self.accept(sign):
                self.enter()
                operand = self.unary()
                self.leave()
                if node is Negative and isinstance(operand, Constant) and isinstance(operand.value, int | float):
                    return Constant(-operand.value)
                return node(operand)
        return self.path()

    def path(self) -> Expression:
        base = self.primary()
        steps: list[Step] = []
        while (step := self.step()) is not None:
            steps.append(step)
        return Path(base, tuple(steps)) if steps else base

    def step(self) -> Step | None:
        if self.accept("["):
            key = self.expression()
            self.expect("]")
            return Index(key)
        if self.accept("@"):
            self.expect(".")
            return Projection(self.name())
        if not self.accept("."):
            return None
        name = self.name()
        if not self.accept("("):
            return Member(name)
        if name not in KNOWN:
            raise self.error()
        return MethodCall(name, self.expressions_until(")"))

    def primary(self) -> Expression:
        kind, text = self.take()
        if kind == "string":
            return Constant(unquoted(text))
        if kind == "number":
            return Constant(json.loads(text))
        if kind == "name":
            return self.named(text)
        if text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if text == "[":
            return ListOf(self.expressions_until("]"))
        if text == "{":
            return self.members()
        raise self.error()

    def named(self, name: str) -> Expression:
        if name in CONSTANTS:
            return Constant(CONSTANTS[name])
        if name == "API":
            return self.call()
        if name in LEADING:
            self.expect("(")
            argument = self.expression()
            self.expect(")")
            return FunctionCall(name, argument)
        return Variable(self.known(name))

    def call(self) -> ApiCall:
        self.expect(".")
        path = [self.name()]
        while self.accept("."):
            path.append(self.name())
        self.expect("(")
        argument = None
        if not self.accept(")"):
            argument = self.expression()
            self.expect(")")
        return ApiCall(".".join(path), argument)

    def members(self) -> ObjectOf:
        members: list[tuple[str, Expression]] = []
        while not self.accept("}"):
            if members:
                self.expect(",")
            kind, text = self.take()
            if kind not in {"string", "name"}:
                raise self.error()
            self.expect(":")
            members.append((unquoted(text) if kind == "string" else text, self.expression()))
        return ObjectOf(tuple(members))

    def expressions_until(self, closing: str) -> tuple[Expression, ...]:
        if self.accept(closing):
            return ()
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        self.expect(closing)
        return tuple(found)

    def known(self, name: str) -> str:
        if name not in self.declared:
            raise ApiError(Code.COMPILE, f"{name} is not defined")
        return name

    def name(self) -> str:
        kind, text = self.take()
        if kind != "name":
            raise self.error()
        return text

    def enter(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise ApiError(Code.COMPILE, "too deep")

    def leave(self) -> None:
        self.depth -= 1

    def take(self) -> Token:
        token = self.tokens[self.position]
        if token[0] == END:
            raise self.error()
        self.position += 1
        return token

    def accept(self, text: str) -> bool:
        """Steps over a sign or word if it is next; a string with the same characters is something else."""
        kind, found = self.tokens[self.position]
        accepted = found == text and kind in {"sign", "name"}
        self.position += accepted
        return accepted

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error()

    def error(self) -> ApiError:
        return ApiError(Code.COMPILE, f"unexpected token at {self.position}")
