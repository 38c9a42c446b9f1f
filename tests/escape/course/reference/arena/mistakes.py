"""Known mistakes of the arena."""

from grader.checks import mistake


@mistake(replaces="double", fails="double_doubles", score=60)
def squares(x):
    """This is what you get when the number is squared instead of doubled."""
    return x * x
