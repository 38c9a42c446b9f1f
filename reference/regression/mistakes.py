"""What students get wrong in this lab, one mistake a function.

NOTES.md has the table of scores.
"""

import numpy as np

from grader.checks import mistake

from . import regression as solution


@mistake(
    replaces="make_line",
    fails="noise_has_its_sigma",
    score=97,
    concept="variance and standard deviation",
)
def noise_of_variance_sigma(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when sigma is taken for the variance of the noise."""
    return solution.make_line(n, lo, hi, k, b, np.sqrt(sigma), seed)


@mistake(
    replaces="make_line",
    fails="noise_has_its_sigma",
    score=97,
    concept="variance and standard deviation",
)
def noise_of_sigma_squared(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when NumPy's normal() is given sigma squared: it takes sigma."""
    return solution.make_line(n, lo, hi, k, b, sigma**2, seed)


@mistake(
    replaces="make_line", fails="x_is_uniform", score=94, concept="uniform numbers"
)
def x_between_0_and_1(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when X lies between 0 and 1, as the lecture's text says."""
    return solution.make_line(n, 0, 1, k, b, sigma, seed)


@mistake(replaces="make_line", fails="x_is_uniform", concept="arguments")
def range_ignored(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when X lies between 1 and 10 whatever lo and hi say."""
    return solution.make_line(n, 1, 10, k, b, sigma, seed)


@mistake(
    replaces="make_line", fails=("x_is_uniform", "noise_has_its_sigma"), named=False
)
def points_in_vectors(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when X and y are vectors (n,) where columns (n, 1) are asked."""
    X, y = solution.make_line(n, lo, hi, k, b, sigma, seed)
    return X[:, 0], y[:, 0]


@mistake(replaces="make_line", fails="noise_has_its_sigma", named=False)
def uniform_noise(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when the noise is uniform, with the right standard deviation."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(lo, hi, size=(n, 1))
    half = sigma * np.sqrt(3)
    return X, k * X + b + rng.uniform(-half, half, size=(n, 1))


@mistake(replaces="make_line", fails="x_is_uniform", named=False)
def line_seed_ignored(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """This is what you get when the same points are drawn whatever the seed."""
    return solution.make_line(n, lo, hi, k, b, sigma, 0)


@mistake(
    replaces="normal_equation",
    fails=("weights_are_of_least_squares", "equal_columns_are_no_obstacle"),
    score=92,
    concept="intercept",
)
def intercept_column_forgotten(X, y):
    """This is what you get without the column of ones: a line through the origin."""
    return np.linalg.lstsq(X, np.ravel(y), rcond=None)[0]


@mistake(
    replaces="normal_equation",
    fails="weights_are_of_least_squares",
    concept="intercept",
)
def intercept_last(X, y):
    """This is what you get when the column of ones comes last: the intercept is first."""
    return np.roll(solution.normal_equation(X, y), -1)


@mistake(
    replaces="normal_equation",
    fails="equal_columns_are_no_obstacle",
    score=97,
    concept="pseudo-inverse",
)
def inverse_of_singular(X, y):
    """This is what you get when A^T A is inverted, or solved for, where it has no inverse."""
    A = np.column_stack([np.ones(len(X)), X])
    return np.linalg.inv(A.T @ A) @ A.T @ np.ravel(y)


@mistake(
    replaces="normal_equation",
    fails="weights_are_of_least_squares",
    named=False,
    concept="array shapes",
)
def weights_in_a_column(X, y):
    """This is what you get when w is a column (d + 1, 1) where (d + 1,) is asked."""
    return solution.normal_equation(X, y).reshape(-1, 1)


@mistake(
    replaces="sgd_line",
    fails=("step_is_the_gradient_of_the_mean", "sgd_arrives_at_least_squares"),
    score=84,
    concept="learning rate",
)
def summed_over_the_batch(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get with the sum of the squares for their mean: it runs away."""
    return solution.sgd_line(X, y, lr * batch, steps, batch, seed, k0, b0)


@mistake(
    replaces="sgd_line",
    fails="step_is_the_gradient_of_the_mean",
    concept="chain rule",
)
def factor_2_forgotten(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get without the 2 that comes down from the square."""
    return solution.sgd_line(X, y, lr / 2, steps, batch, seed, k0, b0)


@mistake(
    replaces="sgd_line",
    fails=("step_is_the_gradient_of_the_mean", "sgd_arrives_at_least_squares"),
    concept="gradient descent",
)
def steps_uphill(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the gradient is added: the cost grows."""
    return solution.sgd_line(X, y, -lr, steps, batch, seed, k0, b0)


@mistake(
    replaces="sgd_line",
    fails=("step_is_the_gradient_of_the_mean", "sgd_arrives_at_least_squares"),
    concept="gradient of the intercept",
)
def intercept_never_moves(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when only the slope is updated."""
    rng = np.random.default_rng(seed)
    k, history = k0, []
    for step in range(1, steps + 1):
        rows = rng.integers(len(X), size=batch)
        residual = k * X[rows] + b0 - y[rows]
        k = k - lr * 2 * np.mean(residual * X[rows])
        if step % 50 == 0:
            history.append((k, b0))
    return float(k), float(b0), np.array(history).reshape(-1, 2)


@mistake(
    replaces="sgd_line",
    fails="step_is_the_gradient_of_the_mean",
    concept="arguments",
)
def start_ignored(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the start is (0, 0) whatever k0 and b0 say."""
    return solution.sgd_line(X, y, lr, steps, batch, seed)


@mistake(
    replaces="sgd_line",
    fails=("each_x_meets_its_own_y", "sgd_arrives_at_least_squares"),
    concept="gradient descent",
)
def formula_for_descent(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the normal equation stands in for the descent."""
    b, k = solution.normal_equation(X, y)
    return float(k), float(b), np.tile([k, b], (steps // 50, 1))


@mistake(
    replaces="sgd_line",
    fails="step_is_the_gradient_of_the_mean",
    concept="simultaneous update",
)
def slope_updated_first(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the new k is used for the gradient of b in the same step."""
    rng = np.random.default_rng(seed)
    k, b, history = float(k0), float(b0), []
    for step in range(1, steps + 1):
        rows = rng.integers(len(X), size=batch)
        x, target = X[rows], y[rows]
        k = k - lr * 2 * np.mean((k * x + b - target) * x)
        b = b - lr * 2 * np.mean(k * x + b - target)
        if step % 50 == 0:
            history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(
    replaces="sgd_line",
    fails=("batches_are_drawn_anew", "history_is_kept", "sgd_arrives_at_least_squares"),
    score=92,
    concept="epoch and step",
)
def epochs_for_steps(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when `steps` counts rows / batch as one: too few updates."""
    updates = steps // max(1, len(X) // batch)
    return solution.sgd_line(X, y, lr, updates, batch, seed, k0, b0)


@mistake(
    replaces="sgd_line",
    fails="batches_are_drawn_anew",
    score=94,
    concept="stochastic gradient descent",
)
def all_rows_in_every_step(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when each step uses all the data: no batch is drawn."""
    k, b, history = float(k0), float(b0), []
    for step in range(1, steps + 1):
        residual = k * X + b - y
        dk, db = 2 * np.mean(residual * X), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        if step % 50 == 0:
            history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(
    replaces="sgd_line",
    fails="batches_are_drawn_anew",
    concept="stochastic gradient descent",
)
def same_batch_in_every_step(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the batch is drawn once, before the loop."""
    rows = np.random.default_rng(seed).permutation(len(X))[:batch]
    k, b, history = float(k0), float(b0), []
    for step in range(1, steps + 1):
        residual = k * X[rows] + b - y[rows]
        dk, db = 2 * np.mean(residual * X[rows]), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        if step % 50 == 0:
            history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(replaces="sgd_line", fails="batches_are_drawn_anew", named=False)
def batches_without_the_seed(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the same batches are drawn whatever the seed."""
    return solution.sgd_line(X, y, lr, steps, batch, 0, k0, b0)


@mistake(replaces="sgd_line", fails="history_is_kept", concept="bookkeeping")
def history_of_every_step(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the history holds every step, not every fiftieth."""
    rng = np.random.default_rng(seed)
    k, b, history = float(k0), float(b0), []
    for _ in range(steps):
        rows = rng.integers(len(X), size=batch)
        residual = k * X[rows] + b - y[rows]
        dk, db = 2 * np.mean(residual * X[rows]), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(replaces="sgd_line", fails="history_is_kept", concept="bookkeeping")
def history_from_step_0(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """This is what you get when the history begins before the first step."""
    rng = np.random.default_rng(seed)
    k, b, history = float(k0), float(b0), []
    for step in range(steps):
        if step % 50 == 0:
            history.append((k, b))
        rows = rng.integers(len(X), size=batch)
        residual = k * X[rows] + b - y[rows]
        dk, db = 2 * np.mean(residual * X[rows]), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(
    replaces="rss",
    fails="rss_sums_squares",
    concept="broadcasting",
)
def rss_of_all_pairs(y, yhat):
    """This is what you get when (n,) - (n, 1) becomes a table of all pairs, (n, n)."""
    return float(np.sum((y - yhat) ** 2))


@mistake(replaces="mse", fails="mse_is_their_mean", concept="broadcasting")
def mse_of_all_pairs(y, yhat):
    """This is what you get when (n,) - (n, 1) becomes a table: the mean of all pairs."""
    return float(np.mean((y - yhat) ** 2))


@mistake(replaces="r2", fails="r2_is_the_explained_share", concept="broadcasting")
def r2_of_all_pairs(y, yhat):
    """This is what you get when (n,) - (n, 1) becomes a table of all pairs in R squared."""
    return float(1 - np.sum((y - yhat) ** 2) / np.sum((y - np.mean(y)) ** 2))


@mistake(
    replaces="sgd_line",
    fails=(
        "each_x_meets_its_own_y",
        "sgd_arrives_at_least_squares",
        "rss_sums_squares",
        "mse_is_their_mean",
        "r2_is_the_explained_share",
    ),
    score=78,
    concept="broadcasting",
    together_with=(rss_of_all_pairs, mse_of_all_pairs, r2_of_all_pairs),
)
def every_row_against_every_row(
    X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0
):
    """This is what you get when predictions (n,) minus targets (n, 1) become (n, n)."""
    rng = np.random.default_rng(seed)
    k, b, history = float(k0), float(b0), []
    for step in range(1, steps + 1):
        rows = rng.integers(len(X), size=batch)
        x = X[rows, 0]
        residual = k * x + b - y[rows]
        dk, db = 2 * np.mean(residual * x), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        if step % 50 == 0:
            history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)


@mistake(
    replaces="gd_line",
    fails="gd_line_follows_the_gradient",
    score=93,
    concept="chain rule",
)
def gradient_of_half_the_cost(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get with the gradient of the notebook's text, which has a 1/2."""
    return solution.gd_line(x, y, a0, b0, lr / 2, epochs, keep)


@mistake(
    replaces="gd_line", fails="gd_line_follows_the_gradient", concept="gradient descent"
)
def gd_steps_uphill(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the gradient is added in gd_line: the cost grows."""
    with np.errstate(all="ignore"):
        return solution.gd_line(x, y, a0, b0, -lr, epochs, keep)


@mistake(
    replaces="gd_line",
    fails="gd_line_follows_the_gradient",
    concept="simultaneous update",
)
def gd_slope_updated_first(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the new a is used for the gradient of b in one epoch."""
    a, b = a0, b0
    snapshots, costs = {}, np.zeros(epochs + 1)
    for epoch in range(epochs + 1):
        costs[epoch] = np.mean((a * x + b - y) ** 2)
        if epoch in keep:
            snapshots[epoch] = (a, b)
        a = a - lr * 2 * np.mean((a * x + b - y) * x)
        b = b - lr * 2 * np.mean(a * x + b - y)
    return snapshots, costs


@mistake(replaces="gd_line", fails="costs_are_mean_squares", concept="cost function")
def half_of_the_cost(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the cost has the 1/2 of the notebook's text."""
    snapshots, costs = solution.gd_line(x, y, a0, b0, lr, epochs, keep)
    return snapshots, costs / 2


@mistake(replaces="gd_line", fails="costs_are_mean_squares", concept="cost function")
def summed_cost(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the cost is the sum of the squares, not their mean."""
    snapshots, costs = solution.gd_line(x, y, a0, b0, lr, epochs, keep)
    return snapshots, costs * len(x)


@mistake(replaces="gd_line", fails="costs_are_mean_squares", concept="bookkeeping")
def cost_after_the_update(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the cost is taken after the update: costs[i] is the next."""
    snapshots, _ = solution.gd_line(x, y, a0, b0, lr, epochs, keep)
    _, costs = solution.gd_line(x, y, a0, b0, lr, epochs + 1, keep)
    return snapshots, costs[1:]


@mistake(
    replaces="gd_line",
    fails=(
        "gd_line_follows_the_gradient",
        "costs_are_mean_squares",
        "snapshots_are_those_asked_for",
    ),
    concept="bookkeeping",
)
def line_kept_after_the_update(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when the line is kept after the update: epoch 0 is no start."""
    later = [epoch + 1 for epoch in keep]
    snapshots, costs = solution.gd_line(x, y, a0, b0, lr, epochs + 1, later)
    return {epoch - 1: line for epoch, line in snapshots.items()}, costs[:-1]


@mistake(replaces="gd_line", fails="snapshots_are_those_asked_for", named=False)
def every_epoch_kept(
    x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)
):
    """This is what you get when all epochs are kept, whatever keep says."""
    return solution.gd_line(x, y, a0, b0, lr, epochs, range(epochs + 1))


@mistake(
    replaces="max_stable_lr",
    fails="limit_is_two_over_the_curvature",
    concept="Hessian",
)
def hessian_without_its_2(X):
    """This is what you get when the Hessian is (1/n) A^T A: the 2 of the square is missing."""
    return 2 * solution.max_stable_lr(X)


@mistake(
    replaces="max_stable_lr",
    fails="limit_is_two_over_the_curvature",
    concept="largest stable step",
)
def one_over_the_curvature(X):
    """This is what you get with 1 / eigenvalue: it jumps to the valley's floor, not across."""
    return solution.max_stable_lr(X) / 2


@mistake(
    replaces="max_stable_lr",
    fails="limit_is_two_over_the_curvature",
    concept="Hessian",
)
def hessian_not_averaged(X):
    """This is what you get when the Hessian is that of the sum: the 1/n is missing."""
    return solution.max_stable_lr(X) / len(X)


@mistake(
    replaces="max_stable_lr",
    fails="limit_is_two_over_the_curvature",
    concept="eigenvalues",
)
def flattest_direction(X):
    """This is what you get with the smallest eigenvalue: the steepest direction decides."""
    A = np.column_stack([np.ones(len(X)), X])
    return float(2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A)[0])


@mistake(
    replaces="max_stable_lr",
    fails="limit_is_two_over_the_curvature",
    concept="intercept",
)
def curvature_without_intercept(X):
    """This is what you get without the column of ones in the Hessian."""
    return float(2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1])


@mistake(
    replaces="answers",
    fails="answers_about_the_learning_rate",
    concept="learning rate and scale of the cost",
)
def limit_follows_the_cost():
    """This is what you get when the limit is thought to grow with the cost: it shrinks."""
    return {"above_limit": "grows", "half_cost": 0.5, "sum_of_100": 100}


@mistake(replaces="mse", fails="mse_is_their_mean", concept="mean squared error")
def mse_with_n_minus_1(y, yhat):
    """This is what you get when the sum of squares is divided by n - 1."""
    return solution.rss(y, yhat) / (np.size(y) - 1)


@mistake(replaces="mse", fails="mse_is_their_mean", concept="mean squared error")
def mse_halved(y, yhat):
    """This is what you get when the 1/2 of the notebook's cost is in the error, too."""
    return solution.rss(y, yhat) / np.size(y) / 2


@mistake(
    replaces="r2",
    fails="r2_is_the_explained_share",
    concept="coefficient of determination",
)
def r2_of_correlation(y, yhat):
    """This is what you get with the squared correlation: it forgives scale and offset."""
    return float(np.corrcoef(np.ravel(y), np.ravel(yhat))[0, 1] ** 2)


@mistake(
    replaces="r2",
    fails="r2_is_the_explained_share",
    concept="coefficient of determination",
)
def unexplained_share(y, yhat):
    """This is what you get when the 1 - ... is forgotten: the share not explained."""
    return 1 - solution.r2(y, yhat)


@mistake(
    replaces="make_sine", fails="sine_points_are_about_the_sine", concept="radians"
)
def pi_forgotten(N=100, sigma=0.25, seed=0):
    """This is what you get with sin(x) for sin(pi x): a sixth of a period."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(N, 1))
    return X, np.sin(X) + rng.normal(0, sigma, size=(N, 1))


@mistake(
    replaces="predict_sine", fails="outputs_are_sums_of_sigmoids", concept="activation"
)
def linear_hidden_layer(p, X):
    """This is what you get when the hidden layer has no sigmoid: a straight line."""
    return (X @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


@mistake(
    replaces="train_sine",
    fails=(
        "outputs_are_sums_of_sigmoids",
        "sine_net_takes_gradient_steps",
        "sine_is_learned",
    ),
    score=86,
    concept="activation",
    together_with=(linear_hidden_layer,),
)
def trained_with_linear_hidden_layer(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """This is what you get when the net is trained without its sigmoids: a straight line."""
    rng = np.random.default_rng(seed)
    w1, b1 = rng.normal(size=(1, hidden)), rng.normal(size=hidden)
    w2, b2 = rng.normal(size=(hidden, 1)), rng.normal(size=1)
    for _ in range(steps):
        h = X @ w1 + b1
        do = 2 * (h @ w2 + b2 - Y) / len(X)
        dz = do @ w2.T
        dw2, db2 = h.T @ do, do.sum(axis=0)
        w1, b1 = w1 - lr * X.T @ dz, b1 - lr * dz.sum(axis=0)
        w2, b2 = w2 - lr * dw2, b2 - lr * db2
    return {"w1": w1, "b1": b1, "w2": w2, "b2": b2}


@mistake(
    replaces="predict_sine",
    fails="outputs_are_sums_of_sigmoids",
    concept="output layer",
)
def sigmoid_at_the_output(p, X):
    """This is what you get with a sigmoid at the output: it can't be negative."""
    return 1 / (1 + np.exp(-solution.predict_sine(p, X)))


@mistake(
    replaces="predict_sine", fails="outputs_are_sums_of_sigmoids", concept="activation"
)
def tanh_for_sigmoid(p, X):
    """This is what you get with tanh for the sigmoid in predict_sine."""
    return np.tanh(X @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


@mistake(
    replaces="train_sine",
    fails=("sine_net_takes_gradient_steps", "sine_is_learned"),
    score=88,
    concept="hidden neurons",
)
def one_hidden_neuron(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """This is what you get with one hidden neuron, whatever `hidden` says."""
    return solution.train_sine(X, Y, 1, lr, steps, seed)


@mistake(
    replaces="train_sine",
    fails="sine_net_takes_gradient_steps",
    concept="mean squared error",
)
def sine_gradient_of_half_the_cost(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """This is what you get when train_sine's gradient lacks the 2 of the square."""
    return solution.train_sine(X, Y, hidden, lr / 2, steps, seed)


@mistake(
    replaces="train_sine",
    fails=("sine_net_takes_gradient_steps", "sine_is_learned"),
    concept="mean squared error",
)
def sine_gradient_summed(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """This is what you get when train_sine's gradient is summed over the rows: it runs away."""
    with np.errstate(all="ignore"):
        return solution.train_sine(X, Y, hidden, lr * len(X), steps, seed)


@mistake(
    replaces="train_sine",
    fails="sine_net_takes_gradient_steps",
    concept="back-propagation",
)
def hidden_slope_forgotten(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """This is what you get without the sigmoid's slope h(1-h) in the hidden gradient."""
    rng = np.random.default_rng(seed)
    w1, b1 = rng.normal(size=(1, hidden)), rng.normal(size=hidden)
    w2, b2 = rng.normal(size=(hidden, 1)), rng.normal(size=1)
    for _ in range(steps):
        h = 1 / (1 + np.exp(-(X @ w1 + b1)))
        do = 2 * (h @ w2 + b2 - Y) / len(X)
        dz = do @ w2.T
        dw2, db2 = h.T @ do, do.sum(axis=0)
        w1, b1 = w1 - lr * X.T @ dz, b1 - lr * dz.sum(axis=0)
        w2, b2 = w2 - lr * dw2, b2 - lr * db2
    return {"w1": w1, "b1": b1, "w2": w2, "b2": b2}


@mistake(
    replaces="sine_errors",
    fails="errors_are_of_data_and_truth",
    score=97,
    concept="test error",
)
def data_taken_for_truth(p, X, Y):
    """This is what you get when the error on the noisy data is given for the true one."""
    train, _ = solution.sine_errors(p, X, Y)
    return train, train


@mistake(
    replaces="sine_errors", fails="errors_are_of_data_and_truth", concept="test error"
)
def truth_at_the_data_only(p, X, Y):
    """This is what you get when the truth is compared at the data's x, not on the grid."""
    train, _ = solution.sine_errors(p, X, Y)
    return train, solution.mse(np.sin(np.pi * X), solution.predict_sine(p, X))


@mistake(replaces="fit_quadratic2", fails="quadratic_is_fitted", concept="features")
def features_not_squared(x1, x2, y):
    """This is what you get with x1 and x2 as features where their squares are asked."""
    c, a, b = solution.normal_equation(np.column_stack([x1, x2]), y)
    return float(a), float(b), float(c)


@mistake(replaces="fit_quadratic2", fails="quadratic_is_fitted", concept="intercept")
def quadratic_without_c(x1, x2, y):
    """This is what you get without the column of ones: c is 0."""
    a, b = np.linalg.lstsq(np.column_stack([x1**2, x2**2]), y, rcond=None)[0]
    return float(a), float(b), 0.0


@mistake(replaces="fit_quadratic2", fails="quadratic_is_fitted", concept="intercept")
def c_comes_first(x1, x2, y):
    """This is what you get when normal_equation's order, intercept first, is returned."""
    a, b, c = solution.fit_quadratic2(x1, x2, y)
    return c, a, b


@mistake(
    replaces="sgd_line_tf",
    fails=("tensorflow_2_is_used", "tf_line_fits"),
    score=94,
    concept="TensorFlow 2",
)
def tensorflow_1(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    """This is what you get with the lecture's listing under tf.compat.v1: TF 1 it is."""
    import tensorflow.compat.v1 as tf

    rng = np.random.default_rng(seed)
    with tf.Graph().as_default(), tf.Session() as sess:
        X_in = tf.placeholder(tf.float32, (batch, 1))
        y_in = tf.placeholder(tf.float32, (batch, 1))
        k = tf.Variable(tf.zeros([1, 1]))
        b = tf.Variable(tf.zeros([1]))
        loss = tf.reduce_mean((tf.matmul(X_in, k) + b - y_in) ** 2)
        train = tf.train.GradientDescentOptimizer(lr).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for _ in range(steps):
            rows = rng.integers(len(X), size=batch)
            sess.run(train, feed_dict={X_in: X[rows], y_in: y[rows]})
        return float(sess.run(k)[0, 0]), float(sess.run(b)[0])


@mistake(
    replaces="sgd_line_tf",
    fails=("tf_line_is_found_without_noise", "tf_line_fits"),
    concept="broadcasting",
)
def tf_rows_against_rows(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    """This is what you get when predictions (n, 1) minus targets (n,) become (n, n)."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    X, y = np.asarray(X, np.float32), np.asarray(y, np.float32)
    k, b = tf.Variable(1.0), tf.Variable(0.0)

    @tf.function
    def step(X_batch, y_batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((k * X_batch + b - y_batch) ** 2)
        dk, db = tape.gradient(loss, [k, b])
        k.assign_sub(lr * dk)
        b.assign_sub(lr * db)

    for _ in range(steps):
        rows = rng.integers(len(X), size=batch)
        step(X[rows], y[rows, 0])
    return float(k.numpy()), float(b.numpy())


@mistake(
    replaces="sgd_line_tf",
    fails=("tf_line_is_found_without_noise", "tf_line_fits"),
    concept="gradient descent",
)
def tf_formula_for_descent(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    """This is what you get when TensorFlow's lstsq stands in for the descent."""
    import tensorflow as tf

    A = tf.Variable(np.column_stack([X[:, 0], np.ones(len(X))]))
    k, b = tf.linalg.lstsq(A, tf.constant(y)).numpy()[:, 0]
    return float(k), float(b)


@mistake(
    replaces="sgd_line_tf",
    fails=("tf_line_is_found_without_noise", "tf_line_fits"),
    concept="intercept",
)
def tf_bias_forgotten(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    """This is what you get when the tape's gradient is asked for k alone: b stays 0."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    X, y = np.asarray(X, np.float32), np.asarray(y, np.float32)
    k, b = tf.Variable(1.0), tf.Variable(0.0)

    @tf.function
    def step(X_batch, y_batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((k * X_batch + b - y_batch) ** 2)
        k.assign_sub(lr * tape.gradient(loss, k))

    for _ in range(steps):
        rows = rng.integers(len(X), size=batch)
        step(X[rows], y[rows])
    return float(k.numpy()), float(b.numpy())


@mistake(
    replaces="plot_snapshots",
    fails="snapshots_and_cost_are_drawn",
    score=97,
    named=False,
)
def cost_curve_missing(x, y, epochs, lines, costs):
    """This is what you get when the panel of the cost is missing."""
    fig = solution.plot_snapshots(x, y, epochs, lines, costs)
    fig.delaxes(fig.axes[5])
    return fig


@mistake(replaces="plot_snapshots", fails="snapshots_and_cost_are_drawn", named=False)
def panels_without_titles(x, y, epochs, lines, costs):
    """This is what you get when the panels don't say which epoch they show."""
    fig = solution.plot_snapshots(x, y, epochs, lines, costs)
    for axes in fig.axes[:5]:
        axes.set_title("")
    return fig


@mistake(replaces="plot_snapshots", fails="snapshots_and_cost_are_drawn", named=False)
def last_line_in_all_panels(x, y, epochs, lines, costs):
    """This is what you get when every panel shows the line of the last epoch."""
    return solution.plot_snapshots(x, y, epochs, [lines[-1]] * 5, costs)


@mistake(replaces="plot_history", fails="history_is_drawn", named=False)
def least_squares_swapped(history, w):
    """This is what you get when w is read slope first: k's line is at b's height."""
    return solution.plot_history(history, np.array([w[1], w[0]]))


@mistake(replaces="plot_history", fails="history_is_drawn", named=False)
def history_against_its_index(history, w):
    """This is what you get when the x axis counts rows of history, not steps."""
    fig = solution.plot_history(history, w)
    for axes in fig.axes:
        line = axes.lines[0]
        line.set_xdata(np.arange(len(history)))
        axes.relim()
        axes.autoscale()
    return fig


@mistake(replaces="plot_sine", fails="sine_is_drawn", named=False)
def truth_not_drawn(X, Y, p):
    """This is what you get when the true sine is missing."""
    fig = solution.plot_sine(X, Y, p)
    fig.axes[0].lines[0].remove()
    fig.axes[0].legend()
    return fig


@mistake(replaces="plot_sine", fails="sine_is_drawn", named=False)
def prediction_at_the_data_only(X, Y, p):
    """This is what you get when the prediction is drawn unsorted at the data's x."""
    fig = solution.plot_sine(X, Y, p)
    fig.axes[0].lines[1].set_data(X[:, 0], solution.predict_sine(p, X)[:, 0] + 0.3)
    return fig
