"""Each promise holds where it is made, and each judge can see it broken.

The second half matters as much: a probe that never gets through anywhere proves nothing.
So each promise is broken once, by leaving layers out, by blinding the supervisor, or by
undoing what else keeps it.
"""

import contextlib
import functools
import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.app.isolation import best_isolation
from grader.errors import InfrastructureError
from grader.sandbox import conversation, launch, plain, printed, sandbox, watch, zygote
from grader.sandbox.promises import answers, resources
from grader.sandbox.promises import trial as trial_module
from grader.sandbox.promises.bait import Bait
from grader.sandbox.promises.nouns import Broken, Promise
from grader.sandbox.promises.probes import source
from grader.sandbox.promises.run import layers_in_force, try_promises
from grader.sandbox.promises.table import GROUPS, PROMISES
from grader.sandbox.promises.trial import Trial

# one process runs them all: a level is tried once
pytestmark = pytest.mark.xdist_group("promises")

RANKS = ("process", "landlock", "strict")
BY_NAME = {promise.name: promise for promise in PROMISES}
MADE = [
    pytest.param(level, name, id=f"{level}-{name}")
    for level in RANKS
    for name, promise in BY_NAME.items()
    if level in promise.levels
]
# what an ordinary user, or a container, is refused with no layer of ours
REFUSED_ANYWAY = {
    *("bpf", "debugger", "devices", "dump", "io-uring", "keys", "memory-of-others"),
    *("mount", "namespaces", "perf", "solutions", "special-files", "userfaultfd"),
}
# what only the supervisor holds once all layers are gone
SUPERVISED = ("memory", "more-memory", "disk", "threads")
# what no layer keeps, and what is seen once `undone` has taken away what does
UNDONE = {
    "loop": "it went on",
    "sleep": "it went on",
    "deaf": "it went on",
    "output": "it printed",
    "import-grader": "it imported",
    "environment": "it has the environment",
    "forgery": "an answer that answers nothing was believed",
    "expected": "an expected value is in the worker's memory",
    "state": "the worker beside it has .*, a file of it",
    "crash": "another worker ended with it",
    "directory-left": ".* was left in the temporary directory",
}
BARE = tuple(
    name for name in BY_NAME if name not in {*SUPERVISED, *UNDONE, "inherited"}
)
HELD_BY_SECCOMP = ("metadata", "fork", "udp", "unix", "datagram", "memfd", "locks")
HELD_BY_LANDLOCK = ("users", "teacher", "listing", "writing", "emptying", "dropping")


@functools.cache
def best():
    return best_isolation()


def needs(level):
    if RANKS.index(level) > RANKS.index(best()):
        pytest.skip(f"this machine offers {best()}, not {level}")


def happened(level, *names, without=()):
    """Return what became of some promises, by name; "" where one holds."""
    needs(level)
    tried = try_promises(
        [BY_NAME[name] for name in names], isolation=level, without=without
    )
    return {each.promise.name: each.happened for each in tried}


@functools.cache
def at_level(level):
    made = [name for name, promise in BY_NAME.items() if level in promise.levels]
    return happened(level, *made)


@functools.cache
def without_any_layer():
    needs("landlock")
    return happened("landlock", *BARE, without=layers_in_force(isolation="landlock"))


@pytest.mark.parametrize(("level", "name"), MADE)
def test_it_holds(level, name):
    needs(level)

    assert at_level(level)[name] == ""


@pytest.mark.parametrize("name", BARE)
def test_it_falls_without_any_layer(name):
    seen = without_any_layer()[name]

    if not seen and name in REFUSED_ANYWAY:
        pytest.skip("this machine refuses it even to unconfined code")
    assert seen
    assert "not shown" not in seen


@pytest.mark.parametrize(
    ("layer", "names"),
    [("seccomp", HELD_BY_SECCOMP), ("landlock", HELD_BY_LANDLOCK)],
)
def test_what_one_layer_holds_alone_falls_with_it(layer, names):
    seen = happened("landlock", *names, without=(layer,))

    assert [name for name in names if not seen[name].startswith("it ")] == (
        ["locks"] if "locks" in names else []
    )
    assert seen.get("locks", "everybody").startswith("everybody")


@pytest.mark.skipif(sys.platform != "linux", reason="the probes are Linux's")
def test_a_plain_process_keeps_none_of_these():
    names = ("users", "program", "tcp")

    seen = happened("process", *names)

    assert all(text.startswith("it ") for text in seen.values())


def test_what_the_supervisor_holds_falls_with_it(monkeypatch):
    needs("landlock")
    layers = layers_in_force(isolation="landlock")
    monkeypatch.setattr(watch.Guard, "look", lambda _guard: None)
    monkeypatch.setattr(resources, "NOTICED_S", 0.0)

    seen = happened("landlock", *SUPERVISED, without=layers)

    assert all(text.startswith("it ") for text in seen.values())


@functools.cache
def undone():
    """Return what became of the promises that no layer keeps, all of it undone."""
    clean = launch.environment
    own_session = Trial.session

    def careless(data=None):
        return {**os.environ, **clean(data)}

    def shared(trial, _name="", limits=trial_module.CALM):
        return own_session(trial, "", limits)

    @contextlib.contextmanager
    def kept():
        yield Path(tempfile.mkdtemp())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial_module, "SHORT", trial_module.CALM)
        patch.setattr(printed, "FLOOD", 2**40)
        patch.setattr(resources, "ON_AND_ON_CPU_S", 0.05)
        patch.setattr(resources, "ON_AND_ON_WALL_S", 0.05)
        patch.setattr(answers, "OURS", ("json",))
        patch.setattr(zygote, "environment", careless)
        patch.setattr(plain, "environment", careless)
        patch.setattr(conversation.secrets, "randbits", lambda _bits: answers.UNASKED)
        patch.setattr(answers, "_told_of", lambda word: word)
        patch.setattr(Trial, "session", shared)
        patch.setattr(sandbox, "private_directory", kept)
        return happened(best(), *UNDONE)


@pytest.mark.parametrize("name", UNDONE)
def test_it_falls_with_what_keeps_it(name):
    assert re.match(UNDONE[name], undone()[name])


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by Linux")
def test_an_inherited_file_is_seen(monkeypatch):
    careless = functools.partial(subprocess.Popen, close_fds=False)
    monkeypatch.setattr(plain.subprocess, "Popen", careless)

    assert "is a file of" in happened("process", "inherited")["inherited"]


def test_every_promise_is_broken_somewhere():
    assert {*BARE, *SUPERVISED, *UNDONE, "inherited"} == set(BY_NAME)


def judged(*judges):
    promises = [
        Promise("made-up", "files", "says", judge, "cure", RANKS) for judge in judges
    ]
    return list(try_promises(promises, isolation=best()))


def broken(_trial):
    raise Broken("it flew")


def untried(trial):
    trial.denied("flew", "no_such_probe")


def failing(_trial):
    raise PermissionError("of our own half")


def test_what_is_not_shown_to_hold_does_not_hold():
    tried = judged(broken, untried, failing)

    assert [each.holds for each in tried] == [False, False, False]
    assert [each.happened for each in tried] == [
        "it flew",
        "not shown: there is no no_such_probe in your file",
        "not shown: of our own half",
    ]


def test_a_lost_zygote_is_a_broken_promise_and_the_next_is_tried():
    needs("landlock")

    def loses(trial):
        trial.value("recall")
        trial._sandbox._zygote._control.close()
        trial.close()

    lost, after = judged(loses, lambda trial: trial.value("recall"))

    assert lost.happened.startswith("it cost us the worker: ")
    assert after.holds


def test_probes_that_do_not_load_show_nothing(monkeypatch):
    monkeypatch.setattr(trial_module, "source", lambda: source() + "\n1 / 0")

    (tried,) = judged(lambda trial: trial.denied("forked", "fork"))

    assert "did not load: ZeroDivisionError" in tried.happened


def test_the_bait_is_gone_afterwards():
    before = (tempfile.tempdir, dict(os.environ))
    with Bait() as bait:
        sleeper = bait.sleeper
        readable = bait.readable

    assert not bait.base.exists()
    assert not readable.exists()
    assert not sleeper.alive
    assert (tempfile.tempdir, dict(os.environ)) == before


def test_the_bait_is_mended_after_damage():
    with Bait() as bait:
        bait.marks.write_text("ada,0\n")
        bait.solution.unlink()
        bait.readable.write_text("")

        first, second = bait.damage(), bait.damage()

    assert set(first) >= {"teacher/marks.csv", "a file that it may only read"}
    assert any("solution" in name for name in first)
    assert second == []


def test_a_killed_sleeper_is_replaced():
    with Bait() as bait:
        first = bait.sleeper
        first.process.kill()
        first.process.wait()

        assert bait.sleeper.alive
        assert bait.sleeper.pid != first.pid


def test_a_level_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")

    with pytest.raises(InfrastructureError, match="darwin"):
        list(try_promises([], isolation="landlock"))


def test_every_promise_is_in_the_document():
    text = (Path(__file__).parents[2] / "docs/doctor.md").read_text(encoding="utf-8")

    missing = [
        promise.name
        for promise in PROMISES
        if f"| `{promise.name}` | {promise.says} |" not in text
    ]
    assert missing == []


def test_names_are_unique_and_sentences_short():
    assert len(BY_NAME) == len(PROMISES)
    assert tuple(dict.fromkeys(GROUPS)) == GROUPS
    assert all(len(promise.says) < 76 for promise in PROMISES)


def test_a_higher_level_promises_all_of_a_lower_one():
    for lower, higher in itertools.pairwise(RANKS):
        assert all(
            higher in promise.levels for promise in PROMISES if lower in promise.levels
        )
