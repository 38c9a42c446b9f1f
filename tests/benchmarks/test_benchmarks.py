"""The benchmarks still run: they hold on to names inside that others may change."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PROGRAMS = (
    *("cold_start", "dashboard", "overhead", "scaling", "store", "throughput"),
    "training",
)


def started(program, *options):
    command = [sys.executable, str(BENCHMARKS / f"{program}.py"), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(process):
    text, _ = process.communicate()
    assert process.returncode == 0
    return text


def test_each_says_what_it_measures_and_has_a_quick_form():
    running = {program: started(program, "--help") for program in PROGRAMS}

    texts = {program: told(process) for program, process in running.items()}

    assert all("--quick" in text for text in texts.values())


def test_the_readme_names_each_program():
    readme = (BENCHMARKS / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(\w+)\.py`", readme, re.MULTILINE)) == set(PROGRAMS)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a zygote")
def test_the_overhead_is_told_by_stage(confined):
    assert confined is not None

    text = told(started("overhead", "--quick", "--isolation", "landlock"))

    stages = dict(re.findall(r"^  (\S.*?) {2,}([\d.]+)", text, re.MULTILINE))
    assert {"calls", "store", "reports", "load the file"} <= set(stages)
    assert all(float(ms) > 0 for ms in stages.values())
