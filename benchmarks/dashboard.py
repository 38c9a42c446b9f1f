"""How long the class's page takes: to be made, and to open in a browser.

A class is made up: students of different strength, labs of different difficulty, checks
that fail, mistakes with names, faults. Its page is written to a file and opened in a
headless Chromium, again and again; a browser's own clock tells when the page had loaded,
its script had run and its first frame was painted.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from grader.domain.report import (
    CheckResult,
    ClassReport,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
)
from grader.domain.submission import Fault
from grader.domain.verdict import Diagnosis, Outcome
from grader.reports.dashboard import dashboard_html

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LABS = ("gates", "adder", "gradients", "regression", "mnist", "overfitting", "shifts")
CHECKS = 40
MISTAKES = (
    *("sign_reversed", "mean_of_the_rows", "forgets_the_bias", "transposed"),
    *("trains_on_the_test_set", "one_step_late", "shares_the_seed"),
)
FAULTS = (
    *("No module named 'google.colab'", "name 'plt' is not defined"),
    "repaired: 2 cells without an id",
)
ENVIRONMENT = Environment(python="3.11.9", numpy="2.1.3", isolation="strict")


def class_of(students: int, *, labs: int = len(LABS), seed: int = 1) -> ClassReport:
    """Return a class that never was; the same for the same numbers."""
    draw = random.Random(seed)  # noqa: S311 - nothing here is secret
    reports = []
    for number in range(students):
        strength = draw.gauss(0, 1)
        for place, lab in enumerate(LABS[:labs]):
            if draw.random() < 0.94:
                name = f"Student {number:05} of the class"
                reports.append(_report(name, lab, strength - 0.15 * place, draw))
    return ClassReport(title="A class", created_at=NOON, reports=tuple(reports))


def _report(student: str, lab: str, strength: float, draw: random.Random) -> LabReport:
    if draw.random() < 0.01:
        strength -= 4
    checks = tuple(_check(number, strength, draw) for number in range(CHECKS))
    faults = draw.random() < 0.05
    return LabReport(
        lab=lab,
        lab_title=f"A lab about {lab}",
        lab_version="1",
        student=student,
        score=sum(check.earned for check in checks),
        max_score=sum(check.points for check in checks),
        seed="1",
        submission=SubmissionRecord(sha256="0" * 64, files=()),
        environment=ENVIRONMENT,
        tasks=tuple(
            TaskLine(id=f"T{task}", title=f"Task {task}", points=12)
            for task in range(1, 9)
        ),
        checks=checks,
        faults=(
            (Fault(where="cell 3, line 1", message=draw.choice(FAULTS)),)
            if faults
            else ()
        ),
        graded_at=NOON,
        seconds=1,
        cpu_seconds=draw.lognormvariate(0, 0.4) * (30 if draw.random() < 0.004 else 1),
    )


def _check(number: int, strength: float, draw: random.Random) -> CheckResult:
    hidden = number % 2 == 1
    points = 4.0 if hidden else 0.0
    passed = strength + draw.gauss(1.6, 1) > 0.04 * number
    outcome = Outcome.PASSED if passed else draw.choice(list(Outcome)[1:])
    named = not passed and draw.random() < 0.3
    return CheckResult(
        id=f"check_{number}",
        task=f"T{1 + number // 5}",
        title=f"The property with the number {number} holds for all inputs.",
        hidden=hidden,
        points=points,
        earned=points if passed else 0,
        outcome=outcome,
        diagnosis=_diagnosis(draw) if named else None,
        seconds=0.01,
    )


def _diagnosis(draw: random.Random) -> Diagnosis:
    name = draw.choice(MISTAKES)
    return Diagnosis(mistake=name, says=f"this is what {name} gives", concept="it")


OPENED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [page.loadEventEnd, paint ? paint.startTime : 0, performance.now()];
}"""
# until the next frame stands: what was laid out late counts too
TWO_FRAMES = (
    "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
)


def opened(page_path: Path, times: int) -> list[dict[str, float]]:
    """Return how long the page took each time, in milliseconds from the click."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    took = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for _ in range(times):
            page = browser.new_page()
            page.goto(page_path.as_uri(), wait_until="load")
            page.evaluate(TWO_FRAMES)
            loaded, painted, ready = page.evaluate(OPENED)
            sorting = page.evaluate(SORT)
            finding = page.evaluate(FIND)
            unfolding = page.evaluate(UNFOLD)
            took.append(
                {
                    "first paint": painted,
                    "loaded, script run": loaded,
                    "drawn and still": ready,
                    "sort by the total": sorting,
                    "find a name": finding,
                    "unfold a lab's checks": unfolding,
                }
            )
            page.close()
        browser.close()
    return took


SORT = """async () => {
  const start = performance.now();
  [...document.querySelectorAll("#book thead button")].at(-3).click();
  await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
  return performance.now() - start;
}"""
FIND = """async () => {
  const start = performance.now();
  const find = document.getElementById("find");
  find.value = "7";
  find.dispatchEvent(new Event("input"));
  await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
  return performance.now() - start;
}"""
UNFOLD = """async () => {
  const start = performance.now();
  document.querySelector(".who").open = true;
  await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
  return performance.now() - start;
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--times", type=int, default=7, help="how often it is opened")
    parser.add_argument("--keep", type=Path, help="where to leave the page")
    parser.add_argument("--quick", action="store_true", help="20 students, once")
    asked = parser.parse_args()
    made = class_of(20 if asked.quick else asked.students)
    hrefs = {
        (one.student, one.lab): f"{one.student}/{one.lab}.html" for one in made.reports
    }
    started = time.perf_counter()
    page = dashboard_html(made, hrefs=hrefs)
    making = time.perf_counter() - started
    size = len(page.encode())
    print(f"{len(made.reports):,} submissions of {len(LABS)} labs:")
    print(f"{'the page is made in':22} {making:8.2f} s, {size / 1e6:.2f} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder, "index.html")
        path.write_text(page, encoding="utf-8")
        if not (shutil.which("chromium") or shutil.which("chromium-browser")):
            print("no Chromium here to open it")
            return
        took = opened(path, 1 if asked.quick else asked.times)
    for what in took[0]:
        values = sorted(one[what] for one in took)
        print(
            f"{what:22} {statistics.median(values):8.0f} ms, worst {values[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main()
