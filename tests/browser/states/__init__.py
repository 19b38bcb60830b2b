"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import registry, registry_rows, signing_in

STATES = [*signing_in.STATES, *registry.STATES, *registry_rows.STATES]
NO_PAGES = {"start_run": "answers POST alone", "edit_chat": "leads to the chat's card"}
