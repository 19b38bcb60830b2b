"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import linking, registry, signing_in

STATES = [*signing_in.STATES, *registry.STATES, *linking.STATES]
NO_PAGES = {
    "start_run": "answers POST alone",
    "start_linking": "leads to VK ID",
    "unlink_profile": "leads back to the page",
}
