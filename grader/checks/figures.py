"""What a Matplotlib figure shows, judged from its data whatever the style.

A figure is the student's claim: compare it with values that the grading process owns.
Data first, labels second. A teacher imports this module as `figures`; what it offers is
spread over `figure_points`, `figure_lines`, `figure_curves`, `figure_looks` and
`figure_pictures`.
"""

from typing import Any

from grader.checks.figure_curves import CurveMatch, find_curve, misdrawn
from grader.checks.figure_lines import crosses, find_line
from grader.checks.figure_looks import (
    distinguishable,
    labelled,
    legend_for,
    not_blank,
    titled,
)
from grader.checks.figure_pictures import alt_text, picture
from grader.checks.figure_points import colors_by_class, has_points, points_in
from grader.domain.figure import AxesData, FigureData
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed, StudentFunction
from grader.domain.verdict import Outcome

__all__ = [
    "AxesData",
    "CurveMatch",
    "FigureData",
    "alt_text",
    "colors_by_class",
    "crosses",
    "distinguishable",
    "draw",
    "figure_from",
    "find_curve",
    "find_line",
    "has_points",
    "labelled",
    "legend_for",
    "misdrawn",
    "not_blank",
    "panels",
    "picture",
    "points_in",
    "titled",
]


def draw(function: StudentFunction, *args: Any, **kwargs: Any) -> FigureData:
    """Call a plotting function and return its figure.

    Raises:
        CallFailed: If the call gave no value, or a value that is no figure.
    """
    value = function(*args, **kwargs)
    if isinstance(value, FigureData):
        return value
    given = "None and left no figure open" if value is None else _kind(value)
    raise CallFailed(
        Outcome.RAISED,
        f"{function.name} returned {given}, expected a Matplotlib figure",
    )


def _kind(value: Any) -> str:
    # an Opaque knows the type that did not travel, whose name may be empty
    name = str(getattr(value, "type_name", type(value).__name__)) or "object"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def panels(figure: FigureData) -> tuple[AxesData, ...]:
    """Return the Axes that show something, in drawing order, without colour bars."""
    return tuple(
        axes
        for axes in figure.axes
        if not axes.colorbar and (axes.series or axes.surfaces or axes.texts)
    )
