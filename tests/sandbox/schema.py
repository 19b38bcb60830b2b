"""VK's own JSON schema as a witness of answers.

The schema is not draft 7 as it stands: `required` is a boolean that sits on the property, what stands beside a `$ref`
is a note to people, and `inner_type` is a discriminator of VK's code generator that no real answer carries.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

ROOT = Path(__file__).parent / "vk_schema"
BASE = "http://schema.invalid/"
GENERATED = "inner_type"

# Answers that are not in VK's published schema. utils.* is not in our copy; execute returns what the script returns.
UNPUBLISHED: dict[str, dict[str, Any]] = {
    "execute": {},
    "utils.getServerTime": {"type": "integer"},
    "utils.resolveScreenName": {
        "oneOf": [
            {"type": "array", "maxItems": 0},
            {
                "type": "object",
                "required": ["type", "object_id"],
                "properties": {"type": {"enum": ["user", "group"]}, "object_id": {"type": "integer"}},
            },
        ]
    },
}
# Parameters that change the shape of the answer, and the shape.
VARIANTS = {
    frozenset({"chat_ids", "fields"}): "chatIds_Fields_Response",
    frozenset({"chat_ids"}): "chatIdsResponse",
    frozenset({"peer_ids"}): "userIdsResponse",
    frozenset({"extended"}): "extendedResponse",
    frozenset({"fields"}): "fieldsResponse",
}

# Codes a method gives beyond its schema: [D] from its documentation page, [?] inferred from its neighbours.
BEYOND_SCHEMA = {
    "messages.addChatUser": {981, 917, 927},  # [D], [?], [?]
    "messages.editChat": {917, 927},  # [?]
    "messages.removeChatUser": {917, 927},  # [?]
    "messages.getByConversationMessageId": {927},  # [?] its neighbours
    "messages.getById": {927},  # [?]
    "messages.getChat": {927},  # [?]
    "messages.getChatPreview": {927},  # [?]
    "messages.delete": {927},  # [?]
    "messages.deleteConversation": {927},  # [?]
    "messages.edit": {927},  # [?]
    "messages.markAsRead": {927},  # [?]
    "messages.pin": {917},  # [?]
    "messages.send": {927},  # [?]
    "messages.setChatPhoto": {917, 927},  # [?]
    "messages.deleteChatPhoto": {917, 927},  # [?]
    "messages.setActivity": {901, 902},  # [?]
    "messages.unpin": {917},  # [?]
    "execute": {12},
}

# Method → the shapes of its answers that were checked in this run of the tests and found good.
CHECKED: defaultdict[str, set[str]] = defaultdict(set)


def as_draft7(node: Any) -> Any:
    """One schema node, with what it holds, in the form that draft 7 understands."""
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    schema = {key: value for key, value in node.items() if key not in {"required", "properties"}}
    if "properties" in node:
        properties = {name: value for name, value in node["properties"].items() if name != GENERATED}
        schema["properties"] = {name: as_draft7(value) for name, value in properties.items()}
        schema["required"] = [name for name, value in properties.items() if value.get("required") is True]
    if "items" in schema:
        schema["items"] = as_draft7(schema["items"])
    for key in {"allOf", "oneOf", "anyOf"} & schema.keys():
        schema[key] = [as_draft7(value) for value in schema[key]]
    return schema


@cache
def methods() -> dict[str, dict[str, Any]]:
    """Name → VK's declaration of the method."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("*/methods.json")]
    return {method["name"]: method for file in files for method in file["methods"]}


@cache
def errors() -> dict[str, dict[str, Any]]:
    catalogue: dict[str, dict[str, Any]] = json.loads((ROOT / "errors.json").read_text(encoding="utf-8"))["errors"]
    return catalogue


@cache
def _registry() -> Registry[Any]:
    resources = []
    for path in ROOT.glob("*/*.json"):
        definitions = json.loads(path.read_text(encoding="utf-8")).get("definitions", {})
        content = {"definitions": {name: as_draft7(value) for name, value in definitions.items()}}
        uri = BASE + path.relative_to(ROOT).as_posix()
        resources.append((uri, Resource.from_contents(content, default_specification=DRAFT7)))
    return Registry().with_resources(resources)


@cache
def _validator(reference: str) -> Draft7Validator:
    return Draft7Validator({"$ref": BASE + reference.removeprefix("../")}, registry=_registry())


def _found(validator: Draft7Validator, value: Any) -> list[str]:
    return sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(value))


def variant(method: str, parameters: Collection[str]) -> str:
    """The name of the answer's shape, of the several a method may have, that these parameters ask for."""
    variants = methods()[method]["responses"]
    wanted = (name for asked, name in VARIANTS.items() if asked <= set(parameters))
    return next((name for name in wanted if name in variants), next(iter(variants)))


def check(method: str, body: dict[str, Any], parameters: Collection[str] = ()) -> None:
    """Fails if the stand-in's answer is not as VK's schema says, and notes that it was looked at."""
    assert problems(method, body, parameters) == []
    if "response" in body and method not in UNPUBLISHED:
        CHECKED[method].add(variant(method, parameters))


def problems(method: str, body: dict[str, Any], parameters: Collection[str] = ()) -> list[str]:
    """What is wrong with the JSON answer to a call with these parameters; an empty list means good."""
    if body.keys() <= {"response", "execute_errors"} and "response" in body:
        if method in UNPUBLISHED:
            return _found(Draft7Validator(UNPUBLISHED[method]), body["response"])
        return _found(_validator(methods()[method]["responses"][variant(method, parameters)]["$ref"]), body)
    if body.keys() == {"error"}:
        return error_problems(method, body["error"])
    return [f"neither response nor error: {sorted(body)}"]


def error_problems(method: str, error: dict[str, Any]) -> list[str]:
    """The error object, and whether this method may give this code with this text."""
    found = _found(_validator("base/objects.json#/definitions/base_error"), error)
    return found or code_problems(method, error["error_code"], error.get("error_msg", ""))


def code_problems(method: str, code: int, text: str) -> list[str]:
    declared = {reference["$ref"].rpartition("/")[2] for reference in methods().get(method, {}).get("errors", [])}
    allowed = {error["code"] for name, error in errors().items() if error.get("global") or name in declared}
    allowed |= BEYOND_SCHEMA.get(method, set())
    if code not in allowed:
        return [f"{method} never gives error {code}"]
    texts = {error["description"] for error in errors().values() if error["code"] == code}
    known = not texts or any(text == known or text.startswith(f"{known}: ") for known in texts)
    return [] if known else [f"error {code} says {text!r}"]
