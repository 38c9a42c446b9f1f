"""What students get wrong in this lab, one mistake a function, in the order of the tasks.

The bodies of T2, T6 and T7 train with Keras: they only ever run in a worker, as part of a
submission. The checks name these mistakes by what they see of the network.
"""

import numpy as np

from grader.checks import mistake

from . import overfitting as solution

# in a submission these are the submission's own, in whose place a check may put a spy
from .overfitting import small_sample, train_overfit

# T1


@mistake(
    replaces="small_sample",
    fails="labels_stay_with_their_images",
    concept="images and labels belong together",
)
def permuted_separately(x, y, n, seed=0):
    """This is what you get when images and labels are permuted each on their own."""
    rng = np.random.default_rng(seed)
    return x[rng.permutation(len(x))[:n]], y[rng.permutation(len(y))[:n]]


@mistake(
    replaces="small_sample",
    fails="no_image_is_drawn_twice",
    concept="sampling without replacement",
)
def drawn_with_replacement(x, y, n, seed=0):
    """This is what you get when images are drawn with replacement: some come twice."""
    chosen = np.random.default_rng(seed).integers(len(x), size=n)
    return x[chosen], y[chosen]


@mistake(
    replaces="small_sample",
    fails="no_image_is_drawn_twice",
    concept="random sample",
)
def first_images(x, y, n, seed=0):
    """This is what you get when the first n images are taken: a file may be sorted."""
    return x[:n], y[:n]


# T2


@mistake(
    replaces="build_big",
    fails=("big_net_has_its_width", "big_net_overfits"),
    score=84,
    concept="capacity",
)
def sixteen_neurons(width=512):
    """This is what you get with 16 hidden neurons: they have a gap, but can't memorise."""
    return solution.build_big(16)


@mistake(
    replaces="build_big",
    fails="big_net_has_its_width",
    concept="activation function",
    named=False,
)
def hidden_layer_is_linear(width=512):
    """This is what you get when the hidden layer has no activation."""
    import keras

    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(width),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


@mistake(
    replaces="train_overfit",
    fails=("history_tells_the_truth", "big_net_overfits"),
    score=82,
    concept="underfitting",
)
def three_epochs(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get after 3 epochs: a gap as large, but nothing is memorised yet."""
    return solution.train_overfit(x, y, x_val, y_val, width, 3, seed)


@mistake(
    replaces="train_overfit",
    fails=("history_tells_the_truth", "big_net_overfits"),
    score=82,
    concept="size of the training set",
)
def all_images(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get when the network trains on all images, not on those given."""
    x_all, y_all, _, _ = solution.digits()
    return solution.train_overfit(x_all, y_all, x_val, y_val, width, epochs, seed)


@mistake(
    replaces="train_overfit",
    fails="big_net_overfits",
    score=84,
    concept="underfitting",
)
def plain_gradient_descent(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get with SGD at 0.01: a gap as large, but nothing is memorised yet."""
    import keras

    keras.utils.set_random_seed(seed)
    model = solution.build_big(width)
    model.compile(
        optimizer=keras.optimizers.SGD(0.01),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    trained = model.fit(
        x,
        y,
        batch_size=32,
        epochs=epochs,
        validation_data=(x_val, y_val),
        verbose=0,
    )
    return model, trained.history


@mistake(
    replaces="fit",
    fails=(
        "big_net_overfits",
        "dropout_narrows_the_gap",
        "l2_narrows_the_gap",
        "early_stopping_keeps_the_best",
        "small_net_narrows_the_gap",
    ),
    score=66,
    concept="validation set",
)
def validation_images_learnt(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    """This is what you get when the validation images are among those of the training."""
    x, y = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    return solution.fit(model, x, y, x_val, y_val, epochs, callbacks)


@mistake(
    replaces="fit",
    fails=("history_tells_the_truth", "big_net_overfits"),
    concept="validation set",
)
def validated_on_training_images(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    """This is what you get when the training images are validated on: there is no gap."""
    return solution.fit(model, x, y, x, y, epochs, callbacks)


@mistake(
    replaces="fit",
    fails=(
        "labels_stay_with_their_images",
        "history_tells_the_truth",
        "big_net_overfits",
    ),
    score=55,
    concept="images and labels belong together",
    together_with=(permuted_separately,),
)
def images_and_labels_apart(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    """This is what you get when images and labels are permuted each on their own."""
    rng = np.random.default_rng(0)
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    return solution.fit(model, x, y, x_val, y_val, epochs, callbacks)


@mistake(
    replaces="train_overfit",
    fails="history_tells_the_truth",
    concept="random seed",
    named=False,
)
def seed_ignored(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get when the seed is not set: no run can be repeated."""
    model = solution.build_big(width)
    return model, solution.fit(model, x, y, x_val, y_val, epochs)


@mistake(
    replaces="train_overfit",
    fails="big_net_overfits",
    concept="early stopping",
)
def best_weights_returned(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get when the best epoch's network is returned, not the last one's."""
    import keras

    keras.utils.set_random_seed(seed)
    model = solution.build_big(width)
    keep = keras.callbacks.EarlyStopping(patience=epochs + 1, restore_best_weights=True)
    return model, solution.fit(model, x, y, x_val, y_val, epochs, [keep])


@mistake(
    replaces="train_overfit",
    fails=("history_tells_the_truth", "big_net_overfits"),
    concept="evidence",
    named=False,
)
def history_invented(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """This is what you get when the numbers of the history are typed in."""
    t = np.arange(epochs)
    history = {
        "loss": np.exp(-t / 5).tolist(),
        "accuracy": (1 - 0.5 * np.exp(-t / 2)).tolist(),
        "val_loss": (0.5 + 0.01 * np.abs(t - 9)).tolist(),
        "val_accuracy": (0.84 - 0.4 * np.exp(-t / 2)).tolist(),
    }
    return solution.build_big(width), history


# T3


@mistake(
    replaces="gap",
    fails="gap_is_training_minus_validation",
    score=94,
    concept="generalisation gap",
)
def gap_sign_reversed(history):
    """This is what you get when the training accuracy is taken from the validation's."""
    return history["val_accuracy"][-1] - history["accuracy"][-1]


@mistake(
    replaces="gap",
    fails="gap_is_training_minus_validation",
    concept="generalisation gap",
)
def gap_of_the_losses(history):
    """This is what you get when the losses are compared, not the accuracies."""
    return history["val_loss"][-1] - history["loss"][-1]


@mistake(
    replaces="gap",
    fails="gap_is_training_minus_validation",
    concept="generalisation gap",
)
def gap_of_the_best_values(history):
    """This is what you get when the best accuracies are compared, not the last ones."""
    return max(history["accuracy"]) - max(history["val_accuracy"])


@mistake(
    replaces="best_epoch",
    fails="best_epoch_has_the_first_smallest_loss",
    score=95,
    concept="validation loss",
)
def epoch_of_the_best_training(history):
    """This is what you get when the largest training accuracy decides: it is the last."""
    return int(np.argmax(history["accuracy"])) + 1


@mistake(
    replaces="best_epoch",
    fails="best_epoch_has_the_first_smallest_loss",
    score=95,
    concept="counting from 1",
)
def epochs_counted_from_zero(history):
    """This is what you get when epochs are counted from 0."""
    return int(np.argmin(history["val_loss"]))


@mistake(
    replaces="best_epoch",
    fails="best_epoch_has_the_first_smallest_loss",
    concept="validation loss",
)
def epoch_of_the_best_accuracy(history):
    """This is what you get when the largest validation accuracy decides, not the loss."""
    return int(np.argmax(history["val_accuracy"])) + 1


@mistake(
    replaces="best_epoch",
    fails="best_epoch_has_the_first_smallest_loss",
    concept="ties",
)
def last_of_equal_epochs(history):
    """This is what you get when of equal losses the last is taken: `<=` for `<`."""
    losses = np.array(history["val_loss"])
    return int(np.flatnonzero(losses == losses.min())[-1]) + 1


@mistake(replaces="rise", fails="rise_is_last_over_smallest", concept="ratio")
def smallest_over_last(history):
    """This is what you get when the smallest loss is divided by the last."""
    return min(history["val_loss"]) / history["val_loss"][-1]


@mistake(replaces="rise", fails="rise_is_last_over_smallest", concept="ratio")
def difference_of_losses(history):
    """This is what you get when the smallest loss is subtracted, not divided by."""
    return history["val_loss"][-1] - min(history["val_loss"])


@mistake(replaces="rise", fails="rise_is_last_over_smallest", concept="validation loss")
def rise_of_the_training_loss(history):
    """This is what you get when the training loss is looked at: it does not rise."""
    return history["loss"][-1] / min(history["loss"])


@mistake(replaces="rise", fails="rise_is_last_over_smallest", concept="validation loss")
def largest_over_smallest(history):
    """This is what you get when the largest loss is taken, mostly the first, for the last."""
    return max(history["val_loss"]) / min(history["val_loss"])


# T4


@mistake(
    replaces="misclassified",
    fails="misclassified_is_one_minus_accuracy",
    concept="error rate",
)
def accuracies_returned(history):
    """This is what you get when the shares of right answers are returned."""
    return np.array(history["accuracy"]), np.array(history["val_accuracy"])


@mistake(
    replaces="misclassified",
    fails="misclassified_is_one_minus_accuracy",
    concept="validation set",
)
def validation_first(history):
    """This is what you get when the validation's shares come first."""
    train, validation = solution.misclassified(history)
    return validation, train


@mistake(
    replaces="plot_history",
    fails="both_curves_of_both_panels_are_drawn",
    score=90,
    concept="validation curve",
)
def training_curves_only(history):
    """This is what you get when only the training curves are drawn: they always get better."""
    fig, axes = solution.plt.subplots(ncols=2)
    axes[0].plot(history["loss"], label="training")
    axes[1].plot(1 - np.array(history["accuracy"]), label="training")
    axes[0].set(xlabel="epoch", ylabel="cross-entropy")
    axes[1].set(xlabel="epoch", ylabel="misclassified")
    return fig


@mistake(
    replaces="plot_history",
    fails="both_curves_of_both_panels_are_drawn",
    concept="legend",
    named=False,
)
def legend_swapped(history):
    """This is what you get when the two names of the legend are exchanged."""
    fig = solution.plot_history(history)
    for ax in fig.axes:
        first, second, *_ = ax.lines
        first.set_label("validation")
        second.set_label("training")
        ax.legend()
    return fig


@mistake(
    replaces="plot_history",
    fails="both_curves_of_both_panels_are_drawn",
    concept="best epoch",
    named=False,
)
def last_epoch_marked(history):
    """This is what you get when the last epoch is marked, not the best one."""
    fig = solution.plot_history(history)
    epochs = len(history["loss"])
    for ax in fig.axes:
        *_, line = ax.lines
        line.set_xdata([epochs, epochs])
        line.set_label("_")
        ax.legend()
    return fig


@mistake(
    replaces="answers",
    fails="answers_about_overfitting",
    concept="generalisation gap",
)
def the_gap_alone():
    """This is what you get when a gap is taken for overfitting: underfitting has one, too."""
    return {**solution.answers(), "overfits": "A", "sign": "gap"}


@mistake(
    replaces="answers",
    fails="answers_about_overfitting",
    concept="test set",
    named=False,
)
def test_set_for_everything():
    """This is what you get when images that chose the epoch are thought to be unseen."""
    return {**solution.answers(), "test_accuracy": "yes", "clean_dropout": "yes"}


# T5


@mistake(
    replaces="gap_by_size",
    fails="gap_by_size_measures_each_size",
    concept="generalisation gap",
)
def gaps_reversed(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    """This is what you get when the training accuracy is taken from the validation's."""
    return -solution.gap_by_size(x, y, x_val, y_val, sizes, width, epochs, seed)


@mistake(
    replaces="gap_by_size",
    fails="gap_by_size_measures_each_size",
    concept="size of the training set",
)
def all_images_for_every_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    """This is what you get when every network trains on all images."""
    return np.array(
        [
            solution.gap(train_overfit(x, y, x_val, y_val, width, epochs, seed)[1])
            for _ in sizes
        ]
    )


@mistake(
    replaces="gap_by_size",
    fails="gap_by_size_measures_each_size",
    concept="validation set",
)
def validation_shrinks(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    """This is what you get when the validation images are cut down, too."""
    gaps = []
    for n in sizes:
        x_small, y_small = small_sample(x, y, n, seed)
        x_few, y_few = small_sample(x_val, y_val, min(n // 2, len(x_val)), seed)
        _, history = train_overfit(x_small, y_small, x_few, y_few, width, epochs, seed)
        gaps.append(solution.gap(history))
    return np.array(gaps)


@mistake(
    replaces="gap_by_size",
    fails="gap_by_size_measures_each_size",
    concept="evidence",
    named=False,
)
def gaps_typed_in(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    """This is what you get when the table is typed in."""
    return np.array([0.30, 0.22, 0.16, 0.13, 0.08, 0.05])[: len(sizes)]


@mistake(replaces="plot_gaps", fails="gaps_are_drawn", concept="log axis", named=False)
def linear_sizes(sizes, gaps):
    """This is what you get when the axis of the sizes is linear."""
    fig = solution.plot_gaps(sizes, gaps)
    fig.axes[0].set_xscale("linear")
    return fig


@mistake(replaces="plot_gaps", fails="gaps_are_drawn", concept="axes", named=False)
def gaps_against_their_number(sizes, gaps):
    """This is what you get when the gaps are drawn at 0, 1, 2 ..., not at their sizes."""
    return solution.plot_gaps(np.arange(len(gaps)), gaps)


# T6


@mistake(
    replaces="with_dropout",
    fails="dropout_narrows_the_gap",
    score=93,
    concept="dropout",
)
def dropout_behind_the_softmax(
    x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0
):
    """This is what you get when the outputs are dropped, not the hidden neurons."""
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
            keras.layers.Dropout(rate),
        ]
    )
    return model, solution.fit(model, x, y, x_val, y_val, epochs)


@mistake(
    replaces="with_dropout",
    fails="dropout_narrows_the_gap",
    concept="dropout",
    named=False,
)
def dropout_left_out(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    """This is what you get when there is no dropout layer."""
    return solution.train_overfit(x, y, x_val, y_val, width, epochs, seed)


@mistake(
    replaces="with_dropout",
    fails="dropout_narrows_the_gap",
    concept="training and inference",
    named=False,
)
def dropout_asleep(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    """This is what you get when a training of your own calls the network as at prediction."""
    model, _ = solution.with_dropout(x, y, x_val, y_val, rate, width, 1, seed)
    awake, history = solution.train_overfit(x, y, x_val, y_val, width, epochs, seed)
    model.set_weights(awake.get_weights())
    return model, history


@mistake(
    replaces="with_l2",
    fails="l2_narrows_the_gap",
    score=95,
    concept="regularisation strength",
)
def penalty_of_ten(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    """This is what you get with a penalty of 10: the weights vanish, nothing is learnt."""
    return solution.with_l2(x, y, x_val, y_val, 10.0, width, epochs, seed)


@mistake(
    replaces="with_l2",
    fails="l2_narrows_the_gap",
    concept="L2 regularisation",
)
def no_penalty(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    """This is what you get when the regulariser is built but given to no layer."""
    return solution.train_overfit(x, y, x_val, y_val, width, epochs, seed)


@mistake(
    replaces="with_early_stopping",
    fails="early_stopping_keeps_the_best",
    score=93,
    concept="early stopping",
)
def stops_on_training_loss(
    x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0
):
    """This is what you get when the training loss is watched: it falls to the end."""
    import keras

    keras.utils.set_random_seed(seed)
    model = solution.build_big(width)
    stop = keras.callbacks.EarlyStopping(
        monitor="loss", patience=patience, restore_best_weights=True
    )
    return model, solution.fit(model, x, y, x_val, y_val, epochs, [stop])


@mistake(
    replaces="with_early_stopping",
    fails="early_stopping_keeps_the_best",
    concept="early stopping",
)
def best_weights_not_restored(
    x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0
):
    """This is what you get without `restore_best_weights`: the last epoch's network."""
    import keras

    keras.utils.set_random_seed(seed)
    model = solution.build_big(width)
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    return model, solution.fit(model, x, y, x_val, y_val, epochs, [stop])


@mistake(
    replaces="with_small_net",
    fails="small_net_narrows_the_gap",
    concept="capacity",
    named=False,
)
def small_net_is_big(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    """This is what you get when the width is not passed on."""
    return solution.train_overfit(x, y, x_val, y_val, 256, epochs, seed)


# T7


@mistake(
    replaces="inject_label_noise",
    fails="wrong_labels_are_drawn_by_lot",
    concept="label noise",
)
def any_of_ten_digits(y, frac, seed=0):
    """This is what you get when the new label is any of ten: one in ten stays right."""
    rng = np.random.default_rng(seed)
    wrong = rng.choice(len(y), size=round(frac * len(y)), replace=False)
    noisy = y.copy()
    noisy[wrong] = rng.integers(10, size=len(wrong))
    return noisy


@mistake(
    replaces="inject_label_noise",
    fails="wrong_labels_are_drawn_by_lot",
    concept="sampling without replacement",
    named=False,
)
def places_drawn_twice(y, frac, seed=0):
    """This is what you get when the places are drawn with replacement: too few are wrong."""
    rng = np.random.default_rng(seed)
    wrong = rng.integers(len(y), size=round(frac * len(y)))
    noisy = y.copy()
    noisy[wrong] = (y[wrong] + rng.integers(1, 10, size=len(wrong))) % 10
    return noisy


@mistake(
    replaces="inject_label_noise",
    fails="wrong_labels_are_drawn_by_lot",
    concept="label noise",
)
def next_digit(y, frac, seed=0):
    """This is what you get when every wrong label is the next digit: that can be learnt."""
    rng = np.random.default_rng(seed)
    wrong = rng.choice(len(y), size=round(frac * len(y)), replace=False)
    noisy = y.copy()
    noisy[wrong] = (y[wrong] + 1) % 10
    return noisy


@mistake(
    replaces="inject_label_noise",
    fails="wrong_labels_are_drawn_by_lot",
    concept="side effects",
)
def labels_changed_in_place(y, frac, seed=0):
    """This is what you get when the labels are not copied: the right ones are lost."""
    rng = np.random.default_rng(seed)
    wrong = rng.choice(len(y), size=round(frac * len(y)), replace=False)
    y[wrong] = (y[wrong] + rng.integers(1, 10, size=len(wrong))) % 10
    return y


@mistake(
    replaces="noisy_baseline",
    fails="baseline_learns_the_wrong_labels",
    score=94,
    concept="validation set",
)
def noise_in_validation_labels(
    x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0
):
    """This is what you get when validation labels are made wrong, too: they are the measure."""
    noisy = solution.inject_label_noise(y, frac, seed)
    noisy_val = solution.inject_label_noise(y_val, frac, seed + 1)
    return train_overfit(x, noisy, x_val, noisy_val, width, epochs, seed)


@mistake(
    replaces="noisy_baseline",
    fails="baseline_learns_the_wrong_labels",
    concept="label noise",
    named=False,
)
def labels_left_right(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    """This is what you get when the noisy labels are made but not trained on."""
    return train_overfit(x, y, x_val, y_val, width, epochs, seed)


# T8


@mistake(
    replaces="poly_rss",
    fails="poly_rss_is_fitted_to_the_first_points",
    concept="validation set",
)
def fitted_to_the_new_points(degrees, x, y, x_new, y_new):
    """This is what you get when the new points are fitted, too: they get better and better."""
    rss, _ = solution.poly_rss(degrees, x, y, x_new, y_new)
    rss_new, _ = solution.poly_rss(degrees, x_new, y_new, x, y)
    return rss, rss_new


@mistake(
    replaces="poly_rss",
    fails="poly_rss_is_fitted_to_the_first_points",
    concept="sum or mean",
)
def mean_squares(degrees, x, y, x_new, y_new):
    """This is what you get when the squares are averaged, not summed."""
    rss, rss_new = solution.poly_rss(degrees, x, y, x_new, y_new)
    return rss / len(x), rss_new / len(x_new)


@mistake(
    replaces="poly_rss",
    fails="poly_rss_is_fitted_to_the_first_points",
    concept="sum or half of it",
)
def half_of_the_sums(degrees, x, y, x_new, y_new):
    """This is what you get with the slide's factor 1/2, which this lab leaves out."""
    rss, rss_new = solution.poly_rss(degrees, x, y, x_new, y_new)
    return rss / 2, rss_new / 2


@mistake(
    replaces="poly_rss",
    fails="poly_rss_is_fitted_to_the_first_points",
    concept="degree of a polynomial",
)
def degree_one_less(degrees, x, y, x_new, y_new):
    """This is what you get when d powers are used for degree d: x^d itself is missing."""
    lower = [max(degree - 1, 0) for degree in degrees]
    return solution.poly_rss(lower, x, y, x_new, y_new)


@mistake(
    replaces="poly_rss",
    fails="poly_rss_is_fitted_to_the_first_points",
    concept="residual",
)
def errors_not_squared(degrees, x, y, x_new, y_new):
    """This is what you get when absolute errors are summed, not squares."""
    rss, rss_new = [], []
    for degree in degrees:
        f = np.poly1d(np.polyfit(x, y, degree))
        rss.append(np.abs(y - f(x)).sum())
        rss_new.append(np.abs(y_new - f(x_new)).sum())
    return np.array(rss), np.array(rss_new)


@mistake(
    replaces="plot_poly_rss",
    fails="both_sums_are_drawn",
    concept="log axis",
    named=False,
)
def linear_sums(degrees, rss, rss_new):
    """This is what you get when the axis of the sums is linear."""
    fig = solution.plot_poly_rss(degrees, rss, rss_new)
    fig.axes[0].set_yscale("linear")
    return fig


@mistake(
    replaces="plot_poly_rss",
    fails="both_sums_are_drawn",
    concept="validation curve",
    named=False,
)
def first_points_only(degrees, rss, rss_new):
    """This is what you get when the new points' sums are not drawn."""
    fig, ax = solution.plt.subplots()
    ax.semilogy(degrees, rss, label="points of the fit")
    ax.set(xlabel="degree", ylabel="RSS")
    ax.legend()
    return fig
