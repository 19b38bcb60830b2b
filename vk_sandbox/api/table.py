"""Every method the stand-in serves, by its name. A method not here is unknown: there are no stubs."""

from __future__ import annotations

from vk_sandbox.api import execute
from vk_sandbox.api.method import Method
from vk_sandbox.api.methods import chats, conversations, server_time, users

SUBJECTS = (users, chats, conversations, server_time, execute)
METHODS: dict[str, Method] = {method.name: method for subject in SUBJECTS for method in subject.METHODS}
