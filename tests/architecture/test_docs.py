"""What the documents say exists, and what exists is in the documents."""

import json
import re
import tomllib
from pathlib import Path

import pytest

import grader.checks
from grader.app.stubs import write_stubs
from grader.cli.main import COMMANDS
from grader.domain.lab import Lab, Limits, Task
from grader.domain.report import LabReport
from grader.intake.manifest import read_receipt
from grader.labs.course import Course
from grader.labs.course_toml import (
    EXPECTED,
    CourseTable,
    ExcusedTable,
    ExtensionTable,
    LabTable,
    LateTable,
)
from grader.labs.loading import load_lab
from grader.labs.policy import read_policy

ROOT = Path(__file__).parents[2]
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
}
RECEIPT = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_a_document(name):
    assert any(f"grader {name}" in text for text in TEXTS.values())


def test_every_command_in_the_documents_exists():
    called = {
        match
        for text in TEXTS.values()
        for match in re.findall(r"^grader ([a-z]+)", text, flags=re.MULTILINE)
    }

    assert called <= set(COMMANDS)


@pytest.mark.parametrize("file", TEXTS)
def test_every_link_to_a_file_leads_somewhere(file):
    targets = LINK.findall(TEXTS[file])

    missing = [t for t in targets if not ((ROOT / file).parent / t).exists()]

    assert missing == []


@pytest.mark.parametrize("model", [Lab, Task, Limits])
def test_every_key_of_lab_toml_is_documented(model):
    text = TEXTS["docs/writing-labs.md"]

    assert [name for name in model.model_fields if f"`{name}`" not in text] == []


def test_the_smallest_lab_of_the_page_is_one(tmp_path):
    files = re.findall(
        r"`((?:assignments|reference)/average/[a-z]+\.(?:toml|py))`[^`]*```[a-z]+\n(.*?)^```",
        TEXTS["docs/writing-labs.md"],
        flags=re.DOTALL | re.MULTILINE,
    )
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")

    written = write_stubs(Course(tmp_path), ["average"])
    lab = load_lab(Course(tmp_path), "average")

    assert [path.name for path in written] == ["average.py", "average.ipynb"]
    assert [check.points for check in lab.hidden] == [100]
    assert len(lab.mistakes) == len(lab.public) == 1


@pytest.mark.parametrize("page", ["docs/handing-in.md", "docs/design/receipts.md"])
def test_the_receipt_on_a_page_is_a_receipt(page):
    (shown,) = set(RECEIPT.findall(TEXTS[page]))

    assert read_receipt(shown) == shown


@pytest.mark.parametrize(
    "table", [CourseTable, LabTable, LateTable, ExtensionTable, ExcusedTable]
)
def test_every_key_of_course_toml_is_documented_and_says_what_it_expects(table):
    text = TEXTS["docs/course-toml.md"]
    # of tables the page has the header
    written = {"labs": "[labs.NAME]", "extensions": "[[extensions]]"}
    written |= {"excused": "[[excused]]"}

    names = table.model_fields
    assert [name for name in names if f"`{written.get(name, name)}`" not in text] == []
    assert [name for name in names if name not in EXPECTED] == []


def test_the_example_of_course_toml_is_a_policy_for_the_example_class(tmp_path):
    (example,) = re.findall(
        r"^```toml\n(.*?)^```",
        TEXTS["docs/course-toml.md"],
        flags=re.DOTALL | re.MULTILINE,
    )
    students = sorted(path.name for path in (ROOT / "examples/class").iterdir())
    (tmp_path / "assignments").symlink_to(ROOT / "assignments")
    (tmp_path / "course.toml").write_text(example, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("\n".join(["student", *students]), "utf-8")

    policy = read_policy(Course(tmp_path))

    counting = [(one.lab, one.weight) for one in policy.labs if one.weight > 0]
    assert counting == [("logic_gates", 1), ("half_adder", 2), ("gradients", 1)]
    assert len(policy.extensions) == 2


@pytest.mark.parametrize(
    "library",
    [
        "values",
        "truth_table",
        "gradient",
        "trace",
        "source",
        "figures",
        "gate",
        "training",
        "rubric",
    ],
)
def test_every_check_library_is_documented_and_there(library):
    assert f"`{library}`" in TEXTS["docs/writing-labs.md"]
    assert hasattr(grader.checks, library)


def test_the_reports_schema_is_the_models():
    stored = json.loads((ROOT / "docs" / "report.schema.json").read_text())

    assert stored == LabReport.model_json_schema()


def test_readme_lists_every_lab():
    names = [lab.name for lab in Course(ROOT).labs()]

    assert [name for name in names if f"`{name}`" not in TEXTS["README.md"]] == []


def test_pinned_versions_name_no_place():
    lines = (ROOT / "constraints.txt").read_text().split()

    assert all(
        re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.+!]+", line) for line in lines
    )


def test_every_direct_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = (ROOT / "constraints.txt").read_text().lower()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]

    names = [re.split(r"[<>=; \[]", requirement)[0] for requirement in wanted]
    assert [name for name in names if f"{name}==" not in pinned] == []
