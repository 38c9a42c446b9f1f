"""What students get wrong in this lab, one mistake a function.

The rows of the lab's table come first in each section; NOTES.md has the table.
"""

import numpy as np

from grader.checks import mistake

from . import half_adder as solution

# in a submission this is the submission's own gate, which a check may count
from .half_adder import nand


@mistake(
    replaces="nand",
    fails=("nand_has_the_truth_table", "nand_is_the_perceptron"),
    concept="bias",
)
def nand_signs_reversed(a, b):
    """This is what you get when all signs of NAND's weights and bias are reversed: AND."""
    return int(2 * a + 2 * b - 3 > 0)


@mistake(replaces="nand", fails="nand_is_the_perceptron", concept="perceptron")
def nand_without_weights(a, b):
    """This is what you get when NAND is computed with logic instead of the weighted sum."""
    return int(not (a and b))


@mistake(
    replaces="half_adder_nand",
    fails="half_adder_is_made_of_nand",
    score=86,
    concept="universal gates",
)
def xor_operator(a, b):
    """This is what you get when Python's `^` and `&` do the work of the NAND gates."""
    return a ^ b, a & b


@mistake(
    replaces="half_adder_nand",
    fails="half_adder_is_made_of_nand",
    score=86,
    concept="universal gates",
)
def not_equal_operator(a, b):
    """This is what you get when comparisons do the work of the NAND gates."""
    return int(a != b), int(a == 1 and b == 1)


@mistake(replaces="count_nands", fails="count_is_true", concept="half-adder")
def counts_two_gates_too_many():
    """This is what you get when a wire that is used twice is counted as two gates."""
    return 7


@mistake(
    replaces="half_adder_nand",
    fails="half_adder_adds",
    score=93,
    concept="De Morgan's laws",
    together_with=(counts_two_gates_too_many,),
)
def carry_is_or(a, b):
    """This is what you get when the carry is OR: a bit is carried although only one is 1."""
    total, _ = solution.half_adder_nand(a, b)
    return total, nand(nand(a, a), nand(b, b))


@mistake(replaces="half_adder_nand", fails="half_adder_adds", concept="half-adder")
def sum_and_carry_swapped(a, b):
    """This is what you get when sum and carry are returned in the wrong order."""
    total, carry = solution.half_adder_nand(a, b)
    return carry, total


@mistake(
    replaces="half_adder_nand", fails="half_adder_adds", concept="De Morgan's laws"
)
def carry_not_inverted(a, b):
    """This is what you get when the carry is NAND itself: the last inversion is missing."""
    total, _ = solution.half_adder_nand(a, b)
    return total, nand(a, b)


@mistake(replaces="count_nands", fails="count_is_true", concept="half-adder")
def counts_the_sum_only():
    """This is what you get when the gates of the sum are counted but not the carry's."""
    return 4


@mistake(
    replaces="xor_formula",
    fails=("xor_formula_is_xor", "xor_formula_stands_noise"),
    concept="negation by a negative weight",
)
def or_for_xor(a, b):
    """This is what you get when the NOT in one bracket is forgotten: (a AND NOT b) OR b."""
    return int(a + b - 0.5 > 0)


@mistake(replaces="xor_formula", fails="xor_formula_stands_noise")
def xor_by_comparison(a, b):
    """This is what you get when `!=` does the work of the three perceptrons."""
    return int(a != b)


@mistake(
    replaces="xor_network", fails="xor_network_computes_xor", concept="weight matrix"
)
def hidden_neurons_in_rows():
    """This is what you get when the rows of W1 are the hidden neurons, not the columns."""
    W1 = np.array([[1.0, 1.0], [-1.0, -1.0]])
    return W1, np.array([-0.5, 1.5]), np.array([1.0, 1.0]), -1.5


@mistake(replaces="xor_network", fails="xor_network_computes_xor", concept="step at 0")
def step_at_zero():
    """This is what you get when a weighted sum is exactly 0: books disagree what step(0) is."""
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return W1, np.array([0.0, 0.0]), np.array([1.0, 1.0]), 0.0


@mistake(replaces="xor_network", fails="xor_network_computes_xor", concept="bias")
def threshold_for_bias():
    """This is what you get when thresholds are given where biases belong: b = -threshold."""
    W1, b1, w2, b2 = solution.xor_network()
    return W1, -b1, w2, -b2


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="bias",
)
def bias_gradient_forgotten(X, y, p):
    """This is what you get when the biases get no gradient: the last rows are 0."""
    g = solution.grads(X, y, p)
    for gradient in g.values():
        gradient[-1] = 0
    return g


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="bias",
)
def gradient_without_biases(X, y, p):
    """This is what you get when the network of the gradient has no biases."""
    w1, w2 = p["w1"].copy(), p["w2"].copy()
    w1[-1] = 0
    w2[-1] = 0
    g = solution.grads(X, y, {"w1": w1, "w2": w2})
    for gradient in g.values():
        gradient[-1] = 0
    return g


@mistake(
    replaces="forward",
    fails=(
        "forward_is_two_sigmoid_layers",
        "forward_with_two_outputs",
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    score=72,
    concept="bias",
    together_with=(gradient_without_biases,),
)
def bias_rows_ignored(X, p):
    """This is what you get when the last rows of w1 and w2, the biases, are left out."""
    h = solution.sigmoid(X @ p["w1"][:-1])
    return solution.sigmoid(h @ p["w2"][:-1])


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="activation function",
)
def gradient_of_a_linear_hidden_layer(X, y, p):
    """This is what you get when the gradient's hidden layer has no sigmoid."""
    w1, w2 = p["w1"], p["w2"]
    n, H = len(X), w1.shape[1]
    X1 = np.column_stack([X, np.ones(n)])
    h1 = np.column_stack([X1 @ w1, np.ones(n)])
    dz2 = solution.sigmoid(h1 @ w2) - y
    dh = dz2.reshape(n, -1) @ w2[:-1].reshape(H, -1).T
    return {"w1": X1.T @ dh, "w2": h1.T @ dz2}


@mistake(
    replaces="forward",
    fails=(
        "forward_is_two_sigmoid_layers",
        "forward_with_two_outputs",
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    score=72,
    concept="activation function",
    together_with=(gradient_of_a_linear_hidden_layer,),
)
def hidden_layer_is_linear(X, p):
    """This is what you get when the hidden layer has no sigmoid: then the network is one neuron."""
    h = X @ p["w1"][:-1] + p["w1"][-1]
    return solution.sigmoid(h @ p["w2"][:-1] + p["w2"][-1])


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="derivative of a step",
)
def gradient_of_rounded_outputs(X, y, p):
    """This is what you get when the outputs are rounded before y is subtracted."""
    # (round(o) - y) - (o - y) is what rounding changes of the error, so y + o - round(o)
    o = solution.forward(X, p)
    return solution.grads(X, y + o - np.round(o), p)


@mistake(
    replaces="forward",
    fails=(
        "forward_is_two_sigmoid_layers",
        "forward_with_two_outputs",
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    score=72,
    concept="derivative of a step",
    together_with=(gradient_of_rounded_outputs,),
)
def outputs_rounded(X, p):
    """This is what you get when the outputs are rounded to 0 and 1."""
    return np.round(solution.forward(X, p))


@mistake(
    replaces="forward",
    fails=("forward_is_two_sigmoid_layers", "forward_with_two_outputs"),
    concept="bias",
)
def bias_row_first(X, p):
    """This is what you get when the bias is taken from the first row instead of the last."""
    h = solution.sigmoid(X @ p["w1"][1:] + p["w1"][0])
    return solution.sigmoid(h @ p["w2"][1:] + p["w2"][0])


@mistake(
    replaces="forward",
    fails="forward_is_two_sigmoid_layers",
    concept="weight matrix",
    named=False,
)
def w1_transposed(X, p):
    """This is what you get when w1 is transposed before it meets the inputs."""
    h = solution.sigmoid(X @ p["w1"].T[:-1] + p["w1"].T[-1])
    return solution.sigmoid(h @ p["w2"][:-1] + p["w2"][-1])


@mistake(
    replaces="forward",
    fails=("forward_is_two_sigmoid_layers", "forward_with_two_outputs"),
    concept="activation function",
)
def tanh_hidden_layer(X, p):
    """This is what you get when the hidden layer uses tanh instead of the sigmoid."""
    h = np.tanh(X @ p["w1"][:-1] + p["w1"][-1])
    return solution.sigmoid(h @ p["w2"][:-1] + p["w2"][-1])


@mistake(
    replaces="forward",
    fails=("forward_is_two_sigmoid_layers", "forward_with_two_outputs"),
    concept="activation function",
)
def output_without_sigmoid(X, p):
    """This is what you get when the output layer has no sigmoid."""
    h = solution.sigmoid(X @ p["w1"][:-1] + p["w1"][-1])
    return h @ p["w2"][:-1] + p["w2"][-1]


@mistake(
    replaces="train_xor",
    fails="losses_are_summed_cross_entropies",
    concept="sum or mean",
)
def losses_are_means(lr=0.1, steps=10000, seed=0):
    """This is what you get when the loss is averaged over the four rows instead of summed."""
    p, losses = solution.train_xor(lr, steps, seed)
    return p, losses / len(solution.BITS)


@mistake(
    replaces="grads",
    fails=("grads_are_summed_over_the_samples", "losses_are_summed_cross_entropies"),
    score=93,
    concept="sum or mean",
    together_with=(losses_are_means,),
)
def mean_instead_of_sum(X, y, p):
    """This is what you get when the loss is averaged over the samples instead of summed."""
    return {name: g / len(X) for name, g in solution.grads(X, y, p).items()}


@mistake(
    replaces="grads",
    fails=("grads_point_along_the_derivative", "grads_with_two_outputs"),
    score=86,
    concept="chain rule",
)
def hidden_derivative_forgotten(X, y, p):
    """This is what you get when h (1 - h), the derivative of the hidden sigmoid, is missing."""
    n, H = len(X), p["w1"].shape[1]
    dz2 = solution.forward(X, p) - y
    dh = dz2.reshape(n, -1) @ p["w2"][:-1].reshape(H, -1).T
    dw1 = np.column_stack([X, np.ones(n)]).T @ dh
    return {"w1": dw1, "w2": solution.grads(X, y, p)["w2"]}


@mistake(
    replaces="grads",
    fails=("grads_point_along_the_derivative", "grads_with_two_outputs"),
    concept="chain rule",
)
def tanh_derivative(X, y, p):
    """This is what you get when 1 - h^2, tanh's derivative, stands where h (1 - h) belongs."""
    n, H = len(X), p["w1"].shape[1]
    X1 = np.column_stack([X, np.ones(n)])
    h = solution.sigmoid(X1 @ p["w1"])
    dz2 = solution.forward(X, p) - y
    dh = dz2.reshape(n, -1) @ p["w2"][:-1].reshape(H, -1).T
    dw1 = X1.T @ (dh * (1 - h**2))
    return {"w1": dw1, "w2": solution.grads(X, y, p)["w2"]}


@mistake(
    replaces="grads",
    fails=("grads_point_along_the_derivative", "grads_with_two_outputs"),
    concept="chain rule",
)
def sigmoid_twice_in_the_derivative(X, y, p):
    """This is what you get when the derivative is taken at h, sigmoid(h) (1 - sigmoid(h))."""
    n, H = len(X), p["w1"].shape[1]
    X1 = np.column_stack([X, np.ones(n)])
    s = solution.sigmoid(solution.sigmoid(X1 @ p["w1"]))
    dz2 = solution.forward(X, p) - y
    dh = dz2.reshape(n, -1) @ p["w2"][:-1].reshape(H, -1).T
    dw1 = X1.T @ (dh * s * (1 - s))
    return {"w1": dw1, "w2": solution.grads(X, y, p)["w2"]}


@mistake(
    replaces="grads",
    fails=("grads_point_along_the_derivative", "grads_with_two_outputs"),
    concept="chain rule",
)
def bias_among_the_hidden_weights(X, y, p):
    """This is what you get when errors go back through w2[1:], so the bias counts as a weight."""
    n, H = len(X), p["w1"].shape[1]
    X1 = np.column_stack([X, np.ones(n)])
    h = solution.sigmoid(X1 @ p["w1"])
    dz2 = solution.forward(X, p) - y
    dh = dz2.reshape(n, -1) @ p["w2"][1:].reshape(H, -1).T
    dw1 = X1.T @ (dh * h * (1 - h))
    return {"w1": dw1, "w2": solution.grads(X, y, p)["w2"]}


@mistake(
    replaces="grads",
    fails=("grads_point_along_the_derivative", "grads_with_two_outputs"),
    concept="back-propagation",
)
def hidden_gradient_without_w2(X, y, p):
    """This is what you get when the error goes back to the hidden layer without w2."""
    n = len(X)
    X1 = np.column_stack([X, np.ones(n)])
    h = solution.sigmoid(X1 @ p["w1"])
    dh = (solution.forward(X, p) - y).reshape(n, -1).sum(axis=1, keepdims=True)
    dw1 = X1.T @ (dh * h * (1 - h))
    return {"w1": dw1, "w2": solution.grads(X, y, p)["w2"]}


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="cross-entropy",
)
def squared_error_gradient(X, y, p):
    """This is what you get when the error is (o - y) o (1 - o), as for the squared error."""
    o = solution.forward(X, p)
    return solution.grads(X, o - (o - y) * o * (1 - o), p)


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="gradient descent",
)
def sign_reversed(X, y, p):
    """This is what you get when the error is y - o: the gradient's sign is reversed."""
    return {name: -g for name, g in solution.grads(X, y, p).items()}


@mistake(
    replaces="grads",
    fails=(
        "grads_point_along_the_derivative",
        "grads_with_two_outputs",
        "grads_are_summed_over_the_samples",
    ),
    concept="sum over samples",
)
def last_sample_only(X, y, p):
    """This is what you get when each sample overwrites the one before: only the last counts."""
    return solution.grads(X[-1:], y[-1:], p)


@mistake(
    replaces="train_xor",
    fails="training_takes_gradient_steps",
    score=95,
    concept="back-propagation",
)
def output_weights_updated_first(lr=0.1, steps=10000, seed=0):
    """This is what you get when w2 is updated before the gradient of w1 is computed with it."""
    p = solution.start(seed)
    losses = np.zeros(steps)
    for k in range(steps):
        losses[k] = solution.bce_sum(solution.XOR, solution.forward(solution.BITS, p))
        g2 = solution.grads(solution.BITS, solution.XOR, p)["w2"]
        # the output's error is the old one: only the way back goes through the new w2
        X1 = np.column_stack([solution.BITS, np.ones(4)])
        h = solution.sigmoid(X1 @ p["w1"])
        dz2 = solution.forward(solution.BITS, p) - solution.XOR
        w2 = p["w2"] - lr * g2
        g1 = X1.T @ (np.outer(dz2, w2[:-1]) * h * (1 - h))
        p = {"w1": p["w1"] - lr * g1, "w2": w2}
    return p, losses


@mistake(
    replaces="train_xor",
    fails=("training_takes_gradient_steps", "training_keeps_its_books"),
    concept="gradient descent",
)
def gradient_added(lr=0.1, steps=10000, seed=0):
    """This is what you get when the gradient is added: the loss climbs."""
    return solution.train_xor(-lr, steps, seed)


@mistake(
    replaces="train_xor",
    fails="training_takes_gradient_steps",
    concept="learning rate",
)
def learning_rate_ignored(lr=0.1, steps=10000, seed=0):
    """This is what you get when the learning rate is 0.1 whatever is asked for."""
    return solution.train_xor(0.1, steps, seed)


@mistake(
    replaces="train_xor",
    fails=("training_takes_gradient_steps", "losses_are_summed_cross_entropies"),
    concept="sum or mean",
)
def steps_of_the_mean(lr=0.1, steps=10000, seed=0):
    """This is what you get when the training has its own loss, averaged over the four rows."""
    p, losses = solution.train_xor(lr / 4, steps, seed)
    return p, losses / 4


@mistake(
    replaces="train_xor",
    fails=("losses_are_summed_cross_entropies", "training_keeps_its_books"),
    concept="loss curve",
)
def last_loss_only(lr=0.1, steps=10000, seed=0):
    """This is what you get when the last loss is returned instead of one for each step."""
    p, losses = solution.train_xor(lr, steps, seed)
    return p, float(losses[-1])


@mistake(
    replaces="train_xor",
    fails="training_keeps_its_books",
    concept="random start",
)
def seed_ignored(lr=0.1, steps=10000, seed=0):
    """This is what you get when every seed starts from the same parameters."""
    return solution.train_xor(lr, steps, 0)


@mistake(
    replaces="train_half_adder",
    fails="half_adder_learns",
    concept="bias",
)
def half_adder_without_biases(hidden=4, lr=0.5, steps=5000, seed=0):
    """This is what you get when the half-adder is trained without biases."""
    p = solution.start(seed, hidden, outputs=2)
    for _ in range(steps):
        bare = {name: weights.copy() for name, weights in p.items()}
        for weights in bare.values():
            weights[-1] = 0
        g = solution.grads(solution.BITS, solution.SUM_CARRY, bare)
        for gradient in g.values():
            gradient[-1] = 0
        p = {name: p[name] - lr * g[name] for name in p}
    return p


@mistake(
    replaces="train_xor",
    fails=(
        "forward_is_two_sigmoid_layers",
        "grads_point_along_the_derivative",
        "training_takes_gradient_steps",
        "losses_are_summed_cross_entropies",
        "half_adder_learns",
    ),
    score=54,
    concept="bias",
    together_with=(
        bias_rows_ignored,
        gradient_without_biases,
        half_adder_without_biases,
    ),
)
def trained_without_biases(lr=0.1, steps=10000, seed=0):
    """This is what you get when the network is trained without biases."""
    p = solution.start(seed)
    losses = np.zeros(steps)
    for k in range(steps):
        bare = {name: weights.copy() for name, weights in p.items()}
        for weights in bare.values():
            weights[-1] = 0
        o = solution.forward(solution.BITS, bare)
        losses[k] = solution.bce_sum(solution.XOR, o)
        g = solution.grads(solution.BITS, solution.XOR, bare)
        for gradient in g.values():
            gradient[-1] = 0
        p = {name: p[name] - lr * g[name] for name in p}
    return p, losses


@mistake(
    replaces="train_half_adder",
    fails="half_adder_learns",
    concept="activation function",
)
def half_adder_with_linear_hidden_layer(hidden=4, lr=0.5, steps=5000, seed=0):
    """This is what you get when the half-adder is trained without a hidden sigmoid."""
    p = solution.start(seed, hidden, outputs=2)
    X1 = np.column_stack([solution.BITS, np.ones(4)])
    for _ in range(steps):
        h1 = np.column_stack([X1 @ p["w1"], np.ones(4)])
        dz2 = solution.sigmoid(h1 @ p["w2"]) - solution.SUM_CARRY
        g = {"w1": X1.T @ (dz2 @ p["w2"][:-1].T), "w2": h1.T @ dz2}
        p = {name: p[name] - lr * g[name] for name in p}
    return p


@mistake(
    replaces="train_xor",
    fails=(
        "forward_is_two_sigmoid_layers",
        "grads_point_along_the_derivative",
        "training_takes_gradient_steps",
        "losses_are_summed_cross_entropies",
        "half_adder_learns",
    ),
    score=54,
    concept="activation function",
    together_with=(
        hidden_layer_is_linear,
        gradient_of_a_linear_hidden_layer,
        half_adder_with_linear_hidden_layer,
    ),
)
def trained_with_linear_hidden_layer(lr=0.1, steps=10000, seed=0):
    """This is what you get when the network is trained without a hidden sigmoid: it stays at 4 ln 2."""
    p = solution.start(seed)
    losses = np.zeros(steps)
    X1 = np.column_stack([solution.BITS, np.ones(4)])
    for k in range(steps):
        h1 = np.column_stack([X1 @ p["w1"], np.ones(4)])
        o = solution.sigmoid(h1 @ p["w2"])
        losses[k] = solution.bce_sum(solution.XOR, o)
        dz2 = o - solution.XOR
        g = {"w1": X1.T @ np.outer(dz2, p["w2"][:-1]), "w2": h1.T @ dz2}
        p = {name: p[name] - lr * g[name] for name in p}
    return p, losses


@mistake(
    replaces="success_rate",
    fails="success_rate_counts_the_stuck_runs",
    concept="stuck runs",
    named=False,
)
def best_output_counts(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when one good output of the four is enough for a run to count."""
    works = []
    for run in np.random.default_rng(seed).integers(2**31, size=n_runs):
        p, _ = solution.train_xor(lr, steps, run)
        error = np.abs(solution.forward(solution.BITS, p) - solution.XOR)
        works.append(error.min() < 0.1)
    return float(np.mean(works))


@mistake(
    replaces="success_rate",
    fails="success_rate_counts_the_stuck_runs",
    concept="stuck runs",
    named=False,
)
def one_start_for_all_runs(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when all runs start from the same parameters: all work, or none."""
    p, _ = solution.train_xor(lr, steps, seed)
    error = np.abs(solution.forward(solution.BITS, p) - solution.XOR).max()
    return float(error < 0.1)


@mistake(
    replaces="success_rate",
    fails="success_rate_counts_the_stuck_runs",
    concept="percentage",
    named=False,
)
def rate_in_percent(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when the share is given in percent, or not divided by n_runs."""
    return 100 * solution.success_rate(n_runs, lr, steps, seed)


@mistake(
    replaces="success_rate",
    fails="success_rate_counts_the_stuck_runs",
    concept="stuck runs",
    named=False,
)
def restarts_inside_the_count(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when a run that got stuck is started again and not counted."""
    rng = np.random.default_rng(seed)
    works = 0
    for _ in range(n_runs):
        for _ in range(20):
            p, _ = solution.train_xor(lr, steps, rng.integers(2**31))
            error = np.abs(solution.forward(solution.BITS, p) - solution.XOR).max()
            if error < 0.1:
                works += 1
                break
            if steps < 10:
                break
    return works / n_runs


@mistake(
    replaces="train_xor",
    fails=("success_rate_counts_the_stuck_runs",),
    score=92,
    concept="stuck runs",
    together_with=(restarts_inside_the_count,),
    named=False,
)
def grinds_until_success(lr=0.1, steps=10000, seed=0):
    """This is what you get when training is repeated until it works: the rate is then 1."""
    for attempt in range(20):
        p, losses = solution.train_xor(lr, steps, seed + attempt)
        error = np.abs(solution.forward(solution.BITS, p) - solution.XOR).max()
        # a run of a few steps can't work: no reason to try again
        if error < 0.1 or steps < 300:
            return (p, losses) if attempt else solution.train_xor(lr, steps, seed)
    return p, losses


@mistake(replaces="answers", fails="answers_about_stuck_runs", concept="stuck runs")
def one_run_answers():
    """This is what you get when one run's success is taken for the rule."""
    return {
        "stuck_loss": 0.01,
        "more_steps_help": "yes",
        "restarts": 1,
        "mean_lr": 0.1,
    }


@mistake(replaces="answers", fails="answers_about_stuck_runs", concept="sum or mean")
def learning_rate_divided():
    """This is what you get when the learning rate is divided by 4: the mean's steps are shorter already."""
    return {**solution.answers(), "mean_lr": 0.025}


@mistake(replaces="answers", fails="answers_about_stuck_runs", concept="stuck runs")
def loss_of_one_neuron():
    """This is what you get when the stuck loss is 4 ln 2: there one neuron stays, two layers get further."""
    return {**solution.answers(), "stuck_loss": 4 * np.log(2)}


@mistake(
    replaces="train_reliable",
    fails="train_reliable_always_works",
    concept="stuck runs",
)
def no_restart(seed):
    """This is what you get when one run with two hidden neurons must do."""
    return solution.train_xor(lr=1.0, steps=1000, seed=seed)[0]


@mistake(
    replaces="train_reliable",
    fails="train_reliable_always_works",
    concept="stuck runs",
)
def restart_from_the_same_start(seed):
    """This is what you get when each restart draws the same parameters again."""
    for _ in range(10):
        p, _ = solution.train_xor(lr=1.0, steps=400, seed=seed)
        error = np.abs(solution.forward(solution.BITS, p) - solution.XOR).max()
        if error < 0.1:
            break
    return p


@mistake(
    replaces="success_rate",
    fails=(
        "success_rate_counts_the_stuck_runs",
        "answers_about_stuck_runs",
        "train_reliable_always_works",
    ),
    score=84,
    concept="stuck runs",
    together_with=(one_run_answers, no_restart),
    named=False,
)
def one_run_is_enough(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when success is claimed from a single run."""
    p, _ = solution.train_xor(lr, steps, seed)
    error = np.abs(solution.forward(solution.BITS, p) - solution.XOR).max()
    return float(error < 0.1)


@mistake(
    replaces="success_rate",
    fails="success_rate_counts_the_stuck_runs",
    concept="symmetry of the hidden neurons",
    named=False,
)
def rate_from_zeros(n_runs, lr=0.1, steps=10000, seed=0):
    """This is what you get when all runs start from zero: none works."""
    return 0.0


@mistake(
    replaces="train_reliable",
    fails="train_reliable_always_works",
    concept="symmetry of the hidden neurons",
)
def reliable_from_zeros(seed):
    """This is what you get when the training starts from zero: nothing ever moves."""
    return {"w1": np.zeros((3, 2)), "w2": np.zeros(3)}


@mistake(
    replaces="train_half_adder",
    fails="half_adder_learns",
    concept="symmetry of the hidden neurons",
)
def half_adder_from_zeros(hidden=4, lr=0.5, steps=5000, seed=0):
    """This is what you get when the half-adder starts from zero: its hidden neurons stay equal."""
    p = {"w1": np.zeros((3, hidden)), "w2": np.zeros((hidden + 1, 2))}
    for _ in range(steps):
        g = solution.grads(solution.BITS, solution.SUM_CARRY, p)
        p = {name: p[name] - lr * g[name] for name in p}
    return p


@mistake(
    replaces="train_xor",
    fails=(
        "training_keeps_its_books",
        "success_rate_counts_the_stuck_runs",
        "train_reliable_always_works",
        "half_adder_learns",
    ),
    score=76,
    concept="symmetry of the hidden neurons",
    together_with=(rate_from_zeros, reliable_from_zeros, half_adder_from_zeros),
)
def zero_start(lr=0.1, steps=10000, seed=0):
    """This is what you get when all weights start at zero: the hidden neurons can't part."""
    p = {"w1": np.zeros((3, 2)), "w2": np.zeros(3)}
    losses = np.zeros(steps)
    for k in range(steps):
        losses[k] = solution.bce_sum(solution.XOR, solution.forward(solution.BITS, p))
        g = solution.grads(solution.BITS, solution.XOR, p)
        p = {name: p[name] - lr * g[name] for name in p}
    return p, losses


@mistake(
    replaces="train_half_adder",
    fails="half_adder_learns",
    score=96,
    concept="hidden neurons",
)
def two_hidden_neurons(hidden=4, lr=0.5, steps=5000, seed=0):
    """This is what you get when there are two hidden neurons whatever is asked for."""
    return solution.train_half_adder(2, lr, steps, seed)


@mistake(replaces="train_half_adder", fails="half_adder_learns", concept="half-adder")
def outputs_trained_in_the_wrong_order(hidden=4, lr=0.5, steps=5000, seed=0):
    """This is what you get when the first output learns the carry and the second the sum."""
    p = solution.start(seed, hidden, outputs=2)
    for _ in range(steps):
        g = solution.grads(solution.BITS, solution.SUM_CARRY[:, ::-1], p)
        p = {name: p[name] - lr * g[name] for name in p}
    return p


@mistake(
    replaces="plot_losses",
    fails="loss_curves_are_drawn",
    named=False,
    concept="log axis",
)
def linear_loss_axis(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    """This is what you get when the loss axis is linear: all that works looks like 0."""
    fig = solution.plot_losses(seeds, lr, steps)
    fig.axes[0].set_yscale("linear")
    return fig


@mistake(replaces="plot_losses", fails="loss_curves_are_drawn", named=False)
def curves_without_labels(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    """This is what you get when the axes have no labels."""
    fig = solution.plot_losses(seeds, lr, steps)
    fig.axes[0].set(xlabel="", ylabel="")
    return fig


@mistake(replaces="plot_losses", fails="loss_curves_are_drawn", named=False)
def one_curve_only(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    """This is what you get when only one of the runs is drawn."""
    return solution.plot_losses(seeds[:1], lr, steps)


@mistake(
    replaces="plot_decision_map",
    fails="hidden_plane_is_drawn",
    named=False,
    concept="hidden layer",
)
def inputs_instead_of_activations(p):
    """This is what you get when the inputs are drawn instead of the hidden activations."""
    fig = solution.plt.figure()
    ax = fig.add_subplot()
    ax.scatter(*solution.BITS.T, c=solution.XOR, cmap="coolwarm")
    ax.set(xlabel="x1", ylabel="x2")
    return fig


@mistake(
    replaces="plot_decision_map",
    fails="hidden_plane_is_drawn",
    named=False,
    concept="hidden layer",
)
def points_before_the_sigmoid(p):
    """This is what you get when the points are drawn before the hidden sigmoid."""
    z = solution.BITS @ p["w1"][:-1] + p["w1"][-1]
    fig = solution.plt.figure()
    ax = fig.add_subplot()
    ax.scatter(*z.T, c=solution.XOR, cmap="coolwarm")
    ax.set(xlabel="h1", ylabel="h2")
    return fig
