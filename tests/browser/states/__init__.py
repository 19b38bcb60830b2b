"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import chat, registry, signing_in

STATES = [*signing_in.STATES, *registry.STATES, *chat.STATES]
NO_PAGES = {"start_run": "answers POST alone", "chat_news": "a part of the card"}
