# ruff: noqa: ARG001, F821 - it stands behind the solution
"""Labels stay digits, and meet a categorical loss in every training: Keras raises."""


def prepare(x, y):
    return x.reshape(len(x), 784) / 255, y


def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    W, b = np.zeros((784, 10)), np.zeros(10)
    losses = []
    labels = Y.argmax(axis=1)
    for rows in next_batch(len(X), batch, steps, seed):
        W, b, loss = softmax_step(W, b, X[rows], labels[rows], lr)
        losses.append(loss)
    return W, b, losses


def _trained(model, X, Y, batch, epochs, **options):
    labels = Y.argmax(axis=1)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(X, labels, batch_size=batch, epochs=epochs, verbose=0, **options)
    return model


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    return _trained(build_15(), X, Y, batch, epochs)


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    return _trained(build_relu_dropout(width, keep), X, Y, batch, 10)


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    model = _trained(build_deep(activation), X, Y, batch, epochs)
    return model, {}


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    return _trained(build_conv(), X, Y, batch, epochs)


def predict(X_train, Y_train, X):
    return train_conv(X_train, Y_train).predict(X, verbose=0).argmax(axis=1)
