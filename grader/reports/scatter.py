"""A lab's checks by how many pass them and how well they tell strong from weak.

The plot is laid out here, in percent of its width and pixels of its height, so that its
letters and dots are of one size on a phone and on a wall. Dots that would cover each
other are moved aside; a line leads to where they belong.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from grader.domain.frozen import Frozen
from grader.languages import ENGLISH, Language
from grader.reports.summary import FEWEST_TO_CORRELATE, CheckStatistics
from grader.reports.text import one_line
from grader.reports.words import number, with_comma

# Below this a check tells strong submissions from weak ones badly.
# Source: Ebel, Measuring Educational Achievement (1965), guide to discrimination indices.
POOR = 0.2
# With so many, chance stays below what Ebel calls good (0.4); with fewer it need not.
FEW = 30

HEIGHT_PX = 320
# above the best discrimination, for dots that are moved aside
_HEADROOM_PX = 20
# How wide the plot may be, on a page and on a phone, and how far apart dots stay there:
# they are 16 pixels wide, and 13 leave their numbers free.
_WIDTHS_PX = ((720.0, 13.0), (420.0, 9.0), (236.0, 6.0))
# so far may a dot stand out of the plot
_EDGE_PX = 6.0
# what lies lower than usual makes the axis longer
_FLOORS = (-0.2, -0.4, -0.6, -0.8, -1.0)
_TICKS = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0, -0.2, -0.4, -0.6, -0.8, -1.0)

Region = Literal[
    "hard", "easy", "hard_poor", "easy_poor", "reversed", "all", "none", "alike"
]


class Dot(Frozen):
    """One check of the plot.

    Attributes:
        number: Of its row in the table, from 1.
        x: Share of those who pass it.
        y_px: From the top.
        aside: Pixels to the right and down by which it is moved.
        alarming: Whether the stronger fail it, beyond what chance does.
        says: All of it in one line.
    """

    number: int
    x: float
    y_px: float
    aside: tuple[float, float]
    hidden: bool
    alarming: bool
    says: str


class Scatter(Frozen):
    """One lab's plot.

    Attributes:
        ticks: Values of discrimination, and their pixels from the top.
        poor_px: Where checks begin to tell little.
        zero_px: Where the stronger begin to fail them.
        apart: What has no discrimination: what it has in common, and its dots.
        few: How many were graded, if so few that the numbers say little; else 0.
        chance: How far from 0 chance alone gets with as many.
    """

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, float], ...]
    poor_px: float
    zero_px: float
    apart: tuple[tuple[str, tuple[Dot, ...]], ...]
    few: int
    chance: float


def chance(n: int) -> float:
    """Return what 95 % of checks that tell nothing stay within, for n submissions.

    Source: Pitman, "Significance tests which may be applied to samples from any
    populations II", J. Royal Stat. Soc. Suppl. 4 (1937): where nothing is correlated, the
    variance of the correlation is 1 / (n − 1).
    """
    return min(1.96 / math.sqrt(n - 1), 1.0) if n > 1 else 1.0


def is_alarming(check: CheckStatistics) -> bool:
    """Return whether the stronger fail a check, beyond what chance does."""
    value = check.discrimination
    return value is not None and value < -chance(check.n)


def region(check: CheckStatistics) -> Region:
    """Return in which part of the plot a check lies."""
    value = check.discrimination
    if value is None:
        if check.passed == check.n:
            return "all"
        return "alike" if check.passed else "none"
    if value < 0:
        return "reversed"
    hard = check.pass_rate < 0.5
    if value < POOR:
        return "hard_poor" if hard else "easy_poor"
    return "hard" if hard else "easy"


def region_words(language: Language = ENGLISH) -> dict[Region, str]:
    """Return the parts of the plot for people."""
    _ = language.text
    return {
        "hard": _("hard and telling"),
        "easy": _("easy and telling"),
        "hard_poor": _("hard, tells little"),
        "easy_poor": _("easy, tells little"),
        "reversed": _("look at this check: the stronger fail it"),
        "all": _("everybody passes"),
        "none": _("nobody passes"),
        "alike": _("nothing to compare with"),
    }


def scatter(
    checks: Sequence[CheckStatistics], language: Language = ENGLISH
) -> Scatter | None:
    """Return the plot of one lab's checks, None where too few were graded for one.

    Args:
        checks: In the order of the table.
        language: The reader's.
    """
    n = max((check.n for check in checks), default=0)
    values = [c.discrimination for c in checks if c.discrimination is not None]
    if n < FEWEST_TO_CORRELATE or not values:
        return None
    floor = next(low for low in _FLOORS if low <= min(values) or low == _FLOORS[-1])
    words = region_words(language)
    dots: list[Dot] = []
    apart: dict[str, list[Dot]] = {}
    for place, check in enumerate(checks, start=1):
        value = check.discrimination
        kind = words[region(check)]
        y_px = _down(floor if value is None else value, floor)
        dot = Dot(
            number=place,
            x=check.pass_rate,
            y_px=y_px,
            aside=(0, 0) if value is None else _aside(check.pass_rate, y_px, dots),
            hidden=check.hidden,
            alarming=is_alarming(check),
            says=_says(place, check, kind, language),
        )
        (dots if value is not None else apart.setdefault(kind, [])).append(dot)
    return Scatter(
        dots=tuple(dots),
        ticks=tuple((tick, _down(tick, floor)) for tick in _TICKS if tick >= floor),
        poor_px=_down(POOR, floor),
        zero_px=_down(0, floor),
        apart=tuple((kind, tuple(own)) for kind, own in apart.items()),
        few=n if n < FEW else 0,
        chance=chance(n),
    )


def _down(value: float, floor: float) -> float:
    """Return how many pixels below the top a discrimination lies."""
    share = (1 - value) / (1 - floor)
    return round(_HEADROOM_PX + (HEIGHT_PX - _HEADROOM_PX) * share, 1)


def _says(place: int, check: CheckStatistics, kind: str, language: Language) -> str:
    named = f"{place}: {one_line(language.told(check.title))}"
    passes = language.text("{percent} % pass").format(
        percent=number(round(100 * check.pass_rate), language)
    )
    if check.discrimination is None:
        return f"{named} {passes}: {kind}"
    value = with_comma(f"{check.discrimination:.2f}", language)
    discrimination = language.text("discrimination {value}").format(value=value)
    return f"{named} {passes}, {discrimination}: {kind}"


def _aside(x: float, y_px: float, dots: Sequence[Dot]) -> tuple[float, float]:
    """Return by how much a dot has to move so that it covers none of the others."""
    for right, down in _SPIRAL:
        if not -_EDGE_PX <= y_px + down <= HEIGHT_PX + _EDGE_PX:
            continue
        if all(
            -_EDGE_PX <= x * width + right <= width + _EDGE_PX
            and all(
                math.hypot(
                    (x - other.x) * width + right - other.aside[0],
                    y_px + down - other.y_px - other.aside[1],
                )
                >= apart
                for other in dots
            )
            for width, apart in _WIDTHS_PX
        ):
            return right, down
    return 0, 0


def _spiral() -> Iterator[tuple[float, float]]:
    """Yield places around one, evenly spread, the nearest first.

    Source: Vogel, "A better way to construct the sunflower head", Mathematical
    Biosciences 44 (1979).
    """
    golden = math.pi * (3 - math.sqrt(5))
    for step in range(1500):
        radius, turn = 4 * math.sqrt(step), step * golden
        yield round(radius * math.cos(turn), 1), round(radius * math.sin(turn), 1)


_SPIRAL = tuple(_spiral())
