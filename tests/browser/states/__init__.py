"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import connections, imports, registry, signing_in, users

STATES = [*signing_in.STATES, *registry.STATES, *connections.STATES, *users.STATES, *imports.STATES]
NO_PAGES = {
    "start_run": "answers POST alone",
    "check_connection": "answers POST alone",
    "upload": "a fragment of «Импорт»",
    "answer_upload": "answers POST alone",
    "users_csv": "a table to save",
    "connection_check": "a fragment of «Подключения»",
}
