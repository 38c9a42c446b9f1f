import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from grader.domain.figure import AxesData, FigureData, Series, Surface
from grader.worker import figures


@pytest.fixture(autouse=True)
def _no_window_and_no_figure_left():
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def only_series(axes):
    (series,) = figures.extract(axes)["axes"][0]["series"]
    return series


class SeabornGrid:
    def __init__(self, figure):
        self.figure = figure


SeabornGrid.__module__ = "seaborn.axisgrid"


BELONGING = {
    "figure": lambda figure: figure,
    "axes": lambda figure: figure.axes[0],
    "array-of-axes": lambda figure: np.array(figure.axes),
    "subplots": lambda figure: (figure, np.array(figure.axes)),
    "list-of-axes": lambda figure: figure.axes,
    "plot": lambda figure: figure.axes[0].plot([1]),
    "scatter": lambda figure: figure.axes[0].scatter(1, 1),
    "bar": lambda figure: figure.axes[0].bar([1], [1]),
    "errorbar": lambda figure: figure.axes[0].errorbar(1, 1, 1),
    "contour": lambda figure: figure.axes[0].contour(np.eye(3)),
    "text": lambda figure: figure.axes[0].set_title("AND"),
    "subfigure": lambda figure: figure.subfigures(1),
    "seaborn": SeabornGrid,
    "pyplot": lambda _figure: plt,
}


@pytest.mark.parametrize("value_of", BELONGING.values(), ids=BELONGING)
def test_whatever_belongs_to_one_figure_is_that_figure(value_of):
    figure, _ = plt.subplots(2)
    figure.suptitle("mine")

    value = value_of(figure)

    assert figures.is_figure(value)
    assert figures.extract(value)["suptitle"] == "mine"


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "figure",
        [],
        (),
        [1.0, 2.0],
        {"figure": 1},
        np.zeros(3),
        np.array([None]),
        object,
        SeabornGrid(None),
    ],
)
def test_what_is_no_figure_is_none(value):
    assert not figures.is_figure(value)
    with pytest.raises(ValueError, match="no Matplotlib figure"):
        figures.extract(value)


def test_a_grid_that_holds_itself_is_no_figure():
    grid = SeabornGrid(None)
    grid.figure = grid

    assert not figures.is_figure(grid)


def test_a_figure_among_other_values_or_two_figures_are_not_one_figure():
    one, two = Figure(), Figure()

    assert not figures.is_figure((one, 3.0))
    assert not figures.is_figure([one, two])


def test_the_current_figure_is_the_last_that_has_axes():
    assert figures.current_figure() is None
    first, _ = plt.subplots()
    second, _ = plt.subplots()
    plt.figure()

    assert figures.current_figure() is second
    plt.close(second)
    assert figures.current_figure() is first


def test_an_empty_figure_is_current_if_there_is_no_other():
    figure = plt.figure()

    assert figures.current_figure() is figure


def test_closed_figures_are_forgotten():
    plt.subplots()

    figures.close_all()

    assert figures.current_figure() is None


def test_matplotlib_is_not_imported_for_code_that_does_not_plot():
    program = """
import sys
from grader.worker import figures
figures.close_all()
assert figures.current_figure() is None
assert not figures.is_figure([1, 2])
assert not [name for name in sys.modules if name.startswith("matplotlib")]
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_plain_dict_has_exactly_the_fields_of_the_domain():
    _, axes = plt.subplots()
    axes.plot([1, 2])
    axes.imshow(np.eye(2))

    plain = figures.extract(axes)

    panel = plain["axes"][0]
    assert set(plain) == set(FigureData.model_fields)
    assert set(panel) == set(AxesData.model_fields)
    assert set(panel["series"][0]) == set(Series.model_fields)
    assert set(panel["surfaces"][0]) == set(Surface.model_fields)


def test_what_travels_is_json_and_plain_arrays():
    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()))
        if isinstance(value, list):
            return set().union(*map(kinds, value))
        return {type(value)}

    _, axes = plt.subplots()
    axes.scatter([1, 2], [3, 4], c=[0.1, 0.9])
    axes.contourf(np.eye(3))

    assert kinds(figures.extract(axes)) == {str, int, float, bool, np.ndarray}


DRAWN = [
    pytest.param(
        lambda axes: axes.plot([1, 2], [3, 4], "r--"),
        {"kind": "line", "x": [1, 2], "y": [3, 4], "linestyle": "--", "marker": ""},
        id="line",
    ),
    pytest.param(
        lambda axes: axes.plot([1, 2], [3, 4], "ks"),
        {"kind": "line", "linestyle": "", "marker": "s", "visible": True},
        id="markers",
    ),
    pytest.param(
        lambda axes: axes.plot([1, 2], "o", mfc="none"),
        {"marker": "o, hollow"},
        id="hollow-markers",
    ),
    pytest.param(
        lambda axes: axes.plot([1, 2], marker=(5, 1), linestyle=""),
        {"marker": "custom"},
        id="custom-marker",
    ),
    pytest.param(
        lambda axes: axes.plot([3], marker="o"),
        {"linestyle": "", "marker": "o", "visible": True},
        id="one-point",
    ),
    pytest.param(lambda axes: axes.plot([3]), {"visible": False}, id="nothing-to-see"),
    pytest.param(
        lambda axes: axes.plot(np.ma.masked_less([1.0, 2.0, 3.0], 2)),
        {"x": [0, 1, 2], "y": [np.nan, 2, 3]},
        id="masked",
    ),
    pytest.param(
        lambda axes: axes.plot(["a", "b"], [1, 2]), {"x": [0, 1]}, id="categories"
    ),
    pytest.param(
        lambda axes: axes.plot(np.array(["1970-01-03"], "M8[D]"), [1], "o"),
        {"x": [2]},
        id="dates",
    ),
    pytest.param(
        lambda axes: axes.step([1, 2], [3, 4], label="loss"),
        {"kind": "step", "x": [1, 2], "y": [3, 4], "label": "loss"},
        id="step",
    ),
    pytest.param(
        lambda axes: axes.stairs([5, 6]),
        {"kind": "step", "x": [0, 1], "y": [5, 6]},
        id="stairs",
    ),
    pytest.param(
        lambda axes: axes.scatter([1, 2], [3, 4], marker="^", color="b"),
        {"kind": "scatter", "x": [1, 2], "y": [3, 4], "colors": [[0, 0, 1, 1]]}
        | {"marker": "^", "linestyle": ""},
        id="scatter",
    ),
    pytest.param(
        lambda axes: axes.scatter([1, 2], [3, 4], c=["r", "b"]),
        {"colors": [[1, 0, 0, 1], [0, 0, 1, 1]]},
        id="two-colours",
    ),
    pytest.param(
        lambda axes: axes.scatter([1, 2], [3, 4], c=[0, 1], cmap="gray"),
        {"colors": [[0, 0, 0, 1], [1, 1, 1, 1]]},
        id="colour-map",
    ),
    pytest.param(
        lambda axes: axes.scatter([1, 2, 3], [3, 4, 5]).set_facecolor(["r", "b"]),
        {"colors": [[1, 0, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1]]},
        id="fewer-colours-than-points",
    ),
    pytest.param(
        lambda axes: axes.scatter([1], [3], facecolors="none", edgecolors="r"),
        {"marker": "o, hollow", "colors": [[1, 0, 0, 1]]},
        id="rings",
    ),
    pytest.param(
        lambda axes: axes.scatter([1], [3], marker="x", color="r"),
        {"marker": "x", "colors": [[1, 0, 0, 1]]},
        id="crosses",
    ),
    pytest.param(
        lambda axes: axes.scatter([1], [3], marker=(7, 1)),
        {"marker": "custom"},
        id="star-of-seven",
    ),
    pytest.param(
        lambda axes: axes.bar([1, 2], [3, 4], label="n"),
        {"kind": "bar", "x": [1, 2], "y": [3, 4], "label": "n"},
        id="bars",
    ),
    pytest.param(
        lambda axes: axes.bar([1, 2], [3, 4], color=["r", "b"]),
        {"colors": [[1, 0, 0, 1], [0, 0, 1, 1]], "label": ""},
        id="coloured-bars",
    ),
    pytest.param(
        lambda axes: axes.barh([1, 2], [3, 4]),
        {"kind": "bar", "x": [3, 4], "y": [1, 2]},
        id="lying-bars",
    ),
    pytest.param(
        lambda axes: axes.hist([0, 0, 1], bins=[0, 1, 2]),
        {"kind": "bar", "x": [0.5, 1.5], "y": [2, 1]},
        id="histogram",
    ),
    pytest.param(
        lambda axes: axes.hist([0, 0, 1], bins=[0, 1, 2], histtype="step"),
        {"kind": "step", "x": [0, 0, 1, 1, 2, 2], "y": [0, 2, 2, 1, 1, 0]},
        id="outlined-histogram",
    ),
    pytest.param(
        lambda axes: axes.errorbar([1, 2], [3, 4], yerr=1, label="e", capsize=3),
        {"kind": "errorbar", "x": [1, 2], "y": [3, 4], "label": "e"},
        id="error-bars",
    ),
    pytest.param(
        lambda axes: axes.errorbar([1, 2], [3, 4], yerr=1, fmt="none"),
        {"kind": "errorbar", "x": [1, 2], "y": [3, 4]},
        id="bare-error-bars",
    ),
    pytest.param(
        lambda axes: axes.stem([1, 2], [3, 4], label="s"),
        {"kind": "line", "x": [1, 2], "y": [3, 4], "label": "s", "marker": "o"},
        id="stems",
    ),
    pytest.param(
        lambda axes: axes.hlines([1, 2], 0, 5),
        {"kind": "line", "x": [0, 5, np.nan, 0, 5], "y": [1, 1, np.nan, 2, 2]},
        id="hlines",
    ),
    pytest.param(
        lambda axes: (axes.set_xlim(-1, 1), axes.axhline(3)),
        {"reference": True, "x": [-1, 1], "y": [3, 3]},
        id="axhline",
    ),
    pytest.param(
        lambda axes: (axes.set_ylim(-1, 1), axes.axvline(3)),
        {"reference": True, "x": [3, 3], "y": [-1, 1]},
        id="axvline",
    ),
    pytest.param(
        lambda axes: (axes.set(xlim=(0, 2), ylim=(0, 9)), axes.axline((0, 1), slope=2)),
        {"reference": True, "x": [0, 2], "y": [1, 5]},
        id="axline",
    ),
    pytest.param(
        lambda axes: axes.contour([[0, 0], [2, 2]], levels=[1]),
        {"kind": "contour", "x": [0, 1], "y": [0.5, 0.5]},
        id="contour",
    ),
]


@pytest.mark.parametrize(("plot", "expected"), DRAWN)
def test_each_kind_is_read_in_data_coordinates(plot, expected):
    _, axes = plt.subplots()
    plot(axes)

    series = only_series(axes)

    for name, value in expected.items():
        found = series[name]
        if isinstance(value, list):
            np.testing.assert_allclose(found, value, atol=1e-9, err_msg=name)
        else:
            assert found == value, name


def test_the_outline_of_a_filled_region_is_cut_at_the_frame():
    _, axes = plt.subplots()
    field = np.tile(np.arange(3.0), (3, 1))
    axes.contourf(field, levels=[-1, 0.5, 3])

    for region in figures.extract(axes)["axes"][0]["series"]:
        x, y = region["x"], region["y"]
        pairs = np.isfinite(x[:-1] + x[1:])
        np.testing.assert_allclose(x[:-1][pairs], 0.5)
        assert sorted({*y[:-1][pairs], *y[1:][pairs]}) == [0, 1, 2]


def test_lines_and_points_in_space_keep_their_three_coordinates():
    axes = plt.figure().add_subplot(projection="3d")
    axes.plot([1, 2], [3, 4], [5, 6])
    axes.scatter([1, 2], [3, 4], [5, 6])
    axes.plot_surface(*np.meshgrid([0, 1], [0, 1]), np.eye(2))
    axes.set_zlabel("p")

    panel = figures.extract(axes)["axes"][0]

    assert panel["zlabel"] == "p"
    assert [surface["kind"] for surface in panel["surfaces"]] == ["surface"]
    for series in panel["series"]:
        assert [list(series[axis]) for axis in "xyz"] == [[1, 2], [3, 4], [5, 6]]


FIELD = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("plot", "kind", "extent"),
    [
        pytest.param(
            lambda axes: axes.imshow(FIELD), "image", [-0.5, 2.5, 1.5, -0.5], id="image"
        ),
        pytest.param(
            lambda axes: axes.imshow(FIELD, origin="lower", extent=(0, 3, 0, 2)),
            "image",
            [0, 3, 2, 0],
            id="first-row-below",
        ),
        pytest.param(
            lambda axes: axes.pcolormesh(FIELD), "mesh", [0, 3, 2, 0], id="mesh"
        ),
        pytest.param(
            lambda axes: axes.pcolormesh(FIELD, shading="gouraud"),
            "mesh",
            [0, 2, 1, 0],
            id="shaded-mesh",
        ),
    ],
)
def test_a_field_comes_row_by_row_with_the_edge_of_its_first_row_last(
    plot, kind, extent
):
    _, axes = plt.subplots()
    plot(axes)

    (surface,) = figures.extract(axes)["axes"][0]["surfaces"]

    assert surface["kind"] == kind
    assert surface["shape"] == [2, 3]
    assert surface["extent"] == extent
    assert list(surface["values"]) == [0, 1, 2, 3, 4, 5]


def test_contours_tell_their_levels():
    _, axes = plt.subplots()
    axes.contour(FIELD, levels=[1, 2])

    (surface,) = figures.extract(axes)["axes"][0]["surfaces"]

    assert surface["kind"] == "contour"
    assert list(surface["levels"]) == [1, 2]
    assert surface["shape"] == []


def test_a_field_that_is_too_large_keeps_only_its_shape():
    _, axes = plt.subplots()
    axes.imshow(np.zeros((300, 300)))

    (surface,) = figures.extract(axes)["axes"][0]["surfaces"]

    assert surface["shape"] == [300, 300]
    assert len(surface["values"]) == 0


def test_scales_limits_titles_and_texts_are_read():
    figure, axes = plt.subplots()
    figure.suptitle("Training")
    axes.set(xscale="log", xlim=(1, 100), ylim=(5, -5), xlabel="n", ylabel="y")
    axes.set_title("left", loc="left")
    axes.annotate("best", (1, 1))
    axes.text(1, 1, "hidden", visible=False)

    plain = figures.extract(figure)

    panel = plain["axes"][0]
    assert plain["suptitle"] == "Training"
    assert (panel["title"], panel["texts"]) == ("left", ["best"])
    assert (panel["xscale"], panel["yscale"]) == ("log", "linear")
    assert (panel["xlim"], panel["ylim"]) == ([1, 100], [5, -5])
    assert (panel["xlabel"], panel["ylabel"]) == ("n", "y")


def test_a_colour_bar_is_marked_and_its_marks_are_left_out():
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(FIELD), label="loss")

    panel, bar = figures.extract(figure)["axes"]

    assert not panel["colorbar"]
    assert bar["colorbar"]
    assert bar["ylabel"] == "loss"
    assert bar["series"] == bar["surfaces"] == []


def test_an_inset_is_an_axes_of_its_own_and_a_secondary_axis_is_none():
    figure, axes = plt.subplots()
    axes.inset_axes([0.5, 0.5, 0.4, 0.4]).plot([1, 2])
    axes.secondary_xaxis("top")

    outer, inset = figures.extract(figure)["axes"]

    assert outer["series"] == []
    assert len(inset["series"]) == 1


def test_a_reference_line_does_not_take_the_curves_name():
    _, axes = plt.subplots()
    axes.plot([1, 2], label="loss")
    axes.axhline(1.5)
    axes.legend()

    curve, line = figures.extract(axes)["axes"][0]["series"]

    assert (curve["label"], line["label"]) == ("loss", "")


def test_a_colour_that_two_entries_share_names_nobody():
    _, axes = plt.subplots()
    axes.plot([1, 2], "r-")
    axes.plot([], [], "r--", label="a")
    axes.plot([], [], "r:", label="b")
    axes.legend()

    assert only_series(axes)["label"] == ""


def test_a_legends_handle_of_any_kind_is_read():
    _, axes = plt.subplots()
    axes.bar([1], [2], color="g", label="bars")
    axes.errorbar([1], [2], 1, fmt="ro", label="bars with errors")
    axes.fill_between([0, 1], [0, 1], color="b", label="band")
    axes.legend()

    panel = figures.extract(axes)["axes"][0]

    assert sorted(panel["legend"]) == ["band", "bars", "bars with errors"]


def test_a_handle_that_no_legend_can_show_shifts_no_names():
    _, axes = plt.subplots()
    (line,) = axes.plot([1, 2], "r")
    with pytest.warns(UserWarning, match="Legend does not support"):
        axes.legend([axes.text(0, 1, "word"), line], ["text", "loss"])

    assert only_series(axes)["label"] == "loss"


class TextHandler:
    def legend_artist(self, *_):
        return Text(0, 0, "w")


def test_a_handle_without_a_colour_names_nothing():
    _, axes = plt.subplots()
    axes.plot([1, 2], "r")
    word = axes.text(0, 1, "word")
    axes.legend([word, word], ["one", "two"], handler_map={word: TextHandler()})

    panel = figures.extract(axes)["axes"][0]

    assert panel["legend"] == ["one", "two"]
    assert panel["series"][0]["label"] == ""


def test_collections_of_nothing_are_no_series():
    _, axes = plt.subplots()
    axes.hlines([], 0, 1)
    axes.fill_between([], [], [])
    axes.plot([], [], label="nothing")

    assert figures.extract(axes)["axes"][0]["series"] == []


# pixels


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ((4, 3), 100, (400, 300)),
        ((40, 20), 100, (1600, 800)),
        ((10, 10), 600, (1200, 1200)),
        ((2000, 1), 100, (1600, 1)),
    ],
)
def test_the_drawing_has_at_most_1600_by_1200_pixels(size, dpi, expected):
    figure = Figure(figsize=size, dpi=dpi)
    figure.add_subplot()

    plain = figures.extract(figure)

    # one pixel less where a size is rounded down
    assert np.allclose((plain["width"], plain["height"]), expected, atol=1)
    assert plain["rgba"].shape == (plain["height"], plain["width"], 4)
    assert plain["rgba"].dtype == np.uint8
    assert figure.dpi == dpi


def test_the_pixels_show_what_was_drawn():
    figure = Figure(figsize=(1, 1), dpi=100, facecolor="red")

    rgba = figures.extract(figure)["rgba"]

    assert (rgba == [255, 0, 0, 255]).all()


def test_a_text_that_can_not_be_drawn_is_left_out():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    axes.text(0, 1, r"$\nosuchsymbol{$")

    plain = figures.extract(figure)

    assert plain["width"] > 0
    assert len(plain["axes"][0]["series"]) == 1


def test_an_artist_that_can_not_be_read_is_left_out():
    def broken(*_args, **_kwargs):
        raise RuntimeError("odd")

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    axes.scatter([1], [2]).get_offsets = broken
    axes.bar([1], [2])[0].get_height = broken
    axes.imshow(FIELD).get_extent = broken

    panel = figures.extract(figure)["axes"][0]

    assert [series["kind"] for series in panel["series"]] == ["line"]
    assert panel["surfaces"] == []


def test_a_figure_that_can_not_be_drawn_has_data_without_pixels():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    figure.draw = None

    plain = figures.extract(figure)

    assert plain["rgba"].shape == (0, 0, 4)
    assert (plain["width"], plain["height"]) == (0, 0)
    assert len(plain["axes"][0]["series"]) == 1


def test_drawing_neither_warns_nor_minds_numpys_error_state():
    _, axes = plt.subplots()
    axes.semilogy([0.0, 1.0, 2.0], label="\N{HEBREW LETTER ALEF}")
    axes.set_title("\N{HEBREW LETTER ALEF}\N{CJK UNIFIED IDEOGRAPH-4E00}")

    with np.errstate(all="raise"):
        plain = figures.extract(axes)

    assert plain["width"] > 0


# bounds


def test_series_points_panels_and_texts_are_bounded():
    figure, panels = plt.subplots(1, 70)
    for axes in panels[:5]:
        for _ in range(50):
            axes.plot([1, 2], label="x" * 1000)
    panels[0].set_title("t" * 1000)
    for _ in range(300):
        panels[0].text(0, 0, "word")

    axes = figures.extract(figure)["axes"]

    assert len(axes) == 64
    assert sum(len(one["series"]) for one in axes) == 200
    assert len(axes[0]["title"]) == len(axes[0]["series"][0]["label"]) == 300
    assert len(axes[0]["texts"]) == 200


def test_of_many_points_every_kth_is_kept():
    n = 50_000
    _, axes = plt.subplots()
    axes.scatter(np.arange(n), np.arange(n), c=np.arange(n))

    series = only_series(axes)

    assert 10_000 <= len(series["x"]) <= 20_000
    assert set(np.diff(series["x"])) == {3.0}
    assert len(series["x"]) == len(series["y"]) == len(series["colors"])


def test_all_points_and_fields_together_are_bounded():
    figure, panels = plt.subplots(1, 2)
    for _ in range(50):
        panels[0].plot(np.zeros(20_000))
    for _ in range(10):
        panels[1].imshow(np.zeros((256, 256)))

    lines, images = figures.extract(figure)["axes"]

    assert sum(len(one["x"]) for one in lines["series"]) <= 100_000
    assert sum(len(one["values"]) for one in images["surfaces"]) <= 400_000


def test_a_contour_level_without_a_line_hides_no_other_level():
    figure, axes = plt.subplots()
    axes.contour([[0.0, 0.0], [0.6, 0.6]], levels=[0.25, 0.5, 0.75])

    (panel,) = figures.extract(figure)["axes"]

    assert [list(one["y"]) for one in panel["series"]] == [
        pytest.approx([0.25 / 0.6] * 2),
        pytest.approx([0.5 / 0.6] * 2),
    ]
