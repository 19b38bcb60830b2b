"""Every face of every page: who looks, what is in the database, and what he did there. One file per subject, found by itself."""

from importlib import import_module
from pkgutil import iter_modules

from tests.browser.states.state import State

_SUBJECTS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
STATES: list[State] = [state for subject in _SUBJECTS for state in getattr(subject, "STATES", ())]
# Names of addresses that show no page of their own, and what they do instead.
NO_PAGES: dict[str, str] = {
    name: why for subject in _SUBJECTS for name, why in getattr(subject, "NO_PAGES", {}).items()
}
