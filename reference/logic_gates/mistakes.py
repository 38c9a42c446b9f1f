"""Mistakes that students of this lab make, one function each.

The docstring is what the student reads. `NOTES.md` lists them with the score of a
submission that is right but for one of them, and with the reasons.
"""

import numpy as np

from grader.checks import mistake

from . import logic_gates as solution

# The step and the perceptron (T1, T2)


@mistake(
    replaces="perceptron",
    fails="perceptron_is_silent_at_zero",
    concept="the step's convention",
)
def fires_at_zero(X, w, b):
    """This is what you get when a weighted sum of exactly 0 counts as enough."""
    return (np.asarray(X) @ w + b >= 0).astype(int)


@mistake(
    replaces="step",
    fails="step_is_zero_at_zero",
    score=94,
    concept="the step's convention",
    together_with=(fires_at_zero,),
)
def step_is_one_at_zero(z):
    """This is what you get with `z >= 0`: in this lab step(0) is 0."""
    return (z >= 0).astype(int)


@mistake(replaces="step", fails="step_is_zero_at_zero", concept="the step's convention")
def step_is_one_half_at_zero(z):
    """This is what you get with `np.heaviside(z, 0.5)`: in this lab step(0) is 0."""
    return np.heaviside(z, 0.5)


@mistake(replaces="step", fails=("step_follows_the_sign", "step_is_zero_at_zero"))
def step_is_the_sign(z):
    """This is what you get with `np.sign`: a negative sum must give 0, not -1."""
    return np.sign(z).astype(int)


@mistake(replaces="step", fails=("step_follows_the_sign", "step_is_zero_at_zero"))
def step_upside_down(z):
    """This is what you get when the two cases of the step are exchanged."""
    return (z < 0).astype(int)


@mistake(replaces="step", fails="step_follows_the_sign")
def step_at_one_half(z):
    """This is what you get when the step compares with 0.5 instead of 0."""
    return (z > 0.5).astype(int)


@mistake(
    replaces="perceptron",
    fails=("perceptron_is_the_step_of_its_sum", "perceptron_is_silent_at_zero"),
    score=88,
    concept="bias",
)
def bias_forgotten(X, w, b):
    """This is what you get when the bias is left out of the weighted sum."""
    return solution.step(X @ w)


@mistake(
    replaces="perceptron",
    fails=("perceptron_is_the_step_of_its_sum", "perceptron_is_silent_at_zero"),
    concept="bias and threshold",
)
def bias_subtracted(X, w, b):
    """This is what you get when b is treated as the threshold: b = -threshold is added."""
    return solution.step(X @ w - b)


@mistake(replaces="perceptron", fails="perceptron_is_the_step_of_its_sum")
def bias_added_to_each_weight(X, w, b):
    """This is what you get when the bias is added to the weights instead of to the sum."""
    return solution.step(X @ (w + b))


@mistake(
    replaces="perceptron",
    fails=("perceptron_is_the_step_of_its_sum", "perceptron_is_silent_at_zero"),
    concept="shapes",
)
def column_of_outputs(X, w, b):
    """This is what you get when w is made a column: (n, d) @ (d, 1) has shape (n, 1)."""
    return solution.step(X @ np.reshape(w, (-1, 1)) + b)


@mistake(replaces="perceptron", fails="perceptron_is_the_step_of_its_sum")
def step_forgotten(X, w, b):
    """This is what you get when the weighted sum is returned without the step."""
    return X @ w + b


# The cinema (T3)


@mistake(
    replaces="cinema",
    fails="cinema_decides_all_eight_cases",
    concept="threshold",
)
def threshold_is_enough(threshold):
    """This is what you get when a sum equal to the threshold counts: it must be above."""
    sums = np.array([0, 2, 2, 4, 6, 8, 8, 10])
    return (sums >= threshold).astype(int)


@mistake(
    replaces="cinema",
    fails="cinema_decides_all_eight_cases",
    concept="bias and threshold",
)
def threshold_added(threshold):
    """This is what you get when the bias is the threshold itself: b = -threshold."""
    sums = np.array([0, 2, 2, 4, 6, 8, 8, 10])
    return (sums + threshold > 0).astype(int)


@mistake(
    replaces="cinema",
    fails="cinema_decides_all_eight_cases",
    concept="binary order",
)
def bits_in_reverse(threshold):
    """This is what you get when the time is the last digit: it is the first, slowest one."""
    sums = np.array([0, 6, 2, 8, 2, 8, 4, 10])
    return (sums > threshold).astype(int)


@mistake(replaces="cinema_range", fails="cinema_range_is_exact")
def price_and_company_counted_singly():
    """This is what you get when price and company are never there together: 2 + 2 = 4."""
    return 2, 6


@mistake(replaces="cinema_range", fails="cinema_range_is_exact")
def last_whole_threshold():
    """This is what you get when hi is the last whole threshold that works: 5.9 works too."""
    return 4, 5


@mistake(replaces="cinema_range", fails="cinema_range_is_exact")
def all_three_counted():
    """This is what you get when price and company come on top: the time alone weighs 6."""
    return 4, 10


# Gates by hand (T4)


@mistake(
    replaces="gates",
    fails="gates_compute_their_truth_tables",
    score=97,
    concept="linear separability",
)
def nand_for_and():
    """This is what you get when the signs of AND's weights and bias are turned: NAND."""
    return {**solution.gates(), "AND": (np.array([-2.0, -2.0]), 3.0)}


@mistake(
    replaces="gates",
    fails="gates_compute_their_truth_tables",
    concept="linear separability",
)
def or_for_nor():
    """This is what you get when the signs of NOR's weights and bias are turned: OR."""
    return {**solution.gates(), "NOR": (np.array([1.0, 1.0]), -0.5)}


@mistake(
    replaces="gates",
    fails="gates_compute_their_truth_tables",
    concept="the step's convention",
)
def and_for_the_other_step():
    """This is AND where step(0) is 1: with this lab's step the sum 0 of row 11 gives 0."""
    return {**solution.gates(), "AND": (np.array([1.0, 1.0]), -2.0)}


@mistake(
    replaces="gates",
    fails="gates_compute_their_truth_tables",
    concept="the step's convention",
)
def or_through_a_corner():
    """This is what you get when the line runs through a corner: no sum may be 0."""
    return {**solution.gates(), "OR": (np.array([1.0, 1.0]), 0.0)}


@mistake(replaces="gates", fails="gates_compute_their_truth_tables")
def thresholds_for_biases():
    """This is what you get when the second number is the threshold: b = -threshold."""
    return {name: (w, -b) for name, (w, b) in solution.gates().items()}


# The sigmoid (T5)


@mistake(
    replaces="sigmoid",
    fails="sigmoid_survives_large_numbers",
    score=96,
    concept="overflow",
)
def sigmoid_overflows(z):
    """This is what you get when exp is given a large positive number."""
    return 1 / (1 + np.exp(-z))


@mistake(replaces="sigmoid", fails="sigmoid_survives_large_numbers", concept="overflow")
def where_computes_both(z):
    """This is what you get when np.where chooses between two forms: it computes both."""
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@mistake(replaces="sigmoid", fails="sigmoid_survives_large_numbers", concept="overflow")
def infinity_by_infinity(z):
    """This is what you get from exp(z) / (1 + exp(z)) alone: inf / inf is not a number."""
    return np.exp(z) / (1 + np.exp(z))


@mistake(
    replaces="sigmoid",
    fails=("sigmoid_is_the_logistic_function", "sigmoid_survives_large_numbers"),
)
def sigmoid_mirrored(z):
    """This is what you get when the exponent has the wrong sign: 1 / (1 + exp(z))."""
    return solution.sigmoid(-z)


@mistake(
    replaces="sigmoid",
    fails=("sigmoid_is_the_logistic_function", "sigmoid_survives_large_numbers"),
)
def tanh_for_sigmoid(z):
    """This is tanh, which runs from -1 to 1: the sigmoid of z is (1 + tanh(z / 2)) / 2."""
    return np.tanh(z)


@mistake(replaces="sigmoid", fails="sigmoid_is_the_logistic_function")
def ramp_for_sigmoid(z):
    """This is a straight ramp between 0 and 1, not the sigmoid."""
    return np.clip(0.5 + z / 4, 0, 1)


# Loss and its gradient: T6


@mistake(
    replaces="bce_sum", fails="bce_sum_is_the_cross_entropy", concept="sum or mean"
)
def mean_of_the_rows(y, h):
    """This is what you get when the loss is the mean over the rows: here it is the sum."""
    return solution.bce_sum(y, h) / len(y)


@mistake(replaces="bce_sum", fails="bce_sum_is_the_cross_entropy")
def zeros_cost_nothing(y, h):
    """This is what you get when the rows with y = 0 are left out: (1 - y) * log(1 - h)."""
    return -np.sum(y * np.log(h))


@mistake(replaces="bce_sum", fails="bce_sum_is_the_cross_entropy")
def loss_is_negative(y, h):
    """This is what you get when the minus in front of the sum is missing."""
    return -solution.bce_sum(y, h)


@mistake(replaces="bce_sum", fails="bce_sum_is_the_cross_entropy")
def logarithm_to_base_two(y, h):
    """This is the loss in bits: the logarithm is the natural one here."""
    return solution.bce_sum(y, h) / np.log(2)


@mistake(replaces="bce_sum", fails="bce_sum_is_the_cross_entropy")
def squared_error_for_cross_entropy(y, h):
    """This is the summed squared error, not the cross-entropy."""
    return np.sum((y - h) ** 2)


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    score=85,
    concept="gradient descent",
)
def sign_reversed(X, y, w, b):
    """This is what you get when the sign is reversed, y - h for h - y: it points downhill."""
    dw, db = solution.neuron_grad(X, y, w, b)
    return -dw, -db


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    score=85,
    concept="chain rule",
)
def gradient_of_the_squared_error(X, y, w, b):
    """This is the gradient of the squared error: for the cross-entropy h(1 - h) cancels."""
    h = solution.sigmoid(X @ w + b)
    error = (h - y) * h * (1 - h)
    return X.T @ error, error.sum()


@mistake(
    replaces="neuron_grad",
    fails="neuron_grad_is_the_derivative",
    concept="sum or mean",
    together_with=(mean_of_the_rows,),
)
def mean_gradient(X, y, w, b):
    """This is what you get when the gradient is averaged over the rows, not summed."""
    dw, db = solution.neuron_grad(X, y, w, b)
    return dw / len(y), db / len(y)


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    concept="sum or mean",
)
def mean_for_the_bias_only(X, y, w, b):
    """This is what you get when db is a mean over the rows while dw is a sum."""
    dw, db = solution.neuron_grad(X, y, w, b)
    return dw, db / len(y)


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    concept="bias",
)
def gradient_without_bias(X, y, w, b):
    """This is what you get when the bias is left out of z inside the gradient."""
    error = solution.sigmoid(X @ w) - y
    return X.T @ error, error.sum()


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    concept="bias",
)
def bias_never_moves(X, y, w, b):
    """This is what you get when db is 0: the bias is a parameter like the weights."""
    dw, _ = solution.neuron_grad(X, y, w, b)
    return dw, 0.0


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    concept="perceptron rule and gradient",
)
def perceptron_rule(X, y, w, b):
    """This is the perceptron's rule, step(z) - y: the neuron's error is sigmoid(z) - y."""
    error = solution.step(X @ w + b) - y
    return X.T @ error, error.sum()


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
    concept="chain rule",
)
def gradient_of_a_linear_neuron(X, y, w, b):
    """This is what you get when the error is z - y: the sigmoid is missing."""
    error = X @ w + b - y
    return X.T @ error, error.sum()


@mistake(
    replaces="neuron_grad",
    fails=("neuron_grad_points_uphill", "neuron_grad_is_the_derivative"),
)
def last_row_only(X, y, w, b):
    """This is what you get when only the last row counts, as in a loop that overwrites."""
    return solution.neuron_grad(X[-1:], y[-1:], w, b)


@mistake(
    replaces="neuron_grad", fails="neuron_grad_is_the_derivative", concept="shapes"
)
def column_of_derivatives(X, y, w, b):
    """This is what you get when dw is a column, (d, 1): it has the shape of w."""
    dw, db = solution.neuron_grad(X, y, w, b)
    return dw.reshape(-1, 1), db


# Training (T7). The start is the student's own draw, so these are told apart by their
# steps, not by their results.


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "and_and_or_are_learned"),
    score=73,
    concept="gradient descent",
    together_with=(sign_reversed,),
)
def climbs_by_its_own_gradient(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when training walks uphill."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        h = solution.sigmoid(X @ w + b)
        losses.append(solution.bce_sum(y, np.clip(h, 1e-12, 1 - 1e-12)))
        w = w - lr * (X.T @ (y - h))
        b = b - lr * np.sum(y - h)
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "and_and_or_are_learned"),
    score=75,
    concept="chain rule",
    together_with=(gradient_of_the_squared_error,),
)
def trains_on_the_squared_error(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the steps follow the squared error."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        h = solution.sigmoid(X @ w + b)
        losses.append(solution.bce_sum(y, h))
        error = (h - y) * h * (1 - h)
        w, b = w - lr * (X.T @ error), b - lr * error.sum()
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails=(
        "train_neuron_steps_downhill",
        "losses_belong_to_the_weights",
        "and_and_or_are_learned",
    ),
    score=82,
    concept="sum or mean",
    together_with=(mean_gradient, mean_of_the_rows),
)
def trains_on_the_mean(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when loss and gradient are means over the rows."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(solution.bce_sum(y, solution.sigmoid(X @ w + b)) / len(y))
        dw, db = solution.neuron_grad(X, y, w, b)
        w, b = w - lr * dw / len(y), b - lr * db / len(y)
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails=(
        "train_neuron_steps_downhill",
        "and_and_or_are_learned",
    ),
    score=60,
    concept="bias",
    together_with=(bias_forgotten, gradient_without_bias),
)
def neuron_without_bias(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the neuron has no bias: its line runs through 00."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        h = solution.sigmoid(X @ w)
        losses.append(solution.bce_sum(y, h))
        w, b = w - lr * (X.T @ (h - y)), b - lr * np.sum(h - y)
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails="and_and_or_are_learned",
    concept="learning rate",
)
def default_learning_rate_changed(X, y, lr=0.001, steps=1000, seed=0):
    """This is what you get when training without an explicit lr takes steps of 0.001."""
    return solution.train_neuron(X, y, lr=lr, steps=steps, seed=seed)


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "and_and_or_are_learned"),
    score=86,
    concept="learning rate",
)
def learning_rate_of_its_own(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the learning rate is 0.001 whatever lr says."""
    return solution.train_neuron(X, y, lr=0.001, steps=steps, seed=seed)


@mistake(
    replaces="train_neuron",
    fails="the_seed_decides_the_start",
    score=98,
    concept="initialisation",
)
def starts_at_zero(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when w and b start at 0 instead of at random."""
    w, b = np.zeros(X.shape[1]), 0.0
    losses = []
    for _ in range(steps):
        losses.append(solution.bce_sum(y, solution.sigmoid(X @ w + b)))
        dw, db = solution.neuron_grad(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "the_seed_decides_the_start"),
    concept="reproducibility",
)
def seed_ignored(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the generator is made without the seed."""
    fresh = int(np.random.default_rng().integers(2**31))
    return solution.train_neuron(X, y, lr=lr, steps=steps, seed=fresh)


@mistake(
    replaces="train_neuron",
    fails="train_neuron_steps_downhill",
    concept="bias",
)
def bias_stays_where_it_started(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the update of b is missing."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(solution.bce_sum(y, solution.sigmoid(X @ w + b)))
        dw, _ = solution.neuron_grad(X, y, w, b)
        w = w - lr * dw
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails="train_neuron_steps_downhill",
    concept="simultaneous update",
)
def bias_updated_from_the_new_weights(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when db is computed after w has already moved."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(solution.bce_sum(y, solution.sigmoid(X @ w + b)))
        w = w - lr * solution.neuron_grad(X, y, w, b)[0]
        b = b - lr * solution.neuron_grad(X, y, w, b)[1]
    return w, b, np.array(losses)


@mistake(
    replaces="train_neuron",
    fails="train_neuron_steps_downhill",
    concept="batch and stochastic gradient descent",
)
def one_row_at_a_time(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the weights move after every row, not once a step."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(solution.bce_sum(y, solution.sigmoid(X @ w + b)))
        for row in range(len(y)):
            here = slice(row, row + 1)
            dw, db = solution.neuron_grad(X[here], y[here], w, b)
            w, b = w - lr * dw, b - lr * db
    return w, b, np.array(losses)


@mistake(replaces="train_neuron", fails="losses_belong_to_the_weights")
def only_the_last_loss(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when only the last loss is returned, not one a step."""
    w, b, losses = solution.train_neuron(X, y, lr=lr, steps=steps, seed=seed)
    return w, b, float(losses[-1])


@mistake(replaces="train_neuron", fails="losses_belong_to_the_weights")
def one_loss_too_many(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the loss after the last step is appended as well."""
    w, b, losses = solution.train_neuron(X, y, lr=lr, steps=steps, seed=seed)
    last = solution.bce_sum(y, solution.sigmoid(X @ w + b))
    return w, b, np.append(losses, last)


@mistake(replaces="train_neuron", fails="losses_belong_to_the_weights")
def errors_for_losses(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the summed absolute error is recorded as the loss."""
    w, b, losses = solution.train_neuron(X, y, lr=lr, steps=steps, seed=seed)
    return w, b, 1 - np.exp(-losses)


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "and_and_or_are_learned"),
)
def trains_on_the_gates_only(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the four rows of the gates stand in for the argument X."""
    rows = np.resize(y, len(solution.X))
    return solution.train_neuron(solution.X, rows, lr=lr, steps=steps, seed=seed)


@mistake(
    replaces="train_neuron", fails="losses_belong_to_the_weights", concept="shapes"
)
def bias_in_an_array(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when the bias is drawn with size=1: it is one number."""
    w, b, losses = solution.train_neuron(X, y, lr=lr, steps=steps, seed=seed)
    return w, np.array([b]), losses


@mistake(
    replaces="train_neuron",
    fails=("train_neuron_steps_downhill", "and_and_or_are_learned"),
)
def always_a_hundred_steps(X, y, lr=0.1, steps=1000, seed=0):
    """This is what you get when `steps` changes nothing: is a number in the loop instead?"""
    return solution.train_neuron(X, y, lr=lr, steps=100, seed=seed)


# What one neuron can do (T8)


@mistake(
    replaces="train_neuron",
    fails=(
        "train_neuron_steps_downhill",
        "losses_belong_to_the_weights",
        "and_and_or_are_learned",
        "xor_reaches_its_limit",
        "the_seed_decides_the_start",
    ),
)
def weights_written_into_the_code(X, y, lr=0.1, steps=1000, seed=0):
    """These weights do not come from training: they are the same from every start."""
    known = {1: (np.array([10.0, 10.0]), -15.0), 3: (np.array([10.0, 10.0]), -5.0)}
    w, b = known.get(int(np.sum(y)), (np.array([10.0, -10.0]), -5.0))
    return w, b, np.zeros(steps)


@mistake(
    replaces="predict_table",
    fails="predict_table_reads_the_trained_neuron",
    score=77,
    together_with=(weights_written_into_the_code,),
)
def table_written_into_the_code(gate):
    """This table does not come from the neuron that train_neuron returned."""
    return solution.TARGETS[gate]


@mistake(
    replaces="predict_table",
    fails="predict_table_reads_the_trained_neuron",
    named=False,
)
def outputs_not_rounded(gate):
    """This is what you get when the outputs are returned as they are, not as 0 or 1."""
    w, b, _ = solution.train_neuron(solution.X, solution.TARGETS[gate])
    return solution.sigmoid(solution.X @ w + b)


@mistake(replaces="answers", fails="xor_is_understood")
def patience_would_help():
    """More steps do not help: the loss is convex, and training has found its bottom."""
    return {**solution.answers(), "more_steps_help": True}


@mistake(
    replaces="is_separable",
    fails="is_separable_knows_all_sixteen_tables",
    score=96,
    concept="linear separability",
    together_with=(patience_would_help,),
)
def everything_is_separable(y):
    """This is what you get when XOR is taken for separable: no line cuts its corners so."""
    return True


@mistake(
    replaces="is_separable",
    fails="is_separable_knows_all_sixteen_tables",
    concept="linear separability",
)
def xnor_overlooked(y):
    """This is what you get when XNOR is overlooked: it is XOR with the sides swapped."""
    return not np.array_equal(y, [0, 1, 1, 0])


@mistake(
    replaces="is_separable",
    fails="is_separable_knows_all_sixteen_tables",
    concept="linear separability",
)
def constants_not_separable(y):
    """This is what you get when "always 0" and "always 1" are refused: a bias does both."""
    return solution.is_separable(y) and 0 < np.sum(y) < len(y)


@mistake(replaces="answers", fails="xor_is_understood", concept="sum or mean")
def limit_of_one_row():
    """This is the loss of one row: the summed cross-entropy counts all four."""
    return {**solution.answers(), "xor_loss_limit": np.log(2)}


@mistake(replaces="answers", fails="xor_is_understood")
def limit_of_two_rows():
    """This counts two rows: the best neuron is undecided in all four."""
    return {**solution.answers(), "xor_loss_limit": 2 * np.log(2)}


# The plots of T9


@mistake(replaces="plot_losses", fails="plot_losses_shows_three_curves", named=False)
def curves_without_labels():
    """The curves are there, but nothing says what they are."""
    figure = solution.plot_losses()
    (axes,) = figure.axes
    axes.get_legend().remove()
    axes.set(xlabel="", ylabel="")
    for number, curve in enumerate(axes.lines):
        curve.set_label(f"_curve{number}")
    return figure


@mistake(replaces="plot_gates", fails="plot_gates_shows_points_and_lines", named=False)
def panels_without_points():
    """The lines are there, but not the points that they separate."""
    figure = solution.plot_gates()
    for panel in figure.axes:
        for points in list(panel.collections):
            points.remove()
    return figure


@mistake(
    replaces="plot_gates",
    fails="plot_gates_shows_points_and_lines",
    score=93,
    named=False,
    together_with=(curves_without_labels,),
)
def panels_without_points_or_labels():
    """Neither points nor labels: a line alone separates nothing."""
    figure = solution.plot_gates()
    for panel in figure.axes:
        for points in list(panel.collections):
            points.remove()
        panel.set(title="", xlabel="", ylabel="")
    return figure


@mistake(
    replaces="plot_gates",
    fails="plot_gates_shows_points_and_lines",
    named=False,
    together_with=(curves_without_labels,),
)
def panels_without_labels():
    """Points and lines are there, but nothing says what they are."""
    figure = solution.plot_gates()
    for panel in figure.axes:
        panel.set(title="", xlabel="", ylabel="")
    return figure


@mistake(replaces="plot_gates", fails="plot_gates_shows_points_and_lines", named=False)
def points_of_one_colour():
    """All points look the same: the colour must say what the target is."""
    figure = solution.plot_gates()
    for panel in figure.axes:
        for points in list(panel.collections):
            points.remove()
        panel.scatter(solution.X[:, 0], solution.X[:, 1], color="black")
    return figure


@mistake(replaces="plot_gates", fails="plot_gates_shows_points_and_lines", named=False)
def lines_of_the_slide():
    """These are the lines of the slide, not those that the neuron learned."""
    figure = solution.plot_gates()
    for panel, total in zip(figure.axes, (1.5, 0.5, 1.0), strict=True):
        panel.lines[0].set_data([-0.5, 1.5], [total + 0.5, total - 1.5])
    return figure


@mistake(replaces="plot_gates", fails="plot_gates_shows_points_and_lines", named=False)
def bias_with_the_wrong_sign_in_the_line():
    """The lines have the right slope in the wrong place: x2 = -(w1 x1 + b) / w2."""
    figure = solution.plot_gates()
    for panel, gate in zip(figure.axes, ("AND", "OR", "XOR"), strict=True):
        w, b, _ = solution.train_neuron(solution.X, solution.TARGETS[gate])
        ends = np.array([-0.5, 1.5])
        panel.lines[0].set_data(ends, -(w[0] * ends - b) / w[1])
    return figure


@mistake(replaces="plot_losses", fails="plot_losses_shows_three_curves", named=False)
def logarithms_of_the_losses():
    """These are the logarithms of the losses, on an axis that says nothing of it."""
    figure = solution.plot_losses()
    (axes,) = figure.axes
    axes.set_yscale("linear")
    for curve in axes.lines:
        curve.set_ydata(np.log(curve.get_ydata()))
    axes.relim()
    axes.autoscale_view()
    return figure


@mistake(replaces="plot_losses", fails="plot_losses_shows_three_curves", named=False)
def only_the_gates_that_work():
    """The curve of XOR is missing: it is the one to look at."""
    figure = solution.plot_losses()
    figure.axes[0].lines[-1].remove()
    figure.axes[0].legend()
    return figure
