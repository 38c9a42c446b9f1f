import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake.names import (
    StemMatch,
    match_stem,
    path_component,
    tell_apart,
    without_platform_marks,
)

LABS = ("logic_gates", "regression", "logistic_regression", "mlp")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("Zoë Müller", "Zoë Müller", id="latin"),
        pytest.param("Ольга", "Ольга", id="cyrillic"),
        pytest.param("李小龙", "李小龙", id="chinese"),
        pytest.param("नेहा", "नेहा", id="devanagari"),
        pytest.param("e\u0301", "\u00e9", id="composed"),
        pytest.param("../../etc", "etc", id="parent"),
        pytest.param("a/b\\c:d", "abcd", id="separators"),
        pytest.param("a\nb\tc\x00\x1b[31m", "a b c[31m", id="controls"),
        pytest.param("ab\u202egnp.py", "abgnp.py", id="bidirectional"),
        pytest.param(" alice. ", "alice", id="ends"),
        pytest.param("con", "_con", id="reserved"),
        pytest.param("Lpt1.txt", "_Lpt1.txt", id="reserved-with-suffix"),
        pytest.param("conrad", "conrad", id="not-reserved"),
        pytest.param("a" * 90, "a" * 79, id="long"),
        pytest.param("𝒜" * 80, "𝒜" * 50, id="long-in-bytes"),
        pytest.param("...", "unnamed", id="dots"),
        pytest.param("", "unnamed", id="empty"),
        pytest.param("\ud800", "unnamed", id="surrogate"),
    ],
)
def test_name_becomes_a_path_component_with_its_letters(raw, name):
    assert path_component(raw) == name


@given(st.text(max_size=300))
@settings(deadline=None, derandomize=True)
def test_any_name_is_safe_on_every_system(raw):
    name = path_component(raw)

    assert 1 <= len(name) <= 80
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|')
    assert name[-1] not in ". "
    assert name not in {".", ".."}
    assert path_component(name) == name


@given(st.lists(st.text(alphabet="aAé\u0301E/. (2)\n", max_size=6), max_size=12))
@settings(deadline=None, derandomize=True)
def test_no_two_names_are_one_file_on_any_system(raws):
    names = tell_apart(raws)

    keys = [unicodedata.normalize("NFC", name.casefold()) for name in names.values()]
    assert len(set(keys)) == len(keys) == len(set(raws))


def test_names_that_collide_are_numbered_whatever_their_order():
    assert tell_apart(["alice", "Alice", "ALICE"]) == tell_apart(
        ["Alice", "ALICE", "alice"]
    )
    assert tell_apart(["alice", "Alice"]) == {"Alice": "Alice", "alice": "alice (2)"}


@pytest.mark.parametrize(
    ("stem", "lab", "owner"),
    [
        ("logic_gates", "logic_gates", None),
        ("Logic-Gates", "logic_gates", None),
        ("logic gates", "logic_gates", None),
        ("logic_gates (1)", "logic_gates", None),
        ("logic_gates copy", "logic_gates", None),
        ("alice_logic_gates", "logic_gates", "alice"),
        ("alice-logic_gates", "logic_gates", "alice"),
        ("alice b_logic_gates-2", "logic_gates", "alice b"),
        ("logic_gates_alice", "logic_gates", "alice"),
        ("logic_gates-17", "logic_gates", "17"),
        ("alice_logistic_regression", "logistic_regression", "alice"),
        ("logistic_regression", "logistic_regression", None),
        ("alice_regression", "regression", "alice"),
        ("doe_12345_67890_mlp", "mlp", "doe_12345"),
        ("doe_LATE_12345_67890_mlp-1", "mlp", "doe_12345"),
        ("Jo Doe_77_assignsubmission_file_mlp", "mlp", "Jo Doe_77"),
        ("test_logic_gates", None, None),
        ("report", None, None),
        ("logic_gatesalice", None, None),
        ("mlpx", None, None),
    ],
)
def test_files_name_tells_lab_and_student(stem, lab, owner):
    exact = lab is not None and owner is None
    assert match_stem(stem, LABS) == StemMatch(lab, owner, exact=exact)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Alice Smith_12345_assignsubmission_file_", "Alice Smith_12345"),
        ("Alice Smith_12345_assignsubmission_file", "Alice Smith_12345"),
        ("smithalice_LATE_123_45678", "smithalice_123"),
        ("group_12_34", "group_12_34"),
        ("alice", "alice"),
    ],
)
def test_platforms_marks_go_and_what_tells_namesakes_apart_stays(raw, name):
    assert without_platform_marks(raw) == name
