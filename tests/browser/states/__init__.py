"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject."""

from tests.browser.states import registry, schools, signing_in

STATES = [*signing_in.STATES, *registry.STATES, *schools.STATES]
NO_PAGES = {"start_run": "answers POST alone", "start_many": "answers POST alone"}
