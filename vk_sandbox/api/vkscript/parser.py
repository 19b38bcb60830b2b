"""Reading a script: its statements."""

from __future__ import annotations

from vk_sandbox.api.vkscript.expressions import KEYWORDS, ExpressionParser
from vk_sandbox.api.vkscript.lexer import END
from vk_sandbox.api.vkscript.syntax import (
    Assign,
    Block,
    Declare,
    Delete,
    Expression,
    If,
    Index,
    Member,
    Path,
    Perform,
    Return,
    Statement,
    Variable,
    While,
)


def parse(code: str) -> Block:
    """The statements of a script. ApiError 12 for what is not VKScript, or calls a variable that is not declared."""
    return _Parser(code).script()


class _Parser(ExpressionParser):
    def script(self) -> Block:
        found: list[Statement] = []
        while self.tokens[self.position][0] != END:
            found += self.statement()
        return tuple(found)

    def statement(self) -> Block:
        """One statement, none for `;`, those of a block."""
        if self.accept(";"):
            return ()
        if self.accept("{"):
            return self.block()
        for word, read in (("var", self.declaration), ("if", self.condition), ("while", self.loop)):
            if self.accept(word):
                return (read(),)
        simple = self.simple()
        # The last statement of a script or block may go without.
        if self.tokens[self.position][0] != END and self.tokens[self.position] != ("sign", "}"):
            self.expect(";")
        return (simple,)

    def block(self) -> Block:
        self.enter()
        found: list[Statement] = []
        while not self.accept("}"):
            found += self.statement()
        self.leave()
        return tuple(found)

    def declaration(self) -> Declare:
        variables: list[tuple[str, Expression | None]] = []
        while not variables or self.accept(","):
            name = self.name()
            if name in KEYWORDS:
                raise self.error()
            value = self.expression() if self.accept("=") else None
            self.declared.add(name)
            variables.append((name, value))
        if self.tokens[self.position][0] != END:
            self.expect(";")
        return Declare(tuple(variables))

    def condition(self) -> If:
        condition = self.in_parentheses()
        then = self.dependent()
        return If(condition, then, self.dependent() if self.accept("else") else ())

    def loop(self) -> While:
        return While(self.in_parentheses(), self.dependent())

    def dependent(self) -> Block:
        self.enter()
        found = self.statement()
        self.leave()
        return found

    def in_parentheses(self) -> Expression:
        self.expect("(")
        inside = self.expression()
        self.expect(")")
        return inside

    def simple(self) -> Statement:
        if self.accept("return"):
            ends = self.tokens[self.position][0] == END or self.tokens[self.position] in {
                ("sign", ";"),
                ("sign", "}"),
            }
            return Return(None if ends else self.expression())
        if self.accept("delete"):
            target = self.expression()
            if not (isinstance(target, Path) and isinstance(target.steps[-1], Member | Index)):
                raise self.error()
            return Delete(target)
        expression = self.expression()
        if not self.accept("="):
            return Perform(expression)
        settable = isinstance(expression, Path) and isinstance(expression.steps[-1], Member | Index)
        if not (isinstance(expression, Variable) or settable):
            raise self.error()
        assert isinstance(expression, Variable | Path)
        return Assign(expression, self.expression())
