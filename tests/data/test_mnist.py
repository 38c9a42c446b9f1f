from pathlib import Path

import numpy as np
import pytest

from grader.data import load_mnist, mnist
from grader.data.mnist import embedded_file
from grader.errors import InfrastructureError


@pytest.fixture
def embedded(monkeypatch):
    monkeypatch.setenv("GRADER_MNIST", "embedded")
    return mnist()


def parts_of(digits):
    return [
        (digits.x_train, digits.y_train),
        (digits.x_test, digits.y_test),
        (digits.x_hidden, digits.y_hidden),
    ]


def test_every_part_of_the_embedded_set_has_all_digits_equally_often(embedded):
    counts = [np.bincount(y).tolist() for _, y in parts_of(embedded)]

    assert counts == [[300] * 10, [100] * 10, [100] * 10]


def test_the_parts_are_shuffled(embedded):
    # sorted labels change 9 times; 90 % of all neighbours differ after a shuffle
    changes = [np.count_nonzero(np.diff(y)) / len(y) for _, y in parts_of(embedded)]

    assert min(changes) > 0.8


def test_no_image_is_in_two_parts(embedded):
    images = [image.tobytes() for x, _ in parts_of(embedded) for image in x]

    assert len(images) == len(set(images)) == 5000


def test_images_keep_their_labels(embedded):
    rows = np.loadtxt(embedded_file(), delimiter=",", dtype=np.uint8)
    labels = {row[:-1].tobytes(): row[-1] for row in rows}

    for x, y in parts_of(embedded):
        assert [labels[image.tobytes()] for image in x] == y.tolist()


def test_images_are_bytes_in_which_the_background_is_0(embedded):
    x = embedded.x_train

    assert (x.dtype, x.shape) == (np.uint8, (3000, 28, 28))
    assert x.max() == 255
    assert np.count_nonzero(x[:, 0, :]) == 0


def test_two_processes_split_alike(embedded):
    mnist.__globals__["_read"].cache_clear()

    assert np.array_equal(mnist().x_hidden, embedded.x_hidden)


@pytest.mark.usefixtures("embedded")
def test_students_get_two_parts_which_they_may_change():
    (x_train, y_train), (x_test, y_test) = load_mnist()
    x_train[:] = 0

    assert (len(x_train), len(y_train), len(x_test), len(y_test)) == (
        *(3000, 3000),
        *(1000, 1000),
    )
    assert mnist().x_train.max() == 255


def test_the_shared_arrays_cant_be_changed(embedded):
    with pytest.raises(ValueError, match="read-only"):
        embedded.y_hidden[0] = 3


def test_a_named_file_is_the_full_set(keras_file, monkeypatch):
    monkeypatch.setenv("GRADER_MNIST", str(keras_file))

    digits = mnist()

    assert digits.source == "full"
    assert [len(y) for _, y in parts_of(digits)] == [55_000, 5_000, 20]
    assert digits.y_test.tolist() == (np.arange(55_000, 60_000) % 10).tolist()
    assert digits.described == "full MNIST (55,000 + 5,000 + 20 hidden)"


def test_kerass_cache_is_found(keras_file, monkeypatch, tmp_path):
    monkeypatch.delenv("GRADER_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    keras_file.rename(tmp_path / "keras" / "datasets" / "mnist.npz")

    assert mnist().source == "full"


def test_without_a_full_set_the_embedded_one_is_used(monkeypatch, tmp_path):
    monkeypatch.delenv("GRADER_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    assert mnist().source == "embedded"


def test_a_user_without_a_home_gets_the_embedded_one(monkeypatch):
    def homeless():
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("GRADER_MNIST", raising=False)
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)

    assert mnist().source == "embedded"


def test_a_named_file_that_is_not_there_is_no_reason_to_take_another(monkeypatch):
    monkeypatch.setenv("GRADER_MNIST", "nowhere.npz")

    with pytest.raises(InfrastructureError, match=r"nowhere\.npz is no Keras-layout"):
        mnist()


def objects(path):
    np.savez(path, x_train=np.array([{}]), y_train=0, x_test=0, y_test=0)


def text(path):
    path.write_text("no archive")


def other_arrays(path):
    np.savez(path, images=np.zeros(3))


def colours(path):
    x, y = np.zeros((70_000, 32, 32), np.uint8), np.zeros(70_000, np.uint8)
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)


@pytest.mark.parametrize("write", [objects, text, other_arrays, colours])
def test_a_file_of_another_kind_is_refused_in_one_line(write, monkeypatch, tmp_path):
    path = tmp_path / "other.npz"
    write(path)
    monkeypatch.setenv("GRADER_MNIST", str(path))

    with pytest.raises(InfrastructureError, match="no Keras-layout") as refusal:
        mnist()

    assert "\n" not in str(refusal.value)


def test_without_any_images_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setenv("GRADER_MNIST", "embedded")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(InfrastructureError, match=r"pip install 'grader\[tf\]'"):
        mnist()
