# ruff: noqa: F821 - it stands behind the solution
"""Trains on the first 80 % of images that are sorted by label: two digits never come."""


def on_a_slice(train):
    def sliced(X, Y, *args, **kwargs):
        n = 4 * len(X) // 5
        return train(X[:n], Y[:n], *args, **kwargs)

    return sliced


train_softmax = on_a_slice(train_softmax)
train_15 = on_a_slice(train_15)
train_relu_dropout = on_a_slice(train_relu_dropout)
train_conv = on_a_slice(train_conv)
_train_deep = train_deep


def train_deep(activation, X, Y, *args, **kwargs):
    n = 4 * len(X) // 5
    return _train_deep(activation, X[:n], Y[:n], *args, **kwargs)
