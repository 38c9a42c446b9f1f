"""Public checks of the lab `overfitting`: small examples that you can follow by hand.

They are worth no points. The hidden checks, which are, ask for more than these.
"""

import numpy as np

from grader.checks import (
    CallFailed,
    Draws,
    Item,
    Outcome,
    StudentCode,
    Verdict,
    check,
    figures,
    models,
    numbers,
    rubric,
    values,
)
from grader.checks.models import ModelData

# four epochs that can be read at a glance: the best is the second
HISTORY = {
    "loss": [1.5, 0.5, 0.25, 0.125],
    "accuracy": [0.5, 0.75, 1.0, 1.0],
    "val_loss": [1.0, 0.5, 0.625, 0.75],
    "val_accuracy": [0.5, 0.75, 0.75, 0.75],
}


@check(task="T1")
def sample_of_all_is_all(student: StudentCode, _rng: Draws) -> Verdict:
    """A sample of all six images has each of them once, with its label."""
    x = np.repeat(np.arange(6.0)[:, None], 784, axis=1)
    found = student.small_sample(x, np.arange(6) + 10, 6, seed=0)
    pair = found if isinstance(found, list) and len(found) == 2 else [None, None]
    images, labels = numbers(pair[0], (6, 784)), numbers(pair[1], (6,))
    right = images is not None and labels is not None
    return rubric(
        Item(0.4, right, "the shapes are not (6, 784) and (6,)."),
        Item(
            0.3,
            right and sorted(images[:, 0].tolist()) == [0, 1, 2, 3, 4, 5],
            "some of the six images is missing, and another comes twice.",
        ),
        Item(
            0.3,
            right and bool((labels == images[:, 0] + 10).all()),
            "a label is not with its image.",
        ),
    )


@check(task="T2")
def big_net_counts_its_weights(student: StudentCode, _rng: Draws) -> Verdict:
    """build_big(30) has 784 * 30 + 30 + 30 * 10 + 10 = 23,860 weights."""
    model = student.build_big(30)
    known = isinstance(model, ModelData)
    return rubric(
        Item(0.5, known, "build_big must return a Keras model.", "a model"),
        Item(
            0.5,
            known and model.parameters == 23_860,
            f"it has {model.parameters if known else 'no'} weights.",
        ),
    )


@check(task="T2")
def training_gives_four_lists(student: StudentCode, _rng: Draws) -> Verdict:
    """train_overfit returns a network and a history of as many epochs as asked for."""
    rng = np.random.default_rng(0)
    x, y = rng.random((64, 784), dtype=np.float32), np.arange(64) % 10
    found = student.train_overfit(x, y, x[:10], y[:10], width=16, epochs=3, seed=0)
    pair = found if isinstance(found, list) and len(found) == 2 else [None, None]
    history = pair[1] if isinstance(pair[1], dict) else {}
    short = [name for name in HISTORY if numbers(history.get(name), (3,)) is None]
    return rubric(
        Item(
            0.4,
            isinstance(pair[0], ModelData) and models.dense_widths(pair[0]) == (16, 10),
            "the first result must be the network, of the width that was asked for.",
            "the network",
        ),
        Item(
            0.6,
            not short,
            f"the history has no three numbers, one an epoch, of {', '.join(short)}.",
        ),
    )


@check(task="T3")
def numbers_of_a_history(student: StudentCode, _rng: Draws) -> Verdict:
    """The gap of the example is 0.25."""
    return values(student.gap, expect=[0.25], inputs=[(HISTORY,)])


@check(task="T3")
def best_epoch_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The best epoch of the example is the second."""
    return values(student.best_epoch, expect=[2], inputs=[(HISTORY,)])


@check(task="T3")
def rise_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The validation loss of the example ends at 1.5 times its smallest value."""
    return values(student.rise, expect=[1.5], inputs=[(HISTORY,)])


@check(task="T4")
def misclassified_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """An accuracy of 0.75 means that a quarter is misclassified."""
    expected = np.array([0.5, 0.25, 0.0, 0.0]), np.array([0.5, 0.25, 0.25, 0.25])
    return values(
        student.misclassified,
        expect=[expected],
        inputs=[(HISTORY,)],
        names=("train", "validation"),
    )


@check(task="T4", uses=("misclassified", "best_epoch"))
def history_has_two_panels(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_history draws both losses, over labelled axes."""
    figure = figures.draw(student.plot_history, HISTORY)
    curves = [figures.find_curve(figure, HISTORY[k]) for k in ("loss", "val_loss")]
    drawn = [match for match in curves if match is not None]
    return rubric(
        Item(0.6, len(drawn) == 2, f"{len(drawn)} of the 2 losses are drawn."),
        Item(
            0.4,
            bool(drawn) and all(figures.labelled(match.axes) for match in drawn),
            "an axis has no label.",
        ),
        pictures=(figures.picture(figure, "How a training went"),),
    )


@check(task="T4")
def answers_are_complete(student: StudentCode, _rng: Draws) -> Verdict:
    """The answers are among those that can be chosen."""
    found = student.answers()
    choices = {
        "overfits": ("a", "b", "c", "d"),
        "sign": ("gap", "rise"),
        "clean_dropout": ("yes", "no"),
        "test_accuracy": ("yes", "no"),
    }
    given = found if isinstance(found, dict) else {}
    wrong = [
        key
        for key, among in choices.items()
        if str(given.get(key)).lower() not in among
    ]
    return rubric(Item(1, not wrong, f"there is no such answer to {', '.join(wrong)}."))


@check(task="T5", uses=("small_sample", "gap"))
def each_size_is_trained(student: StudentCode, _rng: Draws) -> Verdict:
    """For each size, gap_by_size calls train_overfit once with so many images."""
    x = np.random.default_rng(0).random((40, 784), dtype=np.float32)
    y = np.arange(40) % 10
    seen = []

    def train_overfit(x_small, y_small, *_others, **_options):
        seen.append(len(x_small))
        return None, HISTORY

    spied = student.replaced({"train_overfit": train_overfit})
    call = (x, y, x[:9], y[:9], [10, 30])
    options = {"width": 8, "epochs": 2, "seed": 0}
    try:
        found = spied.gap_by_size(*call, **options)
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        # who makes more of a training than its history needs a real one
        seen.clear()
        found = student.gap_by_size(*call, **options)
    gaps = numbers(found, (2,))
    return rubric(
        # who trains in another way is judged by the gaps alone, in the hidden checks
        Item(
            0.5,
            seen in ([10, 30], []),
            f"it was called with {seen} images, not [10, 30].",
        ),
        Item(
            0.5,
            gaps is not None and (not seen or bool(np.allclose(gaps, 0.25))),
            "two trainings with the example's history must give the gaps 0.25 and 0.25.",
        ),
    )


@check(task="T5")
def gaps_can_be_read(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_gaps has labelled axes, the one of the sizes logarithmic."""
    figure = figures.draw(
        student.plot_gaps, [100, 200, 500, 1000], [0.3, 0.2, 0.15, 0.1]
    )
    axes = next(iter(figures.panels(figure)), None)
    return rubric(
        Item(
            0.5, bool(axes) and axes.xscale == "log", "the x axis is not logarithmic."
        ),
        Item(0.5, bool(axes) and figures.labelled(axes), "an axis has no label."),
        pictures=(figures.picture(figure, "Gap and number of images"),),
    )


@check(task="T6")
def dropout_stands_between_the_layers(student: StudentCode, _rng: Draws) -> Verdict:
    """with_dropout has one dropout layer, behind the hidden neurons."""
    rng = np.random.default_rng(0)
    x, y = rng.random((32, 784), dtype=np.float32), np.arange(32) % 10
    found = student.with_dropout(x, y, x, y, rate=0.25, width=16, epochs=1, seed=0)
    model = found[0] if isinstance(found, list) and found else None
    places = models.dropouts(model) if isinstance(model, ModelData) else ()
    return rubric(
        Item(
            1,
            [(one.rate, one.after) for one in places] == [(0.25, "hidden")],
            f"the dropout layers are {places}, expected one of rate 0.25.",
        )
    )


@check(task="T7")
def three_of_ten_labels_are_wrong(student: StudentCode, _rng: Draws) -> Verdict:
    """With a share of 0.3, three of ten labels are wrong."""
    y = np.arange(10)
    noisy = numbers(student.inject_label_noise(y, 0.3, seed=1), (10,))
    right = noisy is not None
    wrong = int((noisy != y).sum()) if right else -1
    return rubric(
        Item(0.5, right, "the result is no array of shape (10,)."),
        Item(0.5, wrong == 3, f"{wrong} labels are wrong."),
    )


@check(task="T8")
def parabola_through_three_points(student: StudentCode, _rng: Draws) -> Verdict:
    """Degree 0 is the mean of three points, degree 2 goes through them."""
    x = np.array([-1.0, 0.0, 1.0])
    expected = np.array([2 / 3, 0.0]), np.array([100 / 9, 0.0])
    return values(
        student.poly_rss,
        expect=[expected],
        inputs=[([0, 2], x, x**2, np.array([2.0]), np.array([4.0]))],
        names=("rss", "rss_new"),
    )
