"""Children that do not outlive us, even when we are killed with a signal nobody can catch."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# Looked up once: the function below runs between fork and exec, where as little as possible may happen.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


def dying_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A preexec_fn: the child gets `number` when the thread that starts it ends. Linux only, elsewhere it does nothing.

    The thread, not the process: start children from a thread that lives as long as they do.
    """
    parent = os.getpid()

    def ask_kernel() -> None:
        if _prctl is None:
            return
        _prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the kernel knew our wish
            os._exit(1)

    return ask_kernel
