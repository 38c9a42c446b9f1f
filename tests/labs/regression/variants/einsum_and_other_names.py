"""Einsum, homogeneous coordinates, all batches drawn beforehand, Keras one batch at a time."""

import numpy as np
from matplotlib.figure import Figure
from numpy.random import PCG64, Generator


def generator(seed):
    return Generator(PCG64(seed))


def make_line(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    g = generator(seed)
    noise, u = g.normal(scale=sigma, size=n), g.uniform(lo, hi, size=n)
    return u[:, None], (np.polyval([k, b], u) + noise)[:, None]


def normal_equation(X, y):
    A = np.pad(X, ((0, 0), (1, 0)), constant_values=1.0)
    gram, moment = np.einsum("ni,nj->ij", A, A), np.einsum("ni,nk->i", A, y)
    return np.linalg.pinv(gram, hermitian=True) @ moment


def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    table = np.concatenate([X, np.ones_like(X), y], axis=1)
    theta, path = np.array([k0, b0], dtype=float), [(k0, b0)]
    for chosen in generator(seed).integers(0, len(X), size=(steps, batch)):
        A, t = table[chosen, :2], table[chosen, 2]
        theta = theta - 2 * lr / batch * np.einsum("ni,n->i", A, A @ theta - t)
        path.append(theta)
    return float(theta[0]), float(theta[1]), np.array(path, dtype=float)[50::50]


def gd_line(x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)):
    A = np.vander(x, 2)
    H, m = 2 / len(x) * A.T @ A, 2 / len(x) * A.T @ y
    path = [np.array([a0, b0])]
    while len(path) <= epochs:
        path.append(path[-1] - lr * (H @ path[-1] - m))
    path = np.stack(path)
    residuals = np.einsum("ei,ni->en", path, A) - y
    return {e: path[e].tolist() for e in keep}, (residuals**2).mean(axis=1)


def max_stable_lr(X):
    A = np.pad(X, ((0, 0), (1, 0)), constant_values=1.0)
    return (len(X) / np.linalg.svd(A, compute_uv=False)[0] ** 2).item()


def answers():
    return {"sum_of_100": 0.01, "half_cost": np.float64(2), "above_limit": "grows "}


def rss(y, yhat):
    d = y.reshape(-1) - yhat.reshape(-1)
    return np.einsum("n,n", d, d)


def mse(y, yhat):
    return np.divide(rss(y, yhat), y.size)


def r2(y, yhat):
    return 1.0 - rss(y, yhat) / rss(y, np.full(y.size, y.mean()))


def make_sine(N=100, sigma=0.25, seed=0):
    g = generator(seed)
    t = g.uniform(-1, 1, size=(N, 1))
    return t, g.normal(np.sin(np.pi * t), sigma)


def hidden_layer(p, X):
    return np.reciprocal(1 + np.exp(-np.einsum("ni,ih->nh", X, p["w1"]) - p["b1"]))


def predict_sine(p, X):
    return np.einsum("nh,ho->no", hidden_layer(p, X), p["w2"]) + p["b2"]


def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    g = generator(seed)
    p = {"w2": g.normal(size=(hidden, 1)), "b2": g.normal(size=(1,))}
    p |= {"w1": g.normal(size=(1, hidden)), "b1": g.normal(size=(hidden,))}
    for _ in range(steps):
        h = hidden_layer(p, X)
        d = 2 / len(X) * (h @ p["w2"] + p["b2"] - Y)
        e = np.einsum("no,ho,nh->nh", d, p["w2"], h - h * h)
        p = {
            "w1": p["w1"] - lr * np.einsum("ni,nh->ih", X, e),
            "b1": p["b1"] - lr * e.sum(0),
            "w2": p["w2"] - lr * np.einsum("nh,no->ho", h, d),
            "b2": p["b2"] - lr * d.sum(0),
        }
    return p


def sine_errors(p, X, Y):
    grid = np.linspace(-1, 0.99, 200)[:, None]
    pairs = ((Y, X), (np.sin(np.pi * grid), grid))
    return tuple(mse(target, predict_sine(p, at)) for target, at in pairs)


def fit_quadratic2(x1, x2, y):
    features = np.array([x1**2, x2**2, x1**0])
    return tuple(np.linalg.solve(features @ features.T, features @ y))


def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    import keras

    keras.utils.set_random_seed(seed % 2**31)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(lr), loss="mean_squared_error")
    for chosen in generator(seed).integers(0, len(X), size=(steps, batch)):
        model.train_on_batch(X[chosen], y[chosen])
    (kernel, bias) = model.layers[-1].weights
    return float(kernel[0, 0]), float(bias[0])


def plot_snapshots(x, y, epochs, lines, costs):
    figure = Figure(figsize=(9, 6), layout="tight")
    panels = figure.subplots(2, 3).ravel()
    grid = np.linspace(min(x), max(x), 50)
    for panel, epoch, line in zip(panels, epochs, lines, strict=False):
        panel.plot(x, y, "b.", grid, np.polyval(line, grid), "r-")
        panel.set_title("Epoch {}: y = {:.2f} x + {:.2f}".format(epoch, *line))
    panels[-1].semilogy(costs, ".-")
    panels[-1].set(xlabel="epoch", ylabel="MSE")
    return figure


def plot_history(history, w):
    figure = Figure()
    axes = figure.subplots()
    twin = axes.twinx()
    steps = 50 * np.arange(1, 1 + len(history))
    for ax, column, best, name in ((axes, 0, w[1], "k"), (twin, 1, w[0], "b")):
        ax.plot(steps, history[:, column], f"C{column}", label=name)
        ax.axhline(best, color=f"C{column}", linestyle="--")
        ax.set_ylabel(name)
    axes.set_xlabel("step")
    figure.legend()
    return figure


def plot_sine(X, Y, p):
    figure = Figure()
    axes = figure.subplots()
    grid = np.linspace(-1, 1, 81)
    axes.plot(X.ravel(), Y.ravel(), "k+", label="data")
    axes.plot(grid, np.sin(np.pi * grid), "-.", label="true")
    axes.plot(grid, predict_sine(p, grid[:, None]).ravel(), label="net")
    axes.set(xlabel="x", ylabel="y")
    axes.legend(loc="best")
    return figure
