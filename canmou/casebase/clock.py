"""One clock for all records: Beijing time without a zone, as officers write it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def beijing(moment: datetime) -> datetime:
    """Return ``moment`` as naive Beijing time; a naive moment is taken to be Beijing time already.

    >>> from datetime import timezone
    >>> beijing(datetime(2026, 11, 21, 19, 14, tzinfo=timezone.utc))
    datetime.datetime(2026, 11, 22, 3, 14)
    """
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(BEIJING).replace(tzinfo=None)


def beijing_now() -> datetime:
    """Return the present moment as naive Beijing time, to the second."""
    return beijing(datetime.now(BEIJING)).replace(microsecond=0)
