import numpy as np
import pytest

from grader.data import SharedData, hidden_from_workers, mnist
from grader.data.mnist import embedded_file
from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.errors import LabError
from grader.sandbox.sandbox import Sandbox


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    monkeypatch.setenv("GRADER_MNIST", "embedded")


@pytest.fixture(params=["landlock", "process"])
def sandbox(request):
    if request.param == "landlock":
        request.getfixturevalue("confined")
    with Sandbox(isolation=request.param, data=["mnist"]) as sandbox:
        yield sandbox


def called(sandbox, submission, name, *args):
    with sandbox.session(submission, limits=Limits(), seed=1) as session:
        (reply,) = session.call([(name, args, {})])
        return reply.value


SHAPES = """
from grader.data import load_mnist

(x_train, y_train), (x_test, y_test) = load_mnist()

def loaded():
    return x_train, y_train, x_test, y_test
"""


def test_a_worker_loads_what_students_load_at_home(sandbox, submission_of):
    digits = mnist()

    got = called(sandbox, submission_of(SHAPES), "loaded")

    wanted = [digits.x_train, digits.y_train, digits.x_test, digits.y_test]
    assert [g.dtype == w.dtype for g, w in zip(got, wanted, strict=True)] == [True] * 4
    assert all(np.array_equal(g, w) for g, w in zip(got, wanted, strict=True))


READ = """
def read(path):
    with open(path, "rb") as file:
        return len(file.read())
"""


@pytest.mark.usefixtures("confined")
def test_a_confined_worker_cant_read_the_package_that_has_the_hidden_images(
    submission_of,
):
    with Sandbox(isolation="landlock", data=["mnist"]) as sandbox:
        code = submission_of(READ)
        with pytest.raises(CallFailed, match="PermissionError"):
            called(sandbox, code, "read", str(embedded_file()))

        # while the packages beside it are as readable as ever
        assert called(sandbox, code, "read", np.__file__) > 0


IMPORTS = """
def imports():
    import scipy.special, PIL.Image, sqlite3
    return float(scipy.special.expit(0.0))
"""


@pytest.mark.usefixtures("confined")
def test_a_worker_with_data_imports_other_packages(submission_of):
    with Sandbox(isolation="landlock", data=["mnist"]) as sandbox:
        assert called(sandbox, submission_of(IMPORTS), "imports") == 0.5


def test_no_file_of_the_workers_holds_a_hidden_image():
    with SharedData(["mnist"]) as shared:
        files = [path.name for path in shared.path.rglob("*")]
        with np.load(shared.path / "mnist.npz") as archive:  # noqa: TID251
            images = {image.tobytes() for x in archive.values() for image in x}

    assert files == ["mnist.npz"]
    assert not any(image.tobytes() in images for image in mnist().x_hidden)


def test_a_lab_without_data_is_told_so_by_load_mnist(plain, submission_of):
    code = "from grader.data import load_mnist\ndef f():\n    return load_mnist()"

    with pytest.raises(CallFailed, match="graded without MNIST"):
        called(plain, submission_of(code), "f")


def test_the_report_says_which_data_were_used(sandbox):
    assert sandbox.environment().data == (
        "5,000 images of MNIST (3,000 + 1,000 + 1,000 hidden)",
    )


def test_an_unknown_data_set_is_the_labs_fault():
    with pytest.raises(LabError, match="no data set 'cifar'"):
        SharedData(["cifar"])


def test_the_directory_goes_with_the_run():
    with SharedData(["mnist"]) as shared:
        path = shared.path

    assert not path.exists()


def test_where_nothing_is_installed_nothing_is_hidden(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    assert hidden_from_workers() == ()
