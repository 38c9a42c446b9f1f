"""Known mistakes of the tiny lab."""

from grader.checks import mistake

from . import tiny as solution


@mistake(replaces="double", fails="double_doubles", score=60, concept="powers")
def squares(x):
    """This is what you get when the number is squared instead of doubled."""
    return x * x


@mistake(replaces="total", fails="total_adds_up", score=40)
def forgets_the_last(x):
    """This is what you get when the last entry is left out."""
    return solution.total(x[:-1])
