"""The targets of `fuzz.py`, shortly: the same inputs in each run."""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent


def loaded_targets():
    spec = importlib.util.spec_from_file_location("fuzz_targets", HERE / "targets.py")
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TARGETS = loaded_targets().TARGETS
# the machine may be busy, and each run tries the same
SHORT = settings(deadline=None, derandomize=True, max_examples=150)


def changed(seed, changes, keep):
    """Return an honest input with some bytes changed and its end cut off or doubled."""
    content = bytearray(seed)
    for position, value in changes:
        content[position % len(content)] = value
    return bytes(content) * keep if keep >= 0 else bytes(content[:keep])


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_reader_keeps_its_promise_for_honest_inputs(target):
    for seed in target.seeds:
        target.check(seed)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_reader_keeps_its_promise_for_any_bytes(target):
    changes = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8)
    near = st.builds(
        changed,
        st.sampled_from(target.seeds),
        changes,
        st.sampled_from([1, 1, 1, 2, -1, -7]),
    )

    @SHORT
    @given(near | st.binary(max_size=300))
    def check(data):
        target.check(data)

    check()


def test_target_that_breaks_its_promise_is_seen(monkeypatch):
    """Proof that the tests above can fail."""
    module = sys.modules["fuzz_targets"]
    monkeypatch.setattr(module, "clean", lambda text, _: text)

    with pytest.raises(AssertionError):
        TARGETS["text"].check(b"\0a\x1bb")
