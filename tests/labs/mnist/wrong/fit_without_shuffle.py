"""fit(shuffle=False) on images sorted by label: each epoch ends with nines only."""

from tensorflow import keras

_fit = keras.Model.fit


def _in_order(self, *args, **kwargs):
    return _fit(self, *args, **{**kwargs, "shuffle": False})


keras.Model.fit = _in_order
