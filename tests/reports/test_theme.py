"""The colours, measured."""

import re
from itertools import product

import pytest

from grader.reports.templating import verbatim

TEXTS = ("ink", "quiet", "accent", "good", "part", "bad")
GROUNDS = (
    *("page", "surface", "sunken"),
    *("accent-ground", "good-ground", "part-ground", "bad-ground"),
)


def themes():
    """Return the colours of the light, the dark and the printed page, by role."""
    blocks = re.findall(
        r":root \{(.*?)\}", str(verbatim("theme.css.j2")), flags=re.DOTALL
    )
    light, dark, printed = (dict(re.findall(r"--([\w-]+): #(\w+);", b)) for b in blocks)
    return {"light": light, "dark": light | dark, "print": light | printed}


def luminance(color):
    """Return the relative luminance. Source: WCAG 2.2, "relative luminance"."""
    digits = color if len(color) == 6 else "".join(2 * digit for digit in color)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_can_be_read_on_every_ground(theme):
    colors = themes()[theme]

    faint = {
        (text, ground)
        for text, ground in product(TEXTS, GROUNDS)
        # Source: WCAG 2.2, 1.4.3 (AA)
        if contrast(colors[text], colors[ground]) < 4.5
    }

    assert faint == set()
