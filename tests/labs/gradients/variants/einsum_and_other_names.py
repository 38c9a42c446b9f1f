"""Einstein sums, helper functions, names in another language, logarithms drawn as values."""

import matplotlib.pyplot as plt
import numpy as np

SCHRITTE = [10.0**-k for k in range(1, 7)]


def _mit_eins(vektor, vorne=False):
    return np.r_[1.0, vektor] if vorne else np.r_[vektor, 1.0]


def _sig(z):
    return 0.5 * (1 + np.tanh(z / 2))


def numeric_grad(f, x, h=1e-5):
    def ableitung(ort, schritt):
        weg = np.zeros(np.shape(x))
        weg[ort] = schritt
        return (f(x + weg) - f(x - weg)) / (2 * schritt)

    steigung = np.zeros(np.shape(x))
    for ort, _ in np.ndenumerate(x):
        # Richardson: the error of order h^2 cancels
        steigung[ort] = (4 * ableitung(ort, h / 2) - ableitung(ort, h)) / 3
    return steigung


graph1 = lambda x, y: (  # noqa: E731
    x**2 + x * y + (x + y) ** 2,
    sum([2 * x, y, 2 * (x + y)]),
    sum([0, x, 2 * (x + y)]),
)


def exp_graph(x, w1, w0):
    e = np.exp(np.dot([w1, w0], [x, 1]))
    return (
        {"f": e + 1, "dc": 1}
        | dict.fromkeys(("db", "da", "dw0"), e)
        | {
            "dw1": e * x,
            "dx": e * w1,
        }
    )


def half_norm_sq(X, W):
    A = np.einsum("nd,dk->nk", X, W)
    return (
        np.einsum("nk,nk", A, A) / 2,
        np.einsum("nk,dk->nd", A, W),
        np.einsum("nd,nk->dk", X, A),
    )


def quadratic_cost_grad(a, y):
    return np.mean(a[None] - y[None], axis=0) / np.shape(a)[0]


def _mittel(X, fehler):
    return np.einsum("nd,n...->d...", X, fehler) / len(X)


def linreg_grad(X, y, w):
    return _mittel(X, np.einsum("nd,d->n", X, w) - y)


def logreg_grad(X, y, w):
    return _mittel(X, ce_logit_grad(np.einsum("nd,d->n", X, w), y))


def softmax_grad(X, y, W):
    z = np.einsum("nd,dk->nk", X, W)
    # log-sum-exp: P = exp(z - log sum exp z)
    P = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return _mittel(X, P - (np.arange(W.shape[1]) == y[:, None]))


def sigmoid_prime(z):
    return (1 - np.tanh(z / 2) ** 2) / 4


def ce_logit_grad(z, y):
    return np.where(y == 1, -_sig(-z), _sig(z))


def backprop_222(x, t, W1, W2):
    ein = _mit_eins(x)
    h = _sig(np.einsum("i,ij->j", ein, W1))
    o = _sig(np.einsum("j,jk->k", _mit_eins(h), W2))
    delta_o = np.einsum("k,k,k->k", o - t, o, 1 - o)
    delta_h = np.einsum("jk,k,j,j->j", W2[: len(h)], delta_o, h, 1 - h)
    return (
        np.einsum("k,k", o - t, o - t) / 2,
        np.einsum("i,j->ij", ein, delta_h),
        np.einsum("j,k->jk", _mit_eins(h), delta_o),
    )


def backprop_event(x, t, w1, w2, h, hprime):
    ein = _mit_eins(x, vorne=True)
    v = np.einsum("jk,k->j", w1, ein)
    phi = _mit_eins(h(v), vorne=True)
    u = np.dot(w2, phi)
    d = (h(u) - t) * hprime(u)
    return (
        (h(u) - t) ** 2 / 2,
        np.einsum(",j,j,k->jk", d, w2[1:], hprime(v), ein),
        d * phi,
    )


def gd_step_check(cost, grad, v):
    richtung = -grad(v)
    quadrat = float(np.einsum("i,i", richtung.ravel(), richtung.ravel()))
    wirklich = [cost(v + s * richtung) - cost(v) for s in SCHRITTE]
    return {"actual": wirklich, "promised": [-s * quadrat for s in SCHRITTE]}


def plot_gd_step(cost, grad, v):
    ergebnis = gd_step_check(cost, grad, v)
    luecke = np.subtract(ergebnis["actual"], ergebnis["promised"])
    bild = plt.figure()
    achsen = bild.add_subplot()
    achsen.plot(np.log10(SCHRITTE), np.log10(np.abs(luecke)), "k.-")
    achsen.set_xlabel("log10 Lernrate")
    achsen.set_ylabel("log10 Lücke")
    return achsen


def answers():
    antworten = {"q1_line": "B", "q3_line": "B", "q4_update": "C"}
    antworten |= {"q1_second": np.float64(-0.09375), "q2_dL_dh": np.array(5.0)}
    antworten |= {"q2_dh_dz": 4 / 25, "q2_dL_dz": 0.8, "q3_right": 0.4}
    return antworten | {"q3_printed": -0.0, "q4_w1": 3 / 10, "q5_factor": 10}
