"""Stopping code that does not end by itself."""

import contextlib
import signal
import threading
from collections.abc import Iterator


class TimeUpError(KeyboardInterrupt):
    """The time is up. It passes where all other exceptions are caught."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop Python code after some time; a timer set before goes on afterwards.

    Nothing is stopped on a system without timers, nor on another thread than the main one.

    Raises
    ------
    TimeUpError
        If the time is up.
    """
    on_main_thread = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not on_main_thread:
        yield
        return

    def stop(*_: object) -> None:
        raise TimeUpError

    handler = signal.signal(signal.SIGALRM, stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
        signal.signal(signal.SIGALRM, handler)
