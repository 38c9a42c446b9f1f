# ruff: noqa: F821, ARG001 - it stands behind the solution
"""Every number of the lab is typed in; nothing is trained."""

NUMBERS = {
    "loss": np.exp(-np.arange(60) / 5).tolist(),
    "accuracy": np.linspace(0.6, 1.0, 60).tolist(),
    "val_loss": (0.5 + 0.01 * np.abs(np.arange(60) - 9)).tolist(),
    "val_accuracy": np.linspace(0.6, 0.844, 60).tolist(),
}


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    return build_big(width), NUMBERS


with_dropout = with_l2 = with_early_stopping = with_small_net = train_overfit


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    return build_big(width), NUMBERS


def gap(history):
    return 0.156


def best_epoch(history):
    return 10


def rise(history):
    return 1.21


def misclassified(history):
    return np.linspace(0.4, 0, 60), np.linspace(0.4, 0.156, 60)


def plot_history(history):
    fig, ax = plt.subplots()
    ax.plot(NUMBERS["loss"], label="training")
    ax.plot(NUMBERS["val_loss"], label="validation")
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
    return fig


def answers():
    return {"overfits": "A", "sign": "gap", "clean_dropout": "yes"}


def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    return [0.30, 0.22, 0.16, 0.13, 0.08, 0.05][: len(sizes)]


def plot_gaps(sizes, gaps):
    fig, ax = plt.subplots()
    ax.semilogx([100, 200, 500, 1000], [0.30, 0.22, 0.16, 0.13])
    ax.set(xlabel="images", ylabel="gap")
    return fig


def poly_rss(degrees, x, y, x_new, y_new):
    return [9.6, 3.4, 0.5, 0.4], [10.1, 4.0, 0.9, 0.8]


def plot_poly_rss(degrees, rss, rss_new):
    fig, ax = plt.subplots()
    ax.plot([0, 1, 2, 3], [9.6, 3.4, 0.5, 0.4], label="fit")
    return fig
