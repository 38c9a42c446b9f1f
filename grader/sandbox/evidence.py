"""What one submission's workers gave away of tampering, gathered over all of them."""

from grader.domain.tampering import Tampering, reported, seen, summed


class Evidence:
    """What the session saw itself, and what its workers report.

    A worker reports running totals. What it has once told it can't take back: the student's
    code shares its process.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._before: tuple[Tampering, ...] = ()
        self._latest: dict[str, Tampering] = {}

    def saw(self, kind: str, detail: str = "") -> None:
        """Keep what the grading process saw itself."""
        self._before = summed((*self._before, seen(kind, detail=detail)))

    def heard(self, audit: object) -> None:
        """Keep what the running worker reports."""
        for told in reported(audit):
            kept = self._latest.get(told.kind)
            if kept is None or told.times > kept.times:
                self._latest[told.kind] = told

    def worker_ended(self) -> None:
        """Close the account of a worker: the next one counts from zero."""
        self._before, self._latest = self.found, {}

    @property
    def found(self) -> tuple[Tampering, ...]:
        """Return each kind once."""
        return summed((*self._before, *self._latest.values()))
