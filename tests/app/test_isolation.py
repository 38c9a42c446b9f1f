import sys

import pytest

from grader.app.isolation import best_confinement, best_isolation
from grader.errors import InfrastructureError
from grader.sandbox.offers import NAMESPACES, REQUIRED, Offers

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def machine(monkeypatch):
    """Pretend to be a machine that offers some layers."""

    def offering(*layers):
        offers = Offers(layers, refused="unshare: Operation not permitted")
        monkeypatch.setattr(Offers, "found", classmethod(lambda _: offers))
        monkeypatch.setattr("sys.platform", "linux")

    return offering


@pytest.mark.parametrize(
    ("layers", "best"),
    [
        pytest.param((*REQUIRED, *NAMESPACES), "strict", id="all"),
        pytest.param(REQUIRED, "landlock", id="no-namespaces"),
        pytest.param((*REQUIRED, "user_ns", "pid_ns"), "landlock", id="half-of-them"),
        pytest.param(NAMESPACES, "process", id="namespaces-alone"),
        pytest.param((), "process", id="nothing"),
    ],
)
def test_best_isolation_is_the_highest_that_lacks_nothing(machine, layers, best):
    machine(*layers)

    assert best_isolation() == best


def test_other_peoples_work_is_not_run_unconfined_unasked(machine):
    machine("rlimits", "no_new_privs", "seccomp")

    with pytest.raises(
        InfrastructureError, match=r"lacks landlock;.*--isolation process"
    ) as caught:
        best_confinement()

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("best", ["strict", "landlock"])
def test_what_confines_is_taken(machine, best):
    machine(*REQUIRED, *(NAMESPACES if best == "strict" else ()))

    assert best_confinement() == best


def test_elsewhere_than_on_linux_only_a_person_may_choose_to_run_it(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")

    assert best_isolation() == "process"
    with pytest.raises(InfrastructureError, match=r"darwin.*--isolation process"):
        best_confinement()


@LINUX
def test_offers_are_tried_not_guessed():
    found = Offers.found()

    assert "rlimits" in found.layers
    assert (found.refused == "") == ("user_ns" in found.layers)


def test_a_worker_that_says_nothing_is_our_problem_in_one_line(monkeypatch):
    monkeypatch.setattr(
        "grader.sandbox.offers.command", lambda _: [sys.executable, "-c", "boom"]
    )

    with pytest.raises(InfrastructureError, match="NameError"):
        Offers.found()
