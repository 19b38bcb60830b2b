"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import connections, registry, schools, signing_in

STATES = [*signing_in.STATES, *registry.STATES, *schools.STATES, *connections.STATES]
NO_PAGES = {
    "start_run": "answers POST alone",
    "cancel_run": "answers POST alone",
    "start_many": "answers POST alone",
    "check_connection": "answers POST alone",
    "connection_check": "a fragment of «Подключения»",
}
