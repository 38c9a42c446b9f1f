"""Why there is no table: one line in a notebook, an ordinary exception elsewhere."""

from grader.errors import LabError


class NotChecked(LabError):  # noqa: N818 - the student reads its name in a notebook
    """Nothing was checked: the lab was not found, or is broken."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: our own frames would only hide the sentence."""
        return [f"grader: {self}"]


class Stopped(KeyboardInterrupt):
    """The student interrupted a check; the cells after it do not run."""

    def _render_traceback_(self) -> list[str]:
        return [f"grader: {self}"]
