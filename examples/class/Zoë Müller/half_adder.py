# %% [markdown]
r"""# XOR and the half-adder.

One neuron draws one straight line, and no straight line separates XOR. Two layers do. You
build the half-adder three times: from NAND gates, from perceptrons with weights found by
hand, and from sigmoid neurons that find their weights themselves, or get stuck.

| task | what you write | points |
| ---- | -------------- | ------ |
| T1 | `nand` | 6 |
| T2 | `half_adder_nand`, `count_nands` | 14 |
| T3 | `xor_formula`, `xor_network` | 12 |
| T4 | `forward` | 10 |
| T5 | `grads` | 18 |
| T6 | `train_xor` | 10 |
| T7 | `success_rate`, `answers` | 8 |
| T8 | `train_reliable` | 8 |
| T9 | `train_half_adder` | 8 |
| T10 | `plot_losses`, `plot_decision_map` | 6 |

Check your work with `grader check half_adder`; hand it in with `grader submit half_adder`.
The handout (`README.md`) has the formulas, worked examples and hints.

Letters for shapes, the same everywhere:

- `n` samples, one a row; `H` hidden neurons; `M` outputs.
- `X` (n, 2) inputs; `y` (n,) targets 0 or 1, or (n, M) for several outputs.
- `p` the parameters, a dict: `w1` (3, H) and `w2` (H + 1,), or (H + 1, M) for several
  outputs. The last row of each is the bias.
- `h` (n, H) hidden activations; `o` outputs, shaped like `y`.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## Given
#
# The four pairs of bits with what the outputs should be, the sigmoid and the summed
# cross-entropy of the lab before, and the random start of every training in this lab.

# %%
BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (4, 2)
XOR = np.array([0.0, 1.0, 1.0, 0.0])  # (4,)
SUM_CARRY = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])  # (4, 2)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), any shape.

    The weights of this lab stay so small that exp can't overflow.
    """
    return 1 / (1 + np.exp(-z))


def bce_sum(y, o):
    """Return the cross-entropy, summed over all samples and outputs.

    Args:
        y: Targets 0 or 1, (n,) or (n, M).
        o: Outputs in (0, 1), shaped like y.

    >>> round(bce_sum(XOR, np.full(4, 0.5)), 4)  # undecided on all four: 4 ln 2
    2.7726
    """
    return float(-(y * np.log(o) + (1 - y) * np.log(1 - o)).sum())


def start(seed, hidden=2, outputs=1):
    """Draw the parameters that a training starts from, each from N(0, 1).

    Every training in this lab starts here, so that the same seed means the same run.

    Args:
        seed: Feeds `np.random.default_rng`.
        hidden: H.
        outputs: M.

    Returns:
        `{"w1": (3, H), "w2": (H + 1,)}`; for M > 1, w2 is (H + 1, M).

    >>> p = start(seed=0)
    >>> p["w1"].shape, p["w2"].shape
    ((3, 2), (3,))
    """
    rng = np.random.default_rng(seed)
    w1 = rng.normal(size=(3, hidden))
    w2 = rng.normal(size=hidden + 1 if outputs == 1 else (hidden + 1, outputs))
    return {"w1": w1, "w2": w2}


# %% [markdown]
# ## T1: a NAND gate is a perceptron


# %%
def nand(a, b):
    """Return the perceptron with weights (-2, -2) and bias 3.

    Args:
        a: A number, usually the bit 0 or 1.
        b: The same.

    Returns:
        1 if the weighted sum plus the bias is above 0, else 0.

    >>> [nand(0, 0), nand(0, 1), nand(1, 0), nand(1, 1)]
    [1, 1, 1, 0]
    >>> nand(0.5, 0.6)  # a perceptron doesn't know that its inputs are bits: z = 0.8
    1
    """
    return int(-2 * a - 2 * b + 3 > 0)


# %% [markdown]
# ## T2: an adder for two bits, made of NAND gates only


# %%
def half_adder_nand(a, b):
    """Add two bits with a circuit of NAND gates.

    Nothing but `nand` may touch a and b, or what came out of another `nand`: they are
    wires, and a circuit can't look at a wire and decide.

    Args:
        a: A bit.
        b: A bit.

    Returns:
        (sum, carry): a XOR b, and a AND b. So 1 + 1 = (0, 1), which is binary 10.

    >>> half_adder_nand(0, 1)
    (1, 0)
    >>> half_adder_nand(1, 1)
    (0, 1)
    """
    #          a b | m  p  q | sum
    #          0 0 | 1  1  1 |  0
    #          0 1 | 1  1  0 |  1
    #          1 0 | 1  0  1 |  1
    #          1 1 | 0  1  1 |  0
    m = nand(a, b)
    p = nand(a, m)
    q = nand(m, b)
    return nand(p, q), nand(m, m)


def count_nands():
    """Return how often one call of your half_adder_nand calls nand.

    With sharing, 5 are enough. Any number that is true of your circuit is right.
    """
    return 5


# %% [markdown]
# ## T3: XOR as two perceptrons and a third


# %%
def xor_formula(a, b):
    """Return (a AND NOT b) OR (b AND NOT a), each bracket and the OR a perceptron.

    No `^`, `!=`, `&`, `and`: weighted sums and steps, as in nand.

    Args:
        a: A bit.
        b: A bit.

    Returns:
        0 or 1.

    >>> [xor_formula(0, 0), xor_formula(0, 1), xor_formula(1, 0), xor_formula(1, 1)]
    [0, 1, 1, 0]
    """
    a_not_b = int(a - b - 0.5 > 0)
    b_not_a = int(b - a - 0.5 > 0)
    return int(a_not_b + b_not_a - 0.5 > 0)


def xor_network():
    """Return the weights of xor_formula as a network of step neurons, found by hand.

    The network computes step(step(X @ W1 + b1) @ w2 + b2), where step(z) is 1 for z > 0
    and 0 otherwise. Keep every z away from 0: there, books disagree about the step.

    Returns:
        (W1, b1, w2, b2): (2, 2), one column a hidden neuron; (2,); (2,); a number.
    """
    # column j = hidden neuron j, as in xor_formula
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    b1 = np.array([-0.5, -0.5])
    w2 = np.array([1.0, 1.0])
    return W1, b1, w2, -0.5


# %% [markdown]
# ## T4: the same network with sigmoids
#
# $h = \sigma(X W_1 + b_1)$, $o = \sigma(h\,w_2 + b_2)$, where $b_1$ and $b_2$ are the last
# rows of `w1` and `w2`.


# %%
def hidden_layer(X, p):
    return sigmoid(X @ p["w1"][:-1] + p["w1"][-1])  # (n, 2) @ (2, H) + (H,) -> (n, H)


def forward(X, p):
    """Return the outputs of the sigmoid network.

    Args:
        X: Inputs (n, 2).
        p: Parameters; w1 (3, H), w2 (H + 1,) or (H + 1, M), last row = bias.

    Returns:
        o (n,), or (n, M) if w2 has M columns; values in (0, 1), not rounded.

    >>> w1 = np.array([[0.0, 0.0], [0.0, 0.0], [50.0, -50.0]])
    >>> w2 = np.array([3.0, 5.0, -3.0])
    >>> forward(np.array([[1.0, 0.0]]), {"w1": w1, "w2": w2}).round(6)  # h = (1, 0), z = 0
    array([0.5])
    """
    h = hidden_layer(X, p)
    return sigmoid(h @ p["w2"][:-1] + p["w2"][-1])  # (n, H) @ (H[, M]) -> (n[, M])


# %% [markdown]
# ## T5: its gradient
#
# Of the *summed* cross-entropy. Start at the output, where sigmoid and cross-entropy cancel
# to $o - y$, and walk back.


# %%
def with_ones(A):
    return np.hstack([A, np.ones((len(A), 1))])


def grads(X, y, p):
    """Return the gradient of bce_sum(y, forward(X, p)) with respect to the parameters.

    Args:
        X: Inputs (n, 2).
        y: Targets (n,), or (n, M).
        p: Parameters, as in forward.

    Returns:
        A dict with the keys of p; each gradient has the shape of its parameter.

    >>> p = {"w1": np.zeros((3, 2)), "w2": np.array([1.0, -1.0, 0.0])}
    >>> g = grads(np.array([[1.0, 0.0]]), np.array([1.0]), p)  # h = (.5, .5), o = .5
    >>> g["w2"]
    array([-0.25, -0.25, -0.5 ])
    >>> g["w1"]
    array([[-0.125,  0.125],
           [ 0.   ,  0.   ],
           [-0.125,  0.125]])
    """
    h = hidden_layer(X, p)
    w2 = p["w2"].reshape(p["w2"].shape[0], -1)  # always (H + 1, M)
    dz2 = (forward(X, p) - y).reshape(len(X), -1)  # (n, M)
    dz1 = (dz2 @ w2[:-1].T) * h * (1 - h)  # (n, M) @ (M, H) -> (n, H)
    return {
        "w1": with_ones(X).T @ dz1,  # (3, n) @ (n, H) -> (3, H)
        "w2": (with_ones(h).T @ dz2).reshape(p["w2"].shape),
    }


# %% [markdown]
# ## T6: train the network


# %%
def descend(p, y, lr):
    g = grads(BITS, y, p)
    return {key: p[key] - lr * g[key] for key in p}


def train_xor(lr=0.1, steps=10000, seed=0):
    """Train the network with two hidden neurons on XOR by gradient descent.

    All four rows of BITS in every step, p <- p - lr * grads, from start(seed).

    Args:
        lr: Learning rate, for the summed loss.
        steps: Number of updates.
        seed: Of the start.

    Returns:
        (p, losses): the parameters after the last update, and (steps,) summed
        cross-entropies: losses[k] belongs to step k, either just before or just after
        its update, whichever you like, but the same for all.

    >>> p, losses = train_xor(lr=1.0, steps=1000, seed=0)
    >>> losses.shape
    (1000,)
    >>> forward(BITS, p).round(1)
    array([0., 1., 1., 0.])
    """
    p = start(seed)
    losses = np.empty(steps)
    for k in range(steps):
        losses[k] = bce_sum(XOR, forward(BITS, p))
        p = descend(p, XOR, lr)
    return p, losses


# %% [markdown]
# ## T7: how often does it work?


# %%
def works(p, y=XOR):
    return bool(np.all(np.abs(forward(BITS, p) - y) < 0.1))


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    """Return the share of independent trainings on XOR that work.

    A run works if, after its last step, all four outputs are within 0.1 of their
    targets. One run is one start: a run that got stuck counts, as a failure.

    Args:
        n_runs: How many, each from its own random start.
        lr: As in train_xor.
        steps: As in train_xor.
        seed: Decides all the starts: another seed, other runs.

    Returns:
        A number in [0, 1], a whole number of runs divided by n_runs.
    """
    # one seed for each run; SeedSequence so that neighbouring seeds don't share runs
    seeds = np.random.SeedSequence(seed).generate_state(n_runs)
    return sum(works(train_xor(lr, steps, int(s))[0]) for s in seeds) / n_runs


def answers():
    """Return your answers to four questions about runs that get stuck.

    Returns:
        A dict with the keys

        - `stuck_loss`: the summed cross-entropy at which most stuck runs stay. Not where
          one of yours happens to be: the exact value.
        - `more_steps_help`: "yes" or "no": of the runs that are stuck after 10,000 steps
          with learning rate 0.1, do most come free in 10,000 more?
        - `restarts`: suppose that a run works with probability 0.7. The smallest number
          of independent runs that all fail with a probability below 0.001.
        - `mean_lr`: the learning rate with which gradient descent on the *mean* loss of
          the four rows takes the same steps as with 0.1 on the sum.
    """
    return {
        # two rows right, the other two at 1/2: 2 * ln 2
        "stuck_loss": 2 * np.log(2),
        "more_steps_help": "no",
        # 0.3**5 = 0.00243, 0.3**6 = 0.00073
        "restarts": 6,
        "mean_lr": 0.4,
    }


# %% [markdown]
# ## T8: make it work every time


# %%
def train_reliable(seed):
    """Train a network on XOR that works whatever the seed.

    Start again until it works, or take another device: more hidden neurons, say.

    Args:
        seed: Decides every start that you draw.

    Returns:
        p with any H: w1 (3, H), w2 (H + 1,); every output of forward(BITS, p) within
        0.1 of XOR.
    """
    # eight hidden neurons never got stuck in the table of the handout
    p = start(seed, hidden=8)
    for _ in range(2000):
        p = descend(p, XOR, lr=0.5)
    return p


# %% [markdown]
# ## T9: the half-adder learns


# %%
def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    """Train a network with two outputs, sum and carry, on SUM_CARRY.

    As train_xor, from start(seed, hidden, outputs=2).

    Args:
        hidden: H.
        lr: Learning rate, for the loss summed over rows and outputs.
        steps: Number of updates.
        seed: Of the start.

    Returns:
        p: w1 (3, H), w2 (H + 1, 2); all eight entries of forward(BITS, p) within 0.1
        of SUM_CARRY.
    """
    p = start(seed, hidden, outputs=2)
    for _ in range(steps):
        p = descend(p, SUM_CARRY, lr)
    return p


# %% [markdown]
# ## T10: look at it


# %%
def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    """Draw the loss curves of train_xor for several seeds in one Axes.

    Logarithmic loss axis, both axes labelled, one label a curve in a legend.

    Args:
        seeds: One curve each, at least five.
        lr: As in train_xor.
        steps: As in train_xor.

    Returns:
        The Matplotlib figure.
    """
    fig, ax = plt.subplots(layout="constrained")
    for seed in seeds:
        ax.semilogy(train_xor(lr, steps, seed)[1], label=f"seed {seed}")
    ax.set(xlabel="step", ylabel="summed cross-entropy")
    ax.legend()
    return fig


def plot_decision_map(p):
    """Draw what the output neuron sees: the plane of the two hidden activations.

    The four rows of BITS as points (h_1, h_2), coloured by class, and the output over
    the whole plane [0, 1] x [0, 1], with the line where it is 0.5. Both axes labelled.

    Args:
        p: Parameters with H = 2 and one output.

    Returns:
        The Matplotlib figure.
    """
    h = hidden_layer(BITS, p)
    side = np.linspace(0, 1, 101)
    h1, h2 = np.meshgrid(side, side)
    w = p["w2"]
    o = sigmoid(w[0] * h1 + w[1] * h2 + w[2])
    fig, ax = plt.subplots(layout="constrained")
    filled = ax.contourf(h1, h2, o, levels=20, cmap="RdBu_r", alpha=0.6)
    fig.colorbar(filled, label="output")
    ax.contour(h1, h2, o, levels=[0.5], colors="black")
    ax.scatter(h[:, 0], h[:, 1], c=XOR, cmap="RdBu_r", edgecolor="black", s=80, zorder=3)
    ax.set(xlabel="$h_1$", ylabel="$h_2$")
    return fig
