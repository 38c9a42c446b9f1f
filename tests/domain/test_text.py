"""Text from students."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.text import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("a\x1b[31mred\x1b[0m", "ared", id="colour"),
        pytest.param("a\x00b\x07c", "abc", id="controls"),
        pytest.param("one\ntwo\tthree", "one two three", id="lines"),
        pytest.param("abc\u202egnp.exe", "abcgnp.exe", id="bidi"),
        pytest.param("a\ud800b", "ab", id="surrogate"),
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
