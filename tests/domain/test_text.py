"""Text from students."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.text import clean, readable


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("a\x1b[31mred\x1b[0m", "ared", id="colour"),
        pytest.param("a\x00b\x07c", "abc", id="controls"),
        pytest.param("one\ntwo\tthree", "one two three", id="lines"),
        pytest.param("abc\u202egnp.exe", "abcgnp.exe", id="bidi"),
        pytest.param("a\ud800b", "ab", id="surrogate"),
        pytest.param("a\u061c\u206a\U000e0041\ufffeb", "ab", id="invisible"),
        pytest.param("A\u200dda", "Ada", id="joiner"),
        pytest.param("ju\u00adlia\ue000\u0605", "julia", id="unprintable"),
        pytest.param("Zoë Łukasz Анна", "Zoë Łukasz Анна", id="letters"),
    ],
)
def test_what_could_harm_a_reader_is_gone(raw, expected):
    assert clean(raw) == expected


@given(st.text(max_size=300), st.integers(1, 100))
def test_cleaned_text_is_short_printable_and_encodable(raw, limit):
    text = clean(raw, limit)

    assert len(text) <= limit
    assert "\x1b" not in text
    assert "\n" not in text
    text.encode()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("one\n\ttwo  three\n", "one\n\ttwo  three\n", id="lines"),
        pytest.param("a\x1b[31mred\x9b2J\x1b]0;t\x07", "ared2J]0;t", id="terminal"),
        pytest.param("a\r\u202eb\ud800", "ab", id="direction-and-surrogate"),
        pytest.param("👩\u200d🔬", "👩\u200d🔬", id="emoji"),
        pytest.param("x" * 99_999, "x" * 9_999 + "…", id="long"),
    ],
)
def test_readable_text_keeps_its_lines(raw, expected):
    assert readable(raw) == expected


@given(st.text(max_size=300))
def test_readable_text_stays_as_it_is(raw):
    assert readable(readable(raw)) == readable(raw)
    readable(raw).encode()
