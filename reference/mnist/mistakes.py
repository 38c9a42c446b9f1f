"""What students get wrong in this lab, one mistake a function, in the order of the tasks.

Errors that go through all trainings at once are files in the lab's tests. The bodies of
T5 to T8 import Keras: they only ever run in a worker, as part of a submission.
"""

import numpy as np

from grader.checks import mistake

from . import mnist as solution

# T1


@mistake(
    replaces="train_softmax",
    fails="training_is_steps_from_zero",
    concept="scaling of inputs",
)
def trained_on_raw_pixels(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when the training is fed with pixels of 0 to 255."""
    return solution.train_softmax(X * 255, Y, lr, batch, steps, seed)


@mistake(
    replaces="prepare",
    fails="images_are_scaled_rows",
    score=93,
    concept="scaling of inputs",
    together_with=(trained_on_raw_pixels,),
)
def pixels_not_divided(x, y):
    """This is what you get when the pixels are not divided by 255, here or in training."""
    return x.reshape(len(x), 784).astype(float), np.eye(10)[y]


@mistake(
    replaces="prepare", fails="images_are_scaled_rows", concept="scaling of inputs"
)
def divided_by_256(x, y):
    """This is what you get when the pixels are divided by 256: ink is 255, and must be 1."""
    return x.reshape(len(x), 784) / 256, np.eye(10)[y]


@mistake(replaces="prepare", fails="images_are_scaled_rows", concept="integer division")
def whole_division(x, y):
    """This is what you get with `//`: all grey becomes 0."""
    return (x.reshape(len(x), 784) // 255).astype(float), np.eye(10)[y]


@mistake(replaces="prepare", fails="images_are_scaled_rows", concept="row-major order")
def columns_one_after_the_other(x, y):
    """This is what you get when an image is unrolled column by column."""
    return x.transpose(0, 2, 1).reshape(len(x), 784) / 255, np.eye(10)[y]


@mistake(replaces="prepare", fails="labels_are_one_hot", concept="one-hot encoding")
def labels_left_as_digits(x, y):
    """This is what you get when the labels stay digits instead of one-hot vectors."""
    return x.reshape(len(x), 784) / 255, y


@mistake(replaces="prepare", fails="labels_are_one_hot", concept="one-hot encoding")
def columns_of_digits_present_only(x, y):
    """This is what you get when only digits that occur have a column, in their order."""
    digits = np.unique(y)
    return x.reshape(len(x), 784) / 255, (y[:, None] == digits).astype(float)


# T2


@mistake(
    replaces="softmax",
    fails=("softmax_is_exp_over_its_sum", "softmax_stands_large_logits"),
    concept="axis of a sum",
)
def softmax_over_the_images(Z):
    """This is what you get when the sum goes over the images instead of the digits."""
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


@mistake(
    replaces="softmax",
    fails=("softmax_is_exp_over_its_sum", "softmax_stands_large_logits"),
    concept="axis of a sum",
)
def softmax_over_everything(Z):
    """This is what you get when the sum goes over the whole batch."""
    E = np.exp(Z - Z.max())
    return E / E.sum()


@mistake(
    replaces="softmax",
    fails="softmax_stands_large_logits",
    score=98,
    concept="numerical stability",
)
def softmax_overflows(Z):
    """This is what you get when exp is taken of the logits as they are: it overflows."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@mistake(
    replaces="softmax_step",
    fails=("step_follows_the_gradient", "loss_is_that_before_the_step"),
    concept="softmax of a softmax",
)
def step_with_softmax_twice(W, b, X, Y, lr):
    """This is what you get when softmax is taken of the softmax's output once more."""
    P = solution.softmax(X @ W + b)
    Q = solution.softmax(P)
    dP = (Q - Y) / len(X)
    # back through the first softmax
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    loss = solution.cross_entropy(Y, Q)
    return W - lr * X.T @ dZ, b - lr * dZ.sum(axis=0), loss


@mistake(
    replaces="train_softmax",
    fails="training_is_steps_from_zero",
    concept="softmax of a softmax",
)
def trained_with_softmax_twice(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when the training takes the softmax twice."""
    W, b, losses = np.zeros((784, 10)), np.zeros(10), []
    for rows in solution.next_batch(len(X), batch, steps, seed):
        x, y = X[rows], Y[rows]
        P = solution.softmax(x @ W + b)
        Q = solution.softmax(P)
        losses.append(solution.cross_entropy(y, Q))
        dP = (Q - y) / len(x)
        dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
        W, b = W - lr * x.T @ dZ, b - lr * dZ.sum(axis=0)
    return W, b, np.array(losses)


@mistake(
    replaces="cross_entropy",
    fails=(
        "cross_entropy_is_the_mean_over_images",
        "sure_and_right_costs_nothing",
        "step_follows_the_gradient",
        "loss_is_that_before_the_step",
        "training_is_steps_from_zero",
    ),
    score=84,
    concept="softmax of a softmax",
    together_with=(step_with_softmax_twice, trained_with_softmax_twice),
)
def softmax_twice(Y, P):
    """This is what you get when softmax is taken of what softmax returned."""
    return solution.cross_entropy(Y, solution.softmax(P))


@mistake(
    replaces="softmax_step",
    fails=("step_follows_the_gradient", "loss_is_that_before_the_step"),
    concept="sum or mean",
)
def step_on_the_sum(W, b, X, Y, lr):
    """This is what you get when the step goes along the gradient of the sum."""
    W, b, loss = solution.softmax_step(W, b, X, Y, lr * len(X))
    return W, b, loss * len(X)


@mistake(
    replaces="train_softmax",
    fails="training_is_steps_from_zero",
    concept="sum or mean",
)
def trained_on_the_sum(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when the training takes the sum over the batch."""
    W, b, losses = solution.train_softmax(X, Y, lr * batch, batch, steps, seed)
    return W, b, losses * batch


@mistake(
    replaces="cross_entropy",
    fails=(
        "cross_entropy_is_the_mean_over_images",
        "step_follows_the_gradient",
        "loss_is_that_before_the_step",
        "training_is_steps_from_zero",
    ),
    score=84,
    concept="sum or mean",
    together_with=(step_on_the_sum, trained_on_the_sum),
)
def sum_instead_of_mean(Y, P):
    """This is what you get when the loss is summed over the images instead of averaged."""
    return solution.cross_entropy(Y, P) * len(Y)


@mistake(
    replaces="cross_entropy",
    fails="cross_entropy_is_the_mean_over_images",
    concept="sum or mean",
)
def mean_over_all_numbers(Y, P):
    """This is what you get when the mean goes over all n x 10 numbers, not the n images."""
    return solution.cross_entropy(Y, P) / Y.shape[1]


@mistake(
    replaces="cross_entropy",
    fails="cross_entropy_is_the_mean_over_images",
    concept="cross-entropy",
)
def both_sides_counted(Y, P):
    """This is what you get when (1 - Y) ln (1 - P) is added, as for one output."""
    P = np.clip(P, 1e-12, 1 - 1e-12)
    other = -((1 - Y) * np.log(1 - P)).sum(axis=1).mean()
    return solution.cross_entropy(Y, P) + float(other)


@mistake(
    replaces="cross_entropy",
    fails="sure_and_right_costs_nothing",
    concept="0 ln 0",
)
def zero_times_infinity(Y, P):
    """This is what you get when ln 0 is not kept away: 0 times infinity is NaN."""
    return float(-(Y * np.log(P)).sum(axis=1).mean())


@mistake(
    replaces="cross_entropy",
    fails="cross_entropy_is_the_mean_over_images",
    concept="cross-entropy",
)
def targets_and_outputs_swapped(Y, P):
    """This is what you get when Y and P change places: the sum of P ln Y."""
    return float(-(P * np.log(np.maximum(Y, 1e-12))).sum(axis=1).mean())


@mistake(replaces="next_batch", fails="batches_are_epochs_dealt_out", concept="epoch")
def with_replacement(n, batch, steps, seed=0):
    """This is what you get when each batch is drawn anew: some images never come."""
    return np.random.default_rng(seed).integers(0, n, size=(steps, batch))


@mistake(
    replaces="next_batch", fails="batches_are_epochs_dealt_out", concept="shuffling"
)
def never_shuffled(n, batch, steps, seed=0):
    """This is what you get when the images are taken in their own order."""
    return (np.arange(steps * batch) % n).reshape(steps, batch)


@mistake(
    replaces="next_batch", fails="batches_are_epochs_dealt_out", concept="shuffling"
)
def shuffled_once(n, batch, steps, seed=0):
    """This is what you get when all epochs have the same order: shuffled only once."""
    order = np.random.default_rng(seed).permutation(n)
    return order[np.arange(steps * batch) % n].reshape(steps, batch)


@mistake(
    replaces="next_batch",
    fails="batches_are_epochs_dealt_out",
    concept="reproducibility",
)
def batches_ignore_the_seed(n, batch, steps, seed=0):
    """This is what you get when `seed` is not used: every run has the same batches."""
    return solution.next_batch(n, batch, steps, 0)


# T3


@mistake(
    replaces="softmax_step",
    fails="step_follows_the_gradient",
    concept="gradient descent",
)
def step_uphill(W, b, X, Y, lr):
    """This is what you get when the gradient is added: the loss grows."""
    return solution.softmax_step(W, b, X, Y, -lr)


@mistake(replaces="softmax_step", fails="step_follows_the_gradient", concept="bias")
def bias_not_updated(W, b, X, Y, lr):
    """This is what you get when b stays as it is."""
    new, _, loss = solution.softmax_step(W, b, X, Y, lr)
    return new, b, loss


@mistake(
    replaces="softmax_step",
    fails="step_follows_the_gradient",
    concept="softmax with cross-entropy",
)
def squared_error_step(W, b, X, Y, lr):
    """This is what you get with the squared error's gradient behind the softmax."""
    P = solution.softmax(X @ W + b)
    dP = (P - Y) / len(X)
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    loss = solution.cross_entropy(Y, P)
    return W - lr * X.T @ dZ, b - lr * dZ.sum(axis=0), loss


@mistake(
    replaces="softmax_step",
    fails="loss_is_that_before_the_step",
    concept="loss curve",
)
def loss_after_the_step(W, b, X, Y, lr):
    """This is what you get when the loss is that of the new weights."""
    W, b, _ = solution.softmax_step(W, b, X, Y, lr)
    return W, b, solution.cross_entropy(Y, solution.softmax(X @ W + b))


@mistake(
    replaces="softmax_step",
    fails="step_leaves_its_arguments_alone",
    concept="side effects",
)
def updated_in_place(W, b, X, Y, lr):
    """This is what you get with `W -= ...`: the array that was passed in changes, too."""
    new_W, new_b, loss = solution.softmax_step(W, b, X, Y, lr)
    W[:], b[:] = new_W, new_b
    return W, b, loss


# T4


@mistake(
    replaces="train_softmax",
    fails=("training_is_steps_from_zero", "softmax_reads_unseen_digits"),
    score=90,
    concept="learning rate",
)
def rate_of_a_thousandth(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when the learning rate is 0.001 whatever is asked for."""
    return solution.train_softmax(X, Y, 0.001, batch, steps, seed)


@mistake(
    replaces="train_softmax",
    fails=("training_is_steps_from_zero", "softmax_reads_unseen_digits"),
    score=92,
    concept="steps and epochs",
)
def always_a_hundred_steps(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when 100 steps are taken whatever is asked for."""
    return solution.train_softmax(X, Y, lr, batch, 100, seed)


@mistake(
    replaces="train_softmax",
    fails="training_is_steps_from_zero",
    concept="mini-batch",
)
def whole_data_each_step(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when each step uses all images: `batch` does nothing."""
    return solution.train_softmax(X, Y, lr, len(X), steps, seed)


@mistake(
    replaces="train_softmax",
    fails=("training_is_steps_from_zero", "softmax_reads_unseen_digits"),
    concept="mini-batch",
)
def first_batch_only(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """This is what you get when the same batch comes in each step."""
    rows = solution.next_batch(len(X), batch, 1, seed)[0]
    return solution.train_softmax(X[rows], Y[rows], lr, batch, steps, seed)


@mistake(replaces="accuracy", fails="accuracy_counts_right_digits", concept="accuracy")
def all_numbers_compared(Y, P):
    """This is what you get when rounded outputs are compared with all ten targets."""
    return float((np.round(P) == Y).mean())


@mistake(replaces="accuracy", fails="accuracy_counts_right_digits", concept="accuracy")
def argmax_over_the_images(Y, P):
    """This is what you get with argmax over axis 0: ten comparisons, one a digit."""
    return float((Y.argmax(axis=0) == P.argmax(axis=0)).mean())


@mistake(replaces="accuracy", fails="accuracy_counts_right_digits", concept="accuracy")
def accuracy_in_percent(Y, P):
    """This is what you get in percent: a share of all is 1, not 100."""
    return 100 * solution.accuracy(Y, P)


# T5


@mistake(
    replaces="build_15",
    fails="fifteen_sigmoids_then_ten",
    concept="activation function",
)
def layers_without_activation():
    """This is what you get when no activation is given: Keras' layers are linear then."""
    from tensorflow.keras import Input, Sequential, layers

    return Sequential([Input((784,)), layers.Dense(15), layers.Dense(10)])


@mistake(
    replaces="build_15",
    fails="fifteen_sigmoids_then_ten",
    concept="activation function",
)
def softmax_output():
    """This is what you get with softmax in the output layer: here it is ten sigmoids."""
    from tensorflow.keras import Input, Sequential, layers

    return Sequential(
        [
            Input((784,)),
            layers.Dense(15, activation="sigmoid"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@mistake(
    replaces="count_params", fails="parameters_are_counted", score=99, concept="bias"
)
def biases_not_counted():
    """This is what you get when the 25 biases are not counted."""
    return 784 * 15 + 15 * 10


@mistake(replaces="count_params", fails="parameters_are_counted", concept="parameters")
def two_hidden_layers_counted():
    """This is what you get for 784-16-16-10, a network of two hidden layers."""
    return 784 * 16 + 16 * 16 + 16 * 10 + 16 + 16 + 10


@mistake(
    replaces="quadratic_cost",
    fails="quadratic_cost_is_half_a_mean",
    score=97,
    concept="squared error",
)
def cost_without_half(Y, P):
    """This is what you get when the factor 1/2 is forgotten."""
    return 2 * solution.quadratic_cost(Y, P)


@mistake(
    replaces="quadratic_cost",
    fails="quadratic_cost_is_half_a_mean",
    concept="squared error",
)
def cost_is_mse(Y, P):
    """This is what you get when the mean goes over all n x 10 numbers: a fifth of C."""
    return float(((Y - P) ** 2).mean())


@mistake(
    replaces="quadratic_cost",
    fails="quadratic_cost_is_half_a_mean",
    concept="sum or mean",
)
def cost_is_summed(Y, P):
    """This is what you get when the sum over the images is not divided by n."""
    return len(Y) * solution.quadratic_cost(Y, P)


@mistake(
    replaces="train_15",
    fails="steps_descend_the_quadratic_cost",
    score=97,
    concept="mean squared error",
)
def rate_of_cost_for_mse(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    """This is what you get when mse is trained with the rate of C: mse is C / 5."""
    return solution.train_15(X, Y, lr / 5, batch, epochs, seed)


@mistake(
    replaces="train_15",
    fails="steps_descend_the_quadratic_cost",
    concept="squared error",
)
def no_half_in_training(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    """This is what you get when the training's cost lacks the factor 1/2."""
    return solution.train_15(X, Y, 2 * lr, batch, epochs, seed)


@mistake(
    replaces="train_15",
    fails=("steps_descend_the_quadratic_cost", "fifteen_read_unseen_digits"),
    concept="learning rate",
    named=False,
)
def sgd_by_its_name(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    """This is what you get with optimizer="sgd": its rate is 0.01, whatever lr is."""
    return solution.train_15(X, Y, 0.002, batch, epochs, seed)


# T6


@mistake(
    replaces="build_relu_dropout",
    fails="dropout_stands_behind_the_relu",
    score=95,
    concept="dropout rate",
)
def keep_for_rate(width=100, keep=0.5):
    """This is what you get when the keep probability is given where Keras asks the rate."""
    return solution.build_relu_dropout(width, 1 - keep)


@mistake(
    replaces="build_relu_dropout",
    fails="dropout_sleeps_at_prediction",
    score=94,
    concept="dropout",
)
def dropout_at_prediction(width=100, keep=0.5):
    """This is what you get with training=True: neurons are dropped at prediction, too."""
    from tensorflow.keras import Input, Model, layers

    X = Input((784,))
    h = layers.Dense(width, activation="relu")(X)
    h = layers.Dropout(1 - keep)(h, training=True)
    return Model(X, layers.Dense(10, activation="softmax")(h))


@mistake(
    replaces="build_relu_dropout",
    fails="dropout_stands_behind_the_relu",
    concept="dropout",
    named=False,
)
def dropout_behind_the_output(width=100, keep=0.5):
    """This is what you get when the outputs are dropped instead of hidden neurons."""
    from tensorflow.keras import Input, Sequential, layers

    return Sequential(
        [
            Input((784,)),
            layers.Dense(width, activation="relu"),
            layers.Dense(10, activation="softmax"),
            layers.Dropout(1 - keep),
        ]
    )


@mistake(
    replaces="train_relu_dropout",
    fails="steps_descend_the_cross_entropy",
    concept="softmax of a softmax",
)
def keras_softmax_twice(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    """This is what you get when tf.nn.softmax_cross_entropy_with_logits gets softmax's output."""
    import tensorflow as tf

    tf.keras.utils.set_random_seed(seed)
    model = solution.build_relu_dropout(width, keep)
    model.compile(
        optimizer=tf.keras.optimizers.SGD(lr),
        loss=tf.nn.softmax_cross_entropy_with_logits,
    )
    model.fit(X, Y, batch_size=batch, epochs=round(steps * batch / len(X)), verbose=0)
    return model


@mistake(
    replaces="train_relu_dropout",
    fails="steps_descend_the_cross_entropy",
    score=98,
    concept="logits",
)
def logits_promised(X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0):
    """This is what you get when from_logits=True stands beside a softmax output."""
    import warnings

    from tensorflow import keras

    keras.utils.set_random_seed(seed)
    model = solution.build_relu_dropout(width, keep)
    model.compile(
        optimizer=keras.optimizers.SGD(lr),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(
            X, Y, batch_size=batch, epochs=round(steps * batch / len(X)), verbose=0
        )
    return model


# T7


@mistake(replaces="lr_at", fails="rate_falls_as_it_should", score=98)
def rate_without_floor(i):
    """This is what you get when the rate falls to 0: the 0.0001 is missing."""
    return 3e-3 * float(np.exp(-i / 2000))


@mistake(replaces="lr_at", fails="rate_falls_as_it_should")
def floor_beside_full_rate(i):
    """This is what you get when 0.003 falls and 0.0001 is added: it starts at 0.0031."""
    return 1e-4 + 3e-3 * float(np.exp(-i / 2000))


@mistake(replaces="lr_at", fails="rate_falls_as_it_should")
def halves_instead_of_e(i):
    """This is what you get when 2,000 steps halve the rate: 2 in place of e."""
    return 1e-4 + 2.9e-3 * 2.0 ** (-i / 2000)


@mistake(
    replaces="build_deep",
    fails="five_layers_of_one_kind",
    concept="activation function",
)
def activation_ignored(activation="relu"):
    """This is what you get when `activation` is not used: both networks are the same."""
    return solution.build_deep("relu")


@mistake(
    replaces="train_deep",
    fails="test_curve_is_measured_on_test_images",
    score=97,
    concept="test set",
)
def training_reported_as_test(
    activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0
):
    """This is what you get when the "test" curves are measured on training images."""
    return solution.train_deep(activation, X, Y, X, Y, batch, epochs, seed)


@mistake(
    replaces="train_deep",
    fails="deep_net_reads_unseen_digits",
    score=97,
    concept="test set",
)
def trained_on_test_images(
    activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0
):
    """This is what you get when the test images are trained on, too."""
    both = np.concatenate([X, X_test]), np.concatenate([Y, Y_test])
    return solution.train_deep(
        activation, *both, X_test, Y_test, batch=batch, epochs=epochs, seed=seed
    )


# T8


@mistake(
    replaces="build_conv",
    fails="convolutions_with_relu",
    score=95,
    concept="activation function",
)
def convolutions_without_activation():
    """This is what you get when Conv2D is not given an activation: it is linear then."""
    from tensorflow.keras import Input, Sequential, layers

    return Sequential(
        [
            Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(8, 5, strides=2, padding="same"),
            layers.Conv2D(16, 3, strides=2, padding="same"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@mistake(
    replaces="build_conv",
    fails=("convolutions_with_relu", "conv_net_reads_unseen_digits"),
    concept="convolution",
    named=False,
)
def one_convolution_only():
    """This is what you get with a single convolutional layer: two are asked for."""
    from tensorflow.keras import Input, Sequential, layers

    return Sequential(
        [
            Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(8, 5, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


# T9


@mistake(
    replaces="predict",
    fails="unseen_digits_are_read",
    score=94,
    concept="order of predictions",
    named=False,
)
def predictions_permuted(X_train, Y_train, X):
    """This is what you get when the images are shuffled before they are read."""
    order = np.random.default_rng(0).permutation(len(X))
    return solution.predict(X_train, Y_train, X[order])


@mistake(
    replaces="predict",
    fails="unseen_digits_are_read",
    score=94,
    concept="argmax",
    named=False,
)
def probabilities_for_digits(X_train, Y_train, X):
    """This is what you get when the ten probabilities are returned instead of digits."""
    W, b, _ = solution.train_softmax(X_train, Y_train)
    return solution.softmax(X @ W + b)


@mistake(
    replaces="confusion", fails="confusion_counts_pairs", concept="confusion matrix"
)
def confusion_transposed(y, y_pred):
    """This is what you get when rows are what was read and columns the truth."""
    return solution.confusion(y_pred, y)


@mistake(
    replaces="confusion", fails="confusion_counts_pairs", concept="confusion matrix"
)
def confusion_in_shares(y, y_pred):
    """This is what you get when each row is divided by its sum: shares, not counts."""
    counts = solution.confusion(y, y_pred)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@mistake(
    replaces="confusion", fails="confusion_counts_pairs", concept="confusion matrix"
)
def right_ones_not_counted(y, y_pred):
    """This is what you get when only the errors are counted: the diagonal is 0."""
    counts = solution.confusion(y, y_pred)
    np.fill_diagonal(counts, 0)
    return counts


# T10


@mistake(replaces="plot_histories", fails="histories_are_drawn", concept="test set")
def test_curves_forgotten(histories):
    """This is what you get when only the training curves are drawn."""
    import matplotlib.pyplot as plt

    fig, panels = plt.subplots(1, 2)
    for ax, what in zip(panels, ("accuracy", "loss"), strict=True):
        for name, history in histories.items():
            ax.plot(history[what], label=f"{name}, training")
        ax.set(xlabel="epoch", ylabel=what)
        ax.legend()
    return fig


@mistake(replaces="plot_histories", fails="histories_are_drawn", concept="legend")
def training_and_test_swapped(histories):
    """This is what you get when the legend calls the test curve training."""
    import matplotlib.pyplot as plt

    fig, panels = plt.subplots(1, 2)
    for ax, what in zip(panels, ("accuracy", "loss"), strict=True):
        for name, history in histories.items():
            ax.plot(history[what], label=f"{name}, test")
            ax.plot(history[f"val_{what}"], label=f"{name}, training")
        ax.set(xlabel="epoch", ylabel=what)
        ax.legend()
    return fig


@mistake(
    replaces="plot_histories",
    fails="histories_are_drawn",
    concept="axis labels",
    named=False,
)
def curves_without_labels(histories):
    """This is what you get when neither axes nor curves are labelled."""
    import matplotlib.pyplot as plt

    fig, panels = plt.subplots(1, 2)
    for ax, what in zip(panels, ("accuracy", "loss"), strict=True):
        for history in histories.values():
            ax.plot(history[what])
            ax.plot(history[f"val_{what}"])
    return fig


@mistake(replaces="plot_weights", fails="weights_are_drawn", concept="row-major order")
def weights_cut_in_rows(W):
    """This is what you get when W is cut into ten pieces of 784 numbers row by row."""
    import matplotlib.pyplot as plt

    fig, panels = plt.subplots(2, 5)
    for digit, ax in enumerate(panels.flat):
        ax.imshow(W.reshape(10, 28, 28)[digit])
        ax.set_title(str(digit))
    return fig
