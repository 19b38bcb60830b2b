"""What can go wrong, as a tree.

PeremenaError
├── UnusableInput            a file or setting nobody can work with; the message says what, where and how to mend
└── MessengerError           raised by adapters only, written down by one bookkeeper (sync.bookkeeping)
    ├── Transient            try later: `wait` seconds; messengers.base.Lost is the kind that may have taken effect
    ├── Refused              the messenger said no for good: `reason` is a short stable code
    ├── Unauthorized         the credential no longer works: the whole connection stops
    └── Unsupported          we asked for what this connection cannot do: a bug of ours
"""

ENOUGH = 20  # times that a wait is doubled: any wait is at its longest by then


class PeremenaError(Exception):
    """Root of every error this product raises on purpose."""


class UnusableInput(PeremenaError):  # noqa: N818 - it names the input, not the accident
    """Input or settings that cannot be used. `str()` is one line for a person, in Russian."""


class MessengerError(PeremenaError):
    """A call to a messenger did not do what was asked. `reason` is a stable code without personal data."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


class Transient(MessengerError):  # noqa: N818 - a state of the world
    """The same call may succeed later: after `retry_after` seconds, and when it fails again after twice as many each time,
    but never more than `longest`."""

    def __init__(self, reason: str, message: str = "", *, retry_after: float = 1.0, longest: float = 3600.0) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after
        self.longest = longest

    def wait(self, before: int) -> float:
        """Seconds until the next try, where so many in a row have failed before this one."""
        return min(self.retry_after * 2.0 ** min(before, ENOUGH), self.longest)


class Refused(MessengerError):  # noqa: N818
    """The messenger refuses this call for good."""


class Unauthorized(MessengerError):  # noqa: N818
    """The credential is refused; nothing else can be done over this connection."""


class Unsupported(MessengerError):  # noqa: N818
    """The connection's declared capabilities were ignored."""
