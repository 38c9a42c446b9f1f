"""What no reader can see is not visible; what honest plots are made of is."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.worker import figures

X, Y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 4.0])


@pytest.fixture(autouse=True)
def _no_figure_left():
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def visible(draw):
    """Return whether the only series of a plot counts as seen."""
    figure, axes = plt.subplots()
    draw(axes)
    panels = figures.extract(figure)["axes"]
    (series,) = [series for panel in panels for series in panel["series"]]
    return series["visible"]


def _in_a_panel_of_no_size(axes):
    axes.set_position([0.5, 0.5, 1e-6, 1e-6])
    axes.plot(X, Y, "o")


def _in_a_panel_beside_the_figure(axes):
    axes.set_position([2, 2, 1, 1])
    axes.plot(X, Y, "o")


def _black_on_black(axes):
    axes.set_facecolor("black")
    axes.plot(X, Y, "ko")


UNSEEN = {
    "alpha-0": lambda axes: axes.plot(X, Y, "o", alpha=0),
    "alpha-in-the-colour": lambda axes: axes.plot(X, Y, "o", color=(0, 0, 0, 0.01)),
    "not-visible": lambda axes: axes.plot(X, Y, "o", visible=False),
    "white-line": lambda axes: axes.plot(X, Y, color="white"),
    "white-line-with-an-edge-of-no-marker": lambda axes: axes.plot(
        X, Y, color="white", markeredgecolor="black"
    ),
    "white-dots": lambda axes: axes.plot(X, Y, "o", color="white"),
    "white-scatter": lambda axes: axes.scatter(X, Y, color="#fffffe"),
    "black-on-black": _black_on_black,
    "tiny-dots": lambda axes: axes.plot(X, Y, "o", markersize=1e-3),
    "no-area": lambda axes: axes.scatter(X, Y, s=0),
    "tiny-area": lambda axes: axes.scatter(X, Y, s=1e-6),
    "neither-inside-nor-edge": lambda axes: axes.plot(X, Y, "o", mfc="none", mew=0),
    "panel-of-no-size": _in_a_panel_of_no_size,
    "panel-beside-the-figure": _in_a_panel_beside_the_figure,
}


@pytest.mark.parametrize("draw", UNSEEN.values(), ids=UNSEEN)
def test_what_no_reader_can_see_is_not_visible(draw):
    assert not visible(draw)


def _white_on_a_map(axes):
    axes.imshow(np.eye(4))
    axes.plot(X, Y, "wo")


def _white_in_the_dark(axes):
    axes.figure.set_facecolor("black")
    axes.set_facecolor("none")
    axes.plot(X, Y, "w-")


def _on_a_twin(axes):
    axes.twinx().plot(X, Y, "r-")


SEEN = {
    "light-yellow": lambda axes: axes.plot(X, Y, "o", color="lightyellow"),
    "light-grey-half-transparent": lambda axes: axes.plot(
        X, Y, color="lightgrey", alpha=0.5
    ),
    "thousands-of-faint-dots": lambda axes: axes.scatter(X, Y, s=1, alpha=0.06),
    "small-dots": lambda axes: axes.plot(X, Y, ".", markersize=0.5),
    "small-area": lambda axes: axes.scatter(X, Y, s=0.1),
    "pixels": lambda axes: axes.plot(X, Y, ",", markersize=0.01),
    "white-with-an-edge": lambda axes: axes.plot(X, Y, "o", mfc="white", mec="black"),
    "white-scatter-with-an-edge": lambda axes: axes.scatter(
        X, Y, c="white", edgecolors="black"
    ),
    "hollow": lambda axes: axes.scatter(X, Y, facecolors="none", edgecolors="C1"),
    "crosses": lambda axes: axes.scatter(X, Y, marker="x"),
    "colour-map": lambda axes: axes.scatter(X, Y, c=X),
    "white-on-a-map": _white_on_a_map,
    "white-in-the-dark": _white_in_the_dark,
    "twin": _on_a_twin,
    "bars": lambda axes: axes.bar(X, Y, color="white", edgecolor="black"),
}


@pytest.mark.parametrize("draw", SEEN.values(), ids=SEEN)
def test_honest_ink_is_visible(draw):
    assert visible(draw)
