"""`calibration.json`: read strictly, written without harm to what else is in it."""

import json

import pytest

from grader.domain.calibration import Calibration
from grader.errors import LabError
from grader.labs.calibration import read_calibrations, with_calibrations

RUNS = Calibration.of(
    [{"share": 0.5}] * 70, function="f", styles={"solution": 70}, cpu_s=0.1
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "calibration.json"


def test_what_was_written_is_read(file):
    file.write_text(with_calibrations(file, {"g": {"any": RUNS}}))

    assert read_calibrations(file) == {"g": {"any": RUNS}}


def test_no_file_is_no_calibration(file):
    assert read_calibrations(file) == {}


def test_other_keys_stay_as_they_are(file):
    other = {"note": "ä", "success_rate": {"n": 60, "seeds": [1, 2]}}
    file.write_text(json.dumps({**other, "gates": {}}))

    written = json.loads(with_calibrations(file, {"g": {"any": RUNS}}))

    assert {key: written[key] for key in other} == other


def test_three_hundred_numbers_are_one_line(file):
    text = with_calibrations(file, {"g": {"any": RUNS}})

    assert len(text.splitlines()) < 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "not JSON", id="cut"),
        pytest.param("[]", "expected an object, not list", id="list"),
        pytest.param('{"gates": 3}', "gates: ", id="number"),
        pytest.param(
            '{"gates": {"g": {"any": {"runs": 3}}}}',
            r"gates\.g\.any\.function: Field required",
            id="keys",
        ),
        pytest.param('{"gates": {"g": {"any": 1}}}', r"gates\.g\.any", id="no-object"),
    ],
)
def test_a_broken_file_is_the_labs_problem_in_one_line(file, text, message):
    file.write_text(text)

    with pytest.raises(LabError, match=message) as caught:
        read_calibrations(file)

    assert "\n" not in str(caught.value)


def test_a_file_that_can_not_be_read_is_the_labs_problem(tmp_path):
    with pytest.raises(LabError, match="can't be read"):
        read_calibrations(tmp_path)
