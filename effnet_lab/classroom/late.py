"""What being late costs: a share of what was earned, for each day begun, up to a limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """How late submissions are marked.

    Parameters
    ----------
    percent_a_day
        Taken off for each day begun, in percent of what was earned.
    grace_minutes
        After the due time in which nothing is taken off.
    most_percent
        That is ever taken off.
    file_times
        Whether a file's own time counts where nothing else tells one.
    """

    percent_a_day: float = 10.0
    grace_minutes: float = 15.0
    most_percent: float = 50.0
    file_times: bool = True

    def days(
        self, due: datetime | None, submitted: datetime | None, marked: bool | None = None
    ) -> int:
        """Return how many days late something is.

        Parameters
        ----------
        due
            None if it is never late.
        submitted
            None if nobody knows.
        marked
            Whether the platform calls it late; None if it does not say.
        """
        if due is None or marked is False:
            return 0
        late = timedelta() if submitted is None else submitted - due
        if late <= timedelta():
            return int(bool(marked))  # called late, and no time says by how much: a day
        if late <= timedelta(minutes=self.grace_minutes):
            return 0
        return ceil(late / timedelta(days=1))

    def percent(self, days: int) -> float:
        """Return how many percent are taken off.

        Examples
        --------
        >>> LatePolicy(percent_a_day=10, most_percent=25).percent(3)
        25
        """
        return min(self.most_percent, self.percent_a_day * days)
