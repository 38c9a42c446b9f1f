"""Declaring checks and mistakes."""

import pytest

from grader.domain.check import check
from grader.domain.mistake import mistake


def test_a_mistake_says_what_its_docstring_says_in_one_line():
    @mistake(replaces="f", fails="f_is_right", score=80)
    def wrong(x):
        """This is what you get
        when the sign is reversed.
        """
        return -x

    assert wrong.says == "This is what you get when the sign is reversed."
    assert wrong.fails == ("f_is_right",)
    assert wrong(2) == -2


def test_a_mistake_without_words_is_refused():
    with pytest.raises(ValueError, match="needs a docstring"):

        @mistake(replaces="f", fails="f_is_right")
        def wrong(x):
            return x


def test_a_check_without_words_is_refused():
    with pytest.raises(ValueError, match="needs a docstring"):

        @check(task="T1")
        def silent(_student, _rng):
            return None


def test_a_check_can_not_cost_points():
    with pytest.raises(ValueError, match="worth -1"):
        check(task="T1", points=-1)
