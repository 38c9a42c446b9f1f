"""Plausible errors in the gradients lab; a docstring is the sentence that a student reads."""

import numpy as np

from grader.checks import mistake

from . import gradients as solution

# The numeric gradient (T1)


@mistake(
    replaces="numeric_grad",
    fails=("numeric_grad_is_accurate", "numeric_grad_steps_to_both_sides"),
    score=95,
    concept="central difference",
)
def one_sided_difference(f, x, h=1e-5):
    """This is what you get with (f(x + h) - f(x)) / h: its error shrinks only with h."""
    x = np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = (f(x + step) - f(x)) / h
    return gradient


@mistake(
    replaces="numeric_grad",
    fails="numeric_grad_is_accurate",
    score=93,
    concept="rounding error, cancellation",
)
def step_too_small(f, x, h=1e-12):
    """This is what you get when h is so small that rounding is all that is left."""
    return solution.numeric_grad(f, x, h)


@mistake(
    replaces="numeric_grad",
    fails="numeric_grad_is_accurate",
    concept="truncation error",
)
def step_too_large(f, x, h=1e-1):
    """This is what you get when h is so large that the curvature counts."""
    return solution.numeric_grad(f, x, h)


@mistake(
    replaces="numeric_grad",
    fails=("numeric_grad_is_accurate", "numeric_grad_steps_to_both_sides"),
    concept="central difference",
)
def divided_by_one_step(f, x, h=1e-5):
    """This is what you get when f(x + h) - f(x - h) is divided by h instead of 2h."""
    return 2 * solution.numeric_grad(f, x, h)


@mistake(
    replaces="numeric_grad",
    fails="numeric_grad_takes_integers",
    concept="integer arrays",
)
def integers_swallow_the_step(f, x, h=1e-5):
    """This is what you get when x + h is stored in an integer array and h is cut off."""
    x = np.array(x)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        above = f(x)
        x[index] = kept - h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] = kept
    return gradient


@mistake(
    replaces="numeric_grad",
    fails=("numeric_grad_is_accurate", "numeric_grad_leaves_its_point_alone"),
    concept="aliasing",
    named=False,
)
def steps_in_the_callers_array(f, x, h=1e-5):
    """This is what you get when x itself is stepped and not put back."""
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(np.shape(x)):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


# Computational graphs (T2, T3)

PATHS = ("graph1_adds_the_paths_to_x", "graph1_adds_the_paths_to_y")


@mistake(
    replaces="graph1",
    fails=PATHS,
    concept="chain rule, sum over paths",
)
def path_through_c_forgotten(x, y):
    """This is what you get when the path through c = (x + y)^2 is forgotten."""
    f, _, _ = solution.graph1(x, y)
    return f, 2 * x + y, x


@mistake(replaces="graph1", fails=PATHS, concept="power rule")
def power_without_two(x, y):
    """This is what you get when (x + y)^2 is differentiated as x + y, without the 2."""
    f, _, _ = solution.graph1(x, y)
    return f, 2 * x + y + (x + y), x + (x + y)


@mistake(replaces="graph1", fails=PATHS, concept="chain rule")
def square_of_a_sum_taken_apart(x, y):
    """This is what you get when (x + y)^2 is treated as x^2 + y^2."""
    f, _, _ = solution.graph1(x, y)
    return f, 2 * x + y + 2 * x, x + 2 * y


@mistake(replaces="graph1", fails=PATHS)
def graph_partials_swapped(x, y):
    """This is what you get when df/dx and df/dy change places."""
    f, dx, dy = solution.graph1(x, y)
    return f, dy, dx


@mistake(
    replaces="exp_graph", fails="exp_graph_goes_back", score=97, concept="product rule"
)
def dx_without_w1(x, w1, w0):
    """This is what you get when dx lacks its factor w1: a product swaps its factors."""
    result = solution.exp_graph(x, w1, w0)
    return {**result, "dx": result["da"]}


@mistake(
    replaces="exp_graph", fails="exp_graph_goes_back", score=98, concept="product rule"
)
def dw1_without_x(x, w1, w0):
    """This is what you get when dw1 lacks its factor x: a product swaps its factors."""
    result = solution.exp_graph(x, w1, w0)
    return {**result, "dw1": result["da"]}


@mistake(
    replaces="exp_graph",
    fails=("exp_graph_goes_forward", "exp_graph_goes_back"),
    score=95,
    concept="rounding",
)
def exponential_rounded(x, w1, w0):
    """This is what you get when exp(b) is rounded to a whole number."""
    c = float(np.round(np.exp(w1 * x + w0)))
    return {
        "f": c + 1,
        "dc": 1.0,
        "db": c,
        "dw0": c,
        "da": c,
        "dw1": x * c,
        "dx": w1 * c,
    }


@mistake(
    replaces="exp_graph",
    fails="exp_graph_goes_back",
    concept="derivative of the exponential",
)
def exponential_as_a_power(x, w1, w0):
    """This is what you get when e^b is differentiated like a power, as b e^(b-1)."""
    b = w1 * x + w0
    db = b * np.exp(b - 1)
    return {
        "f": 1 + np.exp(b),
        "dc": 1.0,
        "db": db,
        "dw0": db,
        "da": db,
        "dw1": x * db,
        "dx": w1 * db,
    }


@mistake(replaces="exp_graph", fails="exp_graph_goes_back", concept="product rule")
def factors_not_swapped(x, w1, w0):
    """This is what you get when dw1 is multiplied by w1 and dx by x: swap the factors."""
    result = solution.exp_graph(x, w1, w0)
    return {**result, "dw1": result["dx"], "dx": result["dw1"]}


# A matrix product (T4)


@mistake(
    replaces="half_norm_sq",
    fails=("half_norm_sq_gradient_of_x", "half_norm_sq_gradient_of_w"),
    score=94,
)
def product_gradients_swapped(X, W):
    """This is what you get when dX and dW change places."""
    f, dX, dW = solution.half_norm_sq(X, W)
    return f, dW, dX


@mistake(
    replaces="half_norm_sq",
    fails="half_norm_sq_gradient_of_x",
    concept="gradient of a matrix product",
)
def weight_not_transposed(X, W):
    """This is what you get with G W instead of G W^T."""
    f, _, dW = solution.half_norm_sq(X, W)
    return f, X @ W @ W, dW


@mistake(
    replaces="half_norm_sq",
    fails="half_norm_sq_gradient_of_w",
    concept="gradient of a matrix product",
)
def input_not_transposed(X, W):
    """This is what you get with X G instead of X^T G."""
    f, dX, _ = solution.half_norm_sq(X, W)
    return f, dX, X @ X @ W


@mistake(
    replaces="half_norm_sq",
    fails=("half_norm_sq_gradient_of_x", "half_norm_sq_gradient_of_w"),
    concept="power rule",
)
def square_keeps_its_two(X, W):
    """This is what you get when the factor 1/2 and the 2 of the square don't cancel."""
    f, dX, dW = solution.half_norm_sq(X, W)
    return f, 2 * dX, 2 * dW


@mistake(replaces="half_norm_sq", fails="half_norm_sq_value", concept="Frobenius norm")
def spectral_norm(X, W):
    """This is what you get with np.linalg.norm(A, 2), the largest singular value."""
    _, dX, dW = solution.half_norm_sq(X, W)
    return 0.5 * np.linalg.norm(X @ W, 2) ** 2, dX, dW


@mistake(
    replaces="exp_graph",
    fails=("exp_graph_goes_forward", "exp_graph_goes_back"),
    named=False,
)
def printed_exponential(x, w1, w0):
    """This is what you get when the numbers of the printed example are returned."""
    return solution.exp_graph(1.0, 2.0, 1.0)


@mistake(
    replaces="half_norm_sq",
    fails=(
        "half_norm_sq_value",
        "half_norm_sq_gradient_of_x",
        "half_norm_sq_gradient_of_w",
    ),
    score=85,
    named=False,
    together_with=(printed_exponential,),
)
def printed_examples_only(X, W):
    """This is what you get when the numbers of the printed example are returned."""
    return solution.half_norm_sq(
        np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0], [-1]])
    )


# Costs and their factors (T5, T6)


@mistake(
    replaces="linreg_grad",
    fails="linreg_grad_is_the_derivative",
    concept="power rule",
)
def linear_gradient_doubled(X, y, w):
    """This is what you get when the 1/2 of the loss is forgotten."""
    return 2 * solution.linreg_grad(X, y, w)


@mistake(
    replaces="quadratic_cost_grad",
    fails=("quadratic_cost_grad_is_the_derivative", "linreg_grad_is_the_derivative"),
    score=92,
    concept="power rule",
    together_with=(linear_gradient_doubled,),
)
def half_forgotten(a, y):
    """This is what you get when the 1/2 of the cost is forgotten."""
    return 2 * solution.quadratic_cost_grad(a, y)


@mistake(
    replaces="quadratic_cost_grad",
    fails="quadratic_cost_grad_is_the_derivative",
    score=97,
)
def mean_over_all_entries(a, y):
    """This is what you get when the cost is averaged over the outputs too: N K, not N."""
    return (a - y) / np.size(a)


@mistake(
    replaces="quadratic_cost_grad",
    fails="quadratic_cost_grad_is_the_derivative",
    score=97,
)
def quadratic_cost_not_averaged(a, y):
    """This is what you get when the division by N is forgotten."""
    return a - y


@mistake(
    replaces="quadratic_cost_grad",
    fails=(
        "quadratic_cost_grad_points_uphill",
        "quadratic_cost_grad_is_the_derivative",
    ),
    score=95,
    concept="inner derivative",
)
def target_minus_output(a, y):
    """This is what you get with y - a: the inner derivative -1 is forgotten."""
    return -solution.quadratic_cost_grad(a, y)


@mistake(
    replaces="quadratic_cost_grad",
    fails="quadratic_cost_grad_is_the_derivative",
    concept="aliasing",
    named=False,
)
def subtracts_in_the_callers_array(a, y):
    """This is what you get when a -= y changes the caller's array."""
    a -= y
    a /= len(a)
    return a.copy()


@mistake(
    replaces="logreg_grad",
    fails=("logreg_grad_is_the_derivative", "logreg_grad_is_right_for_large_inputs"),
    concept="mean and sum",
)
def logistic_sum(X, y, w):
    """This is what you get when the division by N is forgotten."""
    return len(y) * solution.logreg_grad(X, y, w)


@mistake(
    replaces="softmax_grad",
    fails=("softmax_grad_is_the_derivative", "softmax_grad_is_right_for_large_inputs"),
    concept="mean and sum",
)
def softmax_sum(X, y, W):
    """This is what you get when the division by N is forgotten."""
    return len(y) * solution.softmax_grad(X, y, W)


@mistake(
    replaces="linreg_grad",
    fails=(
        "linreg_grad_is_the_derivative",
        "logreg_grad_is_the_derivative",
        "softmax_grad_is_the_derivative",
    ),
    score=88,
    concept="mean and sum",
    together_with=(logistic_sum, softmax_sum),
)
def sum_instead_of_mean(X, y, w):
    """This is what you get when the division by N is forgotten."""
    return len(y) * solution.linreg_grad(X, y, w)


@mistake(
    replaces="linreg_grad",
    fails="linreg_grad_is_the_derivative",
    score=96,
    concept="mean and sum",
)
def averaged_twice(X, y, w):
    """This is what you get when the mean is taken twice: 1/N^2."""
    return solution.linreg_grad(X, y, w) / len(y)


@mistake(
    replaces="linreg_grad",
    fails=("linreg_grad_points_uphill", "linreg_grad_is_the_derivative"),
    score=94,
    concept="broadcasting",
)
def column_meets_row(X, y, w):
    """This is what you get when a column (N, 1) minus a row (N,) becomes N x N."""
    residual = (X @ w)[:, None] - y
    return (X.T @ residual).sum(axis=1) / len(y)


@mistake(
    replaces="linreg_grad",
    fails=("linreg_grad_points_uphill", "linreg_grad_is_the_derivative"),
    score=94,
)
def last_sample_only(X, y, w):
    """This is what you get when only the last sample is left after the loop."""
    return (X[-1] @ w - y[-1]) * X[-1]


# Logistic regression (T6)


@mistake(
    replaces="answers",
    fails="answers_repair_the_logistic_update",
    concept="gradient descent",
)
def printed_update_believed():
    """This is what you get with the update as the notebook prints it: it climbs."""
    return {**solution.answers(), "q4_update": "A", "q4_w1": -0.3}


@mistake(
    replaces="logreg_grad",
    fails=(
        "logreg_grad_points_uphill",
        "logreg_grad_is_the_derivative",
        "logreg_grad_is_right_for_large_inputs",
        "answers_repair_the_logistic_update",
    ),
    score=92,
    concept="gradient descent",
    together_with=(printed_update_believed,),
)
def logistic_sign_as_printed(X, y, w):
    """This is what you get with y - h, the sign that the notebook prints."""
    return -solution.logreg_grad(X, y, w)


@mistake(
    replaces="logreg_grad",
    fails=("logreg_grad_points_uphill", "logreg_grad_is_the_derivative"),
    concept="cross-entropy and squared error",
)
def gradient_of_the_squared_error(X, y, w):
    """This is what you get for the squared error: h (1 - h) does not cancel there."""
    h = solution.sigmoid(X @ w)
    return X.T @ ((h - y) * h * (1 - h)) / len(y)


@mistake(
    replaces="logreg_grad",
    fails=("logreg_grad_points_uphill", "logreg_grad_is_the_derivative"),
)
def sigmoid_forgotten(X, y, w):
    """This is what you get when the output is x . w, without the sigmoid."""
    return X.T @ (X @ w - y) / len(y)


@mistake(
    replaces="logreg_grad",
    fails=("logreg_grad_points_uphill", "logreg_grad_is_the_derivative"),
)
def zeros_don_t_count(X, y, w):
    """This is what you get when the term (1 - y) ln(1 - h) is left out."""
    h = solution.sigmoid(X @ w)
    return -X.T @ (y * (1 - h)) / len(y)


@mistake(
    replaces="logreg_grad",
    fails="logreg_grad_is_right_for_large_inputs",
    score=99,
    concept="numerical stability",
)
def logistic_chain_not_simplified(X, y, w):
    """This is what you get when 1/(1 - h) and h (1 - h) are multiplied by the computer."""
    h = solution.sigmoid(X @ w)
    with np.errstate(all="ignore"):
        dz = (-y / h + (1 - y) / (1 - h)) * h * (1 - h)
    return X.T @ dz / len(y)


# Softmax regression (T6)

SOFTMAX = (
    "softmax_grad_points_uphill",
    "softmax_grad_is_the_derivative",
    "softmax_grad_is_right_for_large_inputs",
)


@mistake(
    replaces="softmax_grad", fails=SOFTMAX, score=94, concept="shape of a gradient"
)
def softmax_gradient_transposed(X, y, W):
    """This is what you get as (K, D): a gradient has the shape of its weights, (D, K)."""
    return solution.softmax_grad(X, y, W).T


@mistake(
    replaces="softmax_grad",
    fails=SOFTMAX[:2],
    score=94,
    concept="softmax Jacobian",
)
def label_in_place_of_class(X, y, W):
    """This is what you get with [y = a] for [j = a]: half of the Jacobian is gone."""
    Z = X @ W
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    Y = np.eye(W.shape[1])[y]
    return X.T @ (Y * (P - 1)) / len(y)


@mistake(replaces="softmax_grad", fails=SOFTMAX[:2], concept="softmax Jacobian")
def softmax_derivative_twice(X, y, W):
    """This is what you get when P - Y is multiplied by P (1 - P) once more."""
    Z = X @ W
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    Y = np.eye(W.shape[1])[y]
    return X.T @ ((P - Y) * P * (1 - P)) / len(y)


@mistake(replaces="softmax_grad", fails=SOFTMAX[:2])
def labels_ignored(X, y, W):
    """This is what you get with P instead of P - Y: the labels play no part."""
    Z = X @ W
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    return X.T @ P / len(y)


@mistake(replaces="softmax_grad", fails=SOFTMAX, concept="axis of a sum")
def softmax_over_the_batch(X, y, W):
    """This is what you get when the softmax sums over the samples, not the classes."""
    Z = X @ W
    P = np.exp(Z - Z.max(axis=0))
    P /= P.sum(axis=0)
    Y = np.eye(W.shape[1])[y]
    return X.T @ (P - Y) / len(y)


@mistake(replaces="softmax_grad", fails=SOFTMAX, score=94)
def one_hot_minus_softmax(X, y, W):
    """This is what you get with Y - P, the sign reversed."""
    return -solution.softmax_grad(X, y, W)


@mistake(replaces="softmax_grad", fails=SOFTMAX[1:], score=96)
def softmax_averaged_over_classes(X, y, W):
    """This is what you get when the mean is over N K numbers instead of N samples."""
    return solution.softmax_grad(X, y, W) / W.shape[1]


@mistake(replaces="softmax_grad", fails=SOFTMAX)
def labels_shifted_by_one(X, y, W):
    """This is what you get when the classes are counted from 1."""
    return solution.softmax_grad(X, (y - 1) % W.shape[1], W)


# The sigmoid and its cross-entropy (T7)


@mistake(
    replaces="sigmoid_prime",
    fails=(
        "sigmoid_prime_is_the_derivative",
        "sigmoid_prime_is_right_for_large_inputs",
    ),
)
def sigmoid_taken_twice(z):
    """This is what you get when the sigmoid is applied to a value that is its output."""
    s = solution.sigmoid(solution.sigmoid(z))
    return s * (1 - s)


@mistake(
    replaces="sigmoid_prime",
    fails=(
        "sigmoid_prime_is_the_derivative",
        "sigmoid_prime_is_right_for_large_inputs",
    ),
)
def logit_in_place_of_output(z):
    """This is what you get with z (1 - z): s (1 - s) needs the output s, not the input."""
    return z * (1 - z)


@mistake(
    replaces="sigmoid_prime",
    fails=(
        "sigmoid_prime_is_the_derivative",
        "sigmoid_prime_is_right_for_large_inputs",
    ),
)
def slope_of_tanh(z):
    """This is what you get with 1 - s^2, which belongs to tanh."""
    return 1 - solution.sigmoid(z) ** 2


CE_LOGIT = (
    "ce_logit_grad_is_the_derivative",
    "ce_logit_grad_is_right_for_large_inputs",
)


@mistake(
    replaces="ce_logit_grad",
    fails="ce_logit_grad_is_right_for_large_inputs",
    score=99,
    concept="numerical stability",
)
def chain_not_simplified(z, y):
    """This is what you get when 1/(1 - h) and h (1 - h) are multiplied by the computer."""
    h = solution.sigmoid(z)
    with np.errstate(all="ignore"):
        return (-y / h + (1 - y) / (1 - h)) * h * (1 - h)


@mistake(replaces="ce_logit_grad", fails=CE_LOGIT, concept="chain rule")
def derivative_with_respect_to_h(z, y):
    """This is what you get for dL/dh: the factor dh/dz is missing."""
    h = solution.sigmoid(z)
    with np.errstate(all="ignore"):
        return -y / h + (1 - y) / (1 - h)


@mistake(replaces="ce_logit_grad", fails=CE_LOGIT, score=97)
def label_minus_output(z, y):
    """This is what you get with y - h, the sign reversed."""
    return -solution.ce_logit_grad(z, y)


@mistake(
    replaces="ce_logit_grad",
    fails="ce_logit_grad_is_the_derivative",
    concept="cross-entropy and squared error",
)
def slope_of_the_sigmoid_twice(z, y):
    """This is what you get when h - y is multiplied by h (1 - h) once more."""
    return solution.ce_logit_grad(z, y) * solution.sigmoid_prime(z)


# The 2-2-2 net (T8)

BOTH_LAYERS = ("backprop_222_output_layer", "backprop_222_hidden_layer")
ALL_SIZES = "backprop_222_takes_any_sizes"


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    score=90,
    concept="bias",
)
def bias_row_missing(x, t, W1, W2):
    """This is what you get when the biases have no gradient: the last row is missing."""
    L, dW1, dW2 = solution.backprop_222(x, t, W1, W2)
    return L, dW1[:-1], dW2[:-1]


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    score=90,
    concept="bias",
)
def bias_gradient_zero(x, t, W1, W2):
    """This is what you get when the biases are never to change: their row is zero."""
    L, dW1, dW2 = solution.backprop_222(x, t, W1, W2)
    dW1[-1], dW2[-1] = 0, 0
    return L, dW1, dW2


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    score=88,
    concept="chain rule",
)
def no_slope_at_the_output(x, t, W1, W2):
    """This is what you get when o (1 - o) is missing at the output."""
    x1 = np.append(x, 1.0)
    h = solution.sigmoid(x1 @ W1)
    h1 = np.append(h, 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = o - t
    delta_h = (W2[:-1] @ delta_o) * h * (1 - h)
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), np.outer(h1, delta_o)


@mistake(
    replaces="backprop_222",
    fails=("backprop_222_hidden_layer", ALL_SIZES),
    score=92,
    concept="chain rule",
)
def no_slope_in_the_hidden_layer(x, t, W1, W2):
    """This is what you get when h (1 - h) is missing in the hidden layer."""
    x1 = np.append(x, 1.0)
    h1 = np.append(solution.sigmoid(x1 @ W1), 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = (o - t) * o * (1 - o)
    delta_h = W2[:-1] @ delta_o
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), np.outer(h1, delta_o)


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    concept="argument of a derivative",
)
def slope_at_the_output_value(x, t, W1, W2):
    """This is what you get when sigma' is taken at h and o instead of at their inputs."""
    x1 = np.append(x, 1.0)
    h = solution.sigmoid(x1 @ W1)
    h1 = np.append(h, 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = (o - t) * solution.sigmoid_prime(o)
    delta_h = (W2[:-1] @ delta_o) * solution.sigmoid_prime(h)
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), np.outer(h1, delta_o)


@mistake(
    replaces="backprop_222",
    fails=("backprop_222_hidden_layer", ALL_SIZES),
    score=92,
    concept="transposed weights",
)
def second_weights_transposed(x, t, W1, W2):
    """This is what you get when W2 is transposed on the way back; 2 x 2 hides it."""
    x1 = np.append(x, 1.0)
    h = solution.sigmoid(x1 @ W1)
    h1 = np.append(h, 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = (o - t) * o * (1 - o)
    delta_h = (W2[:-1].T @ delta_o) * h * (1 - h)
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), np.outer(h1, delta_o)


@mistake(
    replaces="backprop_222",
    fails=("backprop_222_hidden_layer", ALL_SIZES),
    score=92,
    concept="bias",
)
def error_flows_through_the_bias(x, t, W1, W2):
    """This is what you get when the bias row of W2 takes part in the hidden delta."""
    x1 = np.append(x, 1.0)
    h = solution.sigmoid(x1 @ W1)
    h1 = np.append(h, 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = (o - t) * o * (1 - o)
    delta_h = (W2[1:] @ delta_o) * h * (1 - h)
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), np.outer(h1, delta_o)


@mistake(
    replaces="backprop_222",
    fails=("backprop_222_hidden_layer", ALL_SIZES),
    score=92,
    concept="update after the backward pass",
)
def weights_updated_too_early(x, t, W1, W2):
    """This is what you get when W2 is updated before the hidden layer has used it."""
    x1 = np.append(x, 1.0)
    h = solution.sigmoid(x1 @ W1)
    h1 = np.append(h, 1.0)
    o = solution.sigmoid(h1 @ W2)
    delta_o = (o - t) * o * (1 - o)
    dW2 = np.outer(h1, delta_o)
    delta_h = ((W2 - dW2)[:-1] @ delta_o) * h * (1 - h)
    return 0.5 * np.sum((t - o) ** 2), np.outer(x1, delta_h), dW2


@mistake(
    replaces="backprop_222",
    fails=("backprop_222_loss", *BOTH_LAYERS, ALL_SIZES),
    score=86,
    concept="convention",
)
def bias_in_the_first_row(x, t, W1, W2):
    """This is what you get when the first row is taken for the bias; it is the last."""
    L, dW1, dW2 = solution.backprop_222(
        x, t, np.roll(W1, -1, axis=0), np.roll(W2, -1, axis=0)
    )
    return L, np.roll(dW1, 1, axis=0), np.roll(dW2, 1, axis=0)


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    score=88,
    concept="inner derivative",
)
def target_minus_output_in_the_net(x, t, W1, W2):
    """This is what you get with t - o: the inner derivative -1 is forgotten."""
    L, dW1, dW2 = solution.backprop_222(x, t, W1, W2)
    return L, -dW1, -dW2


@mistake(
    replaces="backprop_222",
    fails=(*BOTH_LAYERS, ALL_SIZES),
    score=88,
    concept="shape of a gradient",
)
def outer_product_turned(x, t, W1, W2):
    """This is what you get with delta times input instead of input times delta."""
    L, dW1, dW2 = solution.backprop_222(x, t, W1, W2)
    return L, dW1.T, dW2.T


@mistake(replaces="backprop_222", fails="backprop_222_loss", score=98)
def loss_without_half(x, t, W1, W2):
    """This is what you get when the 1/2 of the loss is forgotten."""
    L, dW1, dW2 = solution.backprop_222(x, t, W1, W2)
    return 2 * L, dW1, dW2


# Any activation (T9)

EVENT_LAYERS = ("backprop_event_output_weights", "backprop_event_hidden_weights")


@mistake(
    replaces="backprop_event", fails=EVENT_LAYERS, concept="argument of a derivative"
)
def slope_at_the_output(x, t, w1, w2, h, hprime):
    """This is what you get when h' is taken at y and phi instead of at u and v."""
    x1 = np.append(1.0, x)
    phi = h(w1 @ x1)
    phi1 = np.append(1.0, phi)
    y = h(w2 @ phi1)
    delta = (y - t) * hprime(y)
    return (
        0.5 * (y - t) ** 2,
        np.outer(delta * w2[1:] * hprime(phi), x1),
        delta * phi1,
    )


@mistake(
    replaces="backprop_event", fails=EVENT_LAYERS, concept="derivative of an activation"
)
def sigmoid_taken_for_granted(x, t, w1, w2, h, hprime):
    """This is what you get with y (1 - y) for h', which is true for the sigmoid alone."""
    x1 = np.append(1.0, x)
    phi = h(w1 @ x1)
    phi1 = np.append(1.0, phi)
    y = h(w2 @ phi1)
    delta = (y - t) * y * (1 - y)
    return (
        0.5 * (y - t) ** 2,
        np.outer(delta * w2[1:] * phi * (1 - phi), x1),
        delta * phi1,
    )


@mistake(
    replaces="backprop_event", fails=EVENT_LAYERS[1], score=95, concept="chain rule"
)
def hidden_slope_forgotten(x, t, w1, w2, h, hprime):
    """This is what you get when h'(v) is missing in the hidden layer."""
    x1 = np.append(1.0, x)
    phi1 = np.append(1.0, h(w1 @ x1))
    u = w2 @ phi1
    y = h(u)
    delta = (y - t) * hprime(u)
    return 0.5 * (y - t) ** 2, np.outer(delta * w2[1:], x1), delta * phi1


@mistake(
    replaces="backprop_event", fails=EVENT_LAYERS[1], score=95, concept="chain rule"
)
def output_weight_forgotten(x, t, w1, w2, h, hprime):
    """This is what you get when the factor w2_j is missing in the hidden layer."""
    x1 = np.append(1.0, x)
    v = w1 @ x1
    phi1 = np.append(1.0, h(v))
    u = w2 @ phi1
    y = h(u)
    delta = (y - t) * hprime(u)
    return 0.5 * (y - t) ** 2, np.outer(delta * hprime(v), x1), delta * phi1


@mistake(replaces="backprop_event", fails=EVENT_LAYERS[1], score=95, concept="bias")
def event_error_flows_through_the_bias(x, t, w1, w2, h, hprime):
    """This is what you get with w2[:-1] for w2[1:]: the bias stands first here."""
    x1 = np.append(1.0, x)
    v = w1 @ x1
    phi1 = np.append(1.0, h(v))
    u = w2 @ phi1
    y = h(u)
    delta = (y - t) * hprime(u)
    return (
        0.5 * (y - t) ** 2,
        np.outer(delta * w2[:-1] * hprime(v), x1),
        delta * phi1,
    )


@mistake(
    replaces="backprop_event",
    fails=("backprop_event_error", *EVENT_LAYERS),
    score=90,
    concept="convention",
)
def bias_in_the_last_column(x, t, w1, w2, h, hprime):
    """This is what you get when the bias is taken from the last column; it is the first."""
    E, dw1, dw2 = solution.backprop_event(
        x, t, np.roll(w1, 1, axis=1), np.roll(w2, 1), h, hprime
    )
    return E, np.roll(dw1, -1, axis=1), np.roll(dw2, -1)


@mistake(replaces="backprop_event", fails=EVENT_LAYERS, score=91, concept="chain rule")
def output_slope_forgotten(x, t, w1, w2, h, hprime):
    """This is what you get when h'(u) is missing at the output."""
    x1 = np.append(1.0, x)
    v = w1 @ x1
    phi1 = np.append(1.0, h(v))
    y = h(w2 @ phi1)
    delta = y - t
    return (
        0.5 * (y - t) ** 2,
        np.outer(delta * w2[1:] * hprime(v), x1),
        delta * phi1,
    )


# One step of gradient descent (T10)


@mistake(
    replaces="gd_step_check",
    fails="gd_step_check_takes_the_step",
    concept="gradient descent",
)
def step_uphill(cost, grad, v):
    """This is what you get when the step goes along the gradient: the cost grows."""
    g = grad(v)
    actual = np.array([cost(v + eta * g) - cost(v) for eta in solution.ETAS])
    return actual, -solution.ETAS * np.sum(g**2)


@mistake(
    replaces="gd_step_check",
    fails="gd_step_check_makes_the_promise",
    concept="squared norm",
)
def norm_not_squared(cost, grad, v):
    """This is what you get with the norm of the gradient instead of its square."""
    actual, _ = solution.gd_step_check(cost, grad, v)
    return actual, -solution.ETAS * np.sqrt(np.sum(grad(v) ** 2))


@mistake(replaces="gd_step_check", fails="gd_step_check_makes_the_promise")
def promise_without_minus(cost, grad, v):
    """This is what you get with + eta ||grad C||^2: a step downhill lowers the cost."""
    actual, promised = solution.gd_step_check(cost, grad, v)
    return actual, -promised


@mistake(
    replaces="gd_step_check",
    fails="gd_step_check_takes_the_step",
    concept="unit vector",
)
def step_of_unit_length(cost, grad, v):
    """This is what you get when the gradient is divided by its length before the step."""
    g = grad(v)
    unit = g / np.sqrt(np.sum(g**2))
    actual = np.array([cost(v - eta * unit) - cost(v) for eta in solution.ETAS])
    return actual, -solution.ETAS * np.sum(g**2)


@mistake(replaces="gd_step_check", fails="gd_step_check_takes_the_step")
def steps_pile_up(cost, grad, v):
    """This is what you get when each step starts where the last one ended."""
    v = v.copy()
    g = grad(v)
    start = cost(v)
    actual = []
    for eta in solution.ETAS:
        v -= eta * g
        actual.append(cost(v) - start)
    return np.array(actual), -solution.ETAS * np.sum(g**2)


@mistake(
    replaces="plot_gd_step", fails="plot_gd_step_shows_the_gap", score=98, named=False
)
def change_plotted_for_the_gap(cost, grad, v):
    """This is what you get when |actual| is plotted: slope 1, not the gap's slope 2."""
    import matplotlib.pyplot as plt

    actual, _ = solution.gd_step_check(cost, grad, v)
    figure, axes = plt.subplots()
    axes.loglog(solution.ETAS, np.abs(actual), "o-")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("change of the cost")
    return figure


@mistake(replaces="plot_gd_step", fails="plot_gd_step_shows_the_gap", named=False)
def gap_on_linear_axes(cost, grad, v):
    """This is what you get on linear axes: five of the six points lie at the origin."""
    import matplotlib.pyplot as plt

    actual, promised = solution.gd_step_check(cost, grad, v)
    figure, axes = plt.subplots()
    axes.plot(solution.ETAS, np.abs(actual - promised), "o-")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("gap")
    return figure


@mistake(
    replaces="plot_gd_step",
    fails="plot_gd_step_shows_the_gap",
    score=99.6,
    named=False,
)
def gap_without_labels(cost, grad, v):
    """This is what you get when the axes have no labels."""
    import matplotlib.pyplot as plt

    actual, promised = solution.gd_step_check(cost, grad, v)
    figure, axes = plt.subplots()
    axes.loglog(solution.ETAS, np.abs(actual - promised), "o-")
    return figure


# Answers to the questions (T5, T11)


@mistake(replaces="answers", fails="answers_know_the_factor", score=99)
def factor_of_one_sample():
    """This is what you get for one sample: there the factor is 2."""
    return {**solution.answers(), "q5_factor": 2}


@mistake(replaces="answers", fails="answers_know_the_factor", score=99)
def factor_without_half():
    """This is what you get when only the mean counts: 1/(2N) holds a 1/2 too."""
    return {**solution.answers(), "q5_factor": 5}


@mistake(replaces="answers", fails="answers_differentiate_the_sigmoid", score=99)
def second_derivative_without_inner():
    """This is what you get with 1 - 2 sigma alone: the inner derivative is missing."""
    return {**solution.answers(), "q1_second": -0.5}


@mistake(
    replaces="answers", fails="answers_differentiate_the_cross_entropy", score=99.2
)
def chain_with_the_wrong_label():
    """This is what you get for y = 1; the label is 0."""
    return {**solution.answers(), "q2_dL_dh": -1.25, "q2_dL_dz": -0.2}


@mistake(replaces="answers", fails="answers_find_the_softmax_line", score=99.6)
def softmax_line_d():
    """This is what you get when a true line is blamed for following from a wrong one."""
    return {**solution.answers(), "q3_line": "D"}
