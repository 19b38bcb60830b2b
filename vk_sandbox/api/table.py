"""Every method the stand-in serves, by its name. A method not here is unknown: there are no stubs."""

from __future__ import annotations

from vk_sandbox.api import execute
from vk_sandbox.api.method import Method
from vk_sandbox.api.methods import (
    account,
    calls,
    chat_card,
    chat_photo,
    chats,
    communities,
    conversations,
    files,
    history,
    invitations,
    long_poll,
    names,
    pinning,
    search,
    sending,
    server_time,
    users,
)

SUBJECTS = (
    users,
    account,
    communities,
    names,
    server_time,
    chats,
    chat_card,
    invitations,
    conversations,
    history,
    search,
    sending,
    pinning,
    files,
    chat_photo,
    long_poll,
    calls,
    execute,
)
METHODS: dict[str, Method] = {method.name: method for subject in SUBJECTS for method in subject.METHODS}
