"""What the doctor finds, on this machine and on those that lack something."""

import sys

import pytest

from grader.app import doctor
from grader.app.isolation import best_isolation
from grader.errors import InfrastructureError
from grader.sandbox.offers import NAMESPACES, REQUIRED, Offers
from grader.sandbox.promises.nouns import Promise, Tried
from grader.sandbox.promises.table import PROMISES

CONFINING = ("rlimits", "no_new_privs", "landlock-abi7", "seccomp")


def finding(examination, name):
    (found,) = [each for each in examination.findings if each.name == name]
    return found


@pytest.fixture
def offering(monkeypatch):
    """Let the machine offer these layers."""
    monkeypatch.setattr("sys.platform", "linux")

    def offer(*layers, refused=""):
        found = Offers(tuple(layers), refused)
        monkeypatch.setattr(Offers, "found", classmethod(lambda _cls: found))
        return doctor.examine()

    return offer


def test_this_machine_gets_the_level_that_grading_gets():
    examination = doctor.examine()

    assert examination.isolation == best_isolation()
    assert finding(examination, "python").holds


def test_all_layers_make_strict(offering):
    examination = offering(*NAMESPACES, *CONFINING)

    assert examination.isolation == "strict"
    assert finding(examination, "isolation").says.startswith("strict: ")
    assert set(examination.layers) > {*NAMESPACES, *REQUIRED}


def test_without_namespaces_it_is_landlock_and_says_why(offering):
    examination = offering(*CONFINING, refused="[Errno 1] unshare: not permitted")
    namespaces = finding(examination, "namespaces")

    assert examination.isolation == "landlock"
    assert namespaces.holds is None
    assert "user_ns" in namespaces.says
    assert "unshare: not permitted" in namespaces.says
    assert namespaces.cure


@pytest.mark.parametrize("layer", ["landlock", "seccomp", "no_new_privs", "rlimits"])
def test_a_missing_layer_that_confines_is_a_failure_with_a_cure(offering, layer):
    rest = [each for each in CONFINING if each.split("-")[0] != layer]
    examination = offering(*NAMESPACES, *rest)
    missing = finding(examination, layer)

    assert examination.isolation == "process"
    assert (missing.holds, missing.says) == (False, "missing")
    assert missing.cure
    assert finding(examination, "isolation").holds is False


def test_a_worker_that_does_not_start_is_one_line(monkeypatch):
    def lost():
        raise InfrastructureError("the worker ended: ImportError: numpy")

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(Offers, "found", staticmethod(lost))
    examination = doctor.examine()

    assert examination.isolation is None
    assert finding(examination, "worker") == doctor.Finding(
        "worker", False, "the worker ended: ImportError: numpy", "see the message"
    )


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_than_on_linux_it_is_process_and_no_failure(monkeypatch, system):
    monkeypatch.setattr("sys.platform", system)
    examination = doctor.examine()

    assert examination.isolation == "process"
    assert finding(examination, "isolation").holds is None
    assert "Linux" in finding(examination, "isolation").cure


@pytest.mark.parametrize("level", ["process", "landlock", "strict"])
def test_each_promise_is_made_by_a_level_or_it_is_not(level):
    made, others = doctor.promised(level), doctor.not_promised(level)

    assert {*made, *others} == set(PROMISES)
    assert not {*made} & {*others}


def tried(name, happened):
    promise = Promise(name, "files", "says", lambda _trial: None, "cure")
    return Tried(promise, not happened, happened, 0.0)


def test_each_layer_is_left_out_and_then_all_of_them(monkeypatch):
    def fake(_promises, *, isolation, without=()):
        if without == ("no_new_privs",):
            raise InfrastructureError("nothing runs")
        yield tried("users", f"it read at {isolation}" if "landlock" in without else "")
        yield tried("fork", "it forked" if "seccomp" in without else "")

    layers = ("no_new_privs", "landlock", "seccomp")
    monkeypatch.setattr(doctor, "try_promises", fake)
    monkeypatch.setattr(doctor, "layers_in_force", lambda **_: layers)

    columns = list(doctor.layers_left_out("landlock"))

    assert columns == [
        doctor.Without("no_new_privs", {}, "nothing runs"),
        doctor.Without("landlock", {"users": "it read at landlock"}),
        doctor.Without("seccomp", {"fork": "it forked"}),
        doctor.Without("all", {"users": "it read at landlock", "fork": "it forked"}),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no layers")
def test_the_layers_in_force_are_those_of_a_live_worker(confined):
    assert confined is not None
    layers = doctor.layers_in_force(isolation="landlock")

    assert set(REQUIRED) <= set(layers)
