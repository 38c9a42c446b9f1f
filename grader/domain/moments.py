"""Moments and spans of time in words."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_in(when: datetime, zone: str) -> str:
    """Return `5 March 2026, 23:59 Europe/Moscow`.

    Args:
        when: With a zone.
        zone: In which it is shown, a name of the IANA database.
    """
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} {zone}"


def span(seconds: float) -> str:
    """Return a span by its two largest units, the rest cut off: `2 days 3 hours`."""
    minutes = int(seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    shown = [plural(count, unit) for count, unit in parts if count]
    return " ".join(shown[:2]) or "less than a minute"


def plural(count: int, unit: str) -> str:
    """Return `1 day` or `3 days`."""
    return f"{count} {unit if count == 1 else unit + 's'}"
