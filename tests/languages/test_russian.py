"""The Russian that students read: complete, in step with the source, nothing left over."""

import html
import re
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest

from grader.checks import CallFailed, Draws, InProcessStudent, Verdict
from grader.domain.report import (
    CheckResult,
    ClassReport,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
    Ungraded,
)
from grader.domain.submission import Fault, SubmittedFile
from grader.domain.verdict import Outcome
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown

ROOT = Path(__file__).parents[2]
NAME = "logic_gates"
# the same word in both languages, or a name
SHARED = re.compile(r"[A-Z]{2,}|argmax|dropout|seed|TensorFlow \d|0 ln 0|f dx dy|\W+")
# English that no name of a task's and no value has in it
ENGLISH = re.compile(
    r"\b(the|is|are|was|and|with|that|this|not|must|for|has|its|returned|expected)\b"
)
# quick ones, one for each kind of sentence
MISTAKES = (
    *("step_is_one_at_zero", "column_of_outputs", "step_forgotten"),
    *("last_whole_threshold", "nand_for_and", "or_through_a_corner"),
    *("sigmoid_overflows", "mean_of_the_rows", "sign_reversed", "mean_gradient"),
    *("bias_never_moves", "column_of_derivatives", "gradient_without_bias"),
)


@pytest.fixture(scope="session")
def catalogues(extract):
    """Each catalogue's path, what is in it and what should be."""
    return [
        (path, polib.pofile(path.read_text(encoding="utf-8")), messages)
        for path, messages in extract.catalogues()
    ]


@pytest.fixture(scope="session")
def entries(catalogues):
    return [entry for _, file, _ in catalogues for entry in file]


@pytest.fixture(scope="session")
def lab(extract):
    return load_lab(Course(extract.ROOT), NAME)


def test_the_catalogues_have_what_the_source_says(catalogues):
    for path, file, messages in catalogues:
        there = {(entry.msgid, entry.msgid_plural) for entry in file}
        said = {(one.text, one.plural) for one in messages}

        assert said - there == set(), f"{path}: `make messages`, and translate"
        assert there - said == set(), f"{path}: `make messages`"


def test_everything_is_translated(catalogues):
    missing = {
        str(path): [entry.msgid for entry in file.untranslated_entries()]
        for path, file, _ in catalogues
    }

    assert {path: some for path, some in missing.items() if some} == {}


def test_a_translation_has_the_places_of_its_message(entries, extract):
    def places(text):
        return sorted(extract.PLACES.findall(text))

    wrong = [
        entry.msgid
        for entry in entries
        if not entry.msgid_plural and places(entry.msgid) != places(entry.msgstr)
    ]

    assert wrong == []


def test_a_plural_has_three_forms_with_its_number(entries, extract):
    wrong = [
        entry.msgid
        for entry in entries
        if entry.msgid_plural
        and (
            sorted(entry.msgstr_plural) != [0, 1, 2]
            or any(
                set(extract.PLACES.findall(form))
                != set(extract.PLACES.findall(entry.msgid_plural))
                # "the lowest lab": one is one of them
                and not (number == 0 and "{n}" not in entry.msgid)
                for number, form in entry.msgstr_plural.items()
            )
        )
    ]

    assert wrong == []


def test_a_translation_is_russian(entries, extract):
    def letters(entry):
        forms = [entry.msgstr, *entry.msgstr_plural.values()]
        return all(re.search("[а-яё]", form, re.IGNORECASE) for form in forms if form)

    strange = [
        entry.msgid
        for entry in entries
        if not letters(entry)
        and not SHARED.fullmatch(extract.PLACES.sub("", entry.msgstr))
    ]

    assert strange == []


def test_nothing_hidden_stands_in_what_students_get(extract):
    course = Course(extract.ROOT)
    for lab in course.labs():
        text = (course.assignment(lab.name) / "locale" / "ru.po").read_text()
        loaded = load_lab(course, lab.name)
        public = {check.title for check in loaded.public}

        said = [polib.escape(mistake.says) for mistake in loaded.mistakes]
        titles = [polib.escape(check.title) for check in loaded.hidden]

        joined = text.replace('"\n"', "")
        assert [
            one for one in (*said, *titles) if one in joined and one not in public
        ] == []


def verdict_of(check, namespace, lab):
    student = InProcessStudent(
        namespace, mistakes=lab.mistakes, check_id=check.id, source=""
    )
    try:
        return check.run(student, Draws(1, NAME, check.id))
    except CallFailed as failure:
        return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)


def results_of(mistake, lab):
    """Return what the lab's checks say of the solution with this mistake."""
    namespace = {}
    solution = (Course(ROOT).reference(NAME) / f"{NAME}.py").read_text()
    exec(mutant_of(solution, mistake), namespace)  # noqa: S102 - our own solution
    tasks = {check.task for check in lab.hidden if check.id in mistake.fails}
    for hidden, checks in ((False, lab.public), (True, lab.hidden)):
        for check in checks:
            if check.task in tasks - {"T7", "T9"}:
                verdict = verdict_of(check, namespace, lab)
                yield CheckResult(
                    id=f"{mistake.name}_{check.id}",
                    task=check.task,
                    title=check.title,
                    hidden=hidden,
                    points=check.points,
                    earned=0,
                    outcome=verdict.outcome,
                    feedback=verdict.feedback,
                    diagnosis=verdict.diagnosis,
                    example=verdict.example,
                    seconds=0.1,
                )


@pytest.fixture(scope="session")
def results(lab):
    mistakes = [mistake for mistake in lab.mistakes if mistake.name in MISTAKES]
    return [one for mistake in mistakes for one in results_of(mistake, lab)]


def test_what_the_engine_says_of_the_known_mistakes_is_told_in_russian(
    results, russian
):
    said = {
        text
        for result in results
        for text in (
            result.feedback,
            result.diagnosis and result.diagnosis.says,
            result.diagnosis and result.diagnosis.concept,
        )
        if text
    }

    left = {text: russian.told(text) for text in said}

    # each mistake has its say
    assert len(said) >= len(MISTAKES)
    assert {text: told for text, told in left.items() if ENGLISH.search(told)} == {}


@pytest.mark.parametrize(
    "text",
    [
        # as engine, worker and intake write them
        "step returned nothing: is a `return` missing?",
        "neuron_grad returned 3 values, expected 2 values (dw, db)",
        "dw is None, expected an array of shape (2,).",
        "dw and db are right; b is not right (2 of 3 cases are wrong).",
        "The update of w2 is right; train_xor does not update w1 as it should.",
        "The values are right, but step changes its argument z.",
        "The accuracy is 0.3 in the best of 3 runs; at least 0.8 is asked.",
        "The loss is no finite number; at most 0.2 is asked.",
        "line 7 uses an arithmetic or bit operator, which this task does not allow.",
        "xor_formula may only call nand, but line 3 calls np.logical_xor.",
        (
            "it raised an error (line 209); its message may hold the check's inputs: run "
            "`grader check` to see your own"
        ),
        (
            "ValueError (cell 4, line 2); its message may hold the check's inputs: run "
            "`grader check` to see your own"
        ),
        "sigmoid was not reached: the file stopped at line 38, SyntaxError: invalid syntax",
        "waits for: The step of exactly 0 is 0.",
        "it did not finish within 8 s of computing time",
        "your code wrote more than 16 MB of files",
        "T6: write bce_sum",
        (
            "step is exactly -1 times the right value: this is what you get when the sign is "
            "reversed."
        ),
        (
            'Figure "Gates" with 2 panels. Panel 1 is titled "AND" and shows (x axis "x1"; y '
            'axis "x2", logarithmic): 3 points "0"; 1 point; a straight line from (0, 1) to '
            "(1, 0); a curve of 36 points from (0, 1) to (1, 0), y between 0 and 1.5; contours. "
            "Panel 2 shows: nothing."
        ),
        "lab.py does not exist: check the path",
        "'nix' is no lab and no file; the labs are logic_gates, half_adder",
        "there is no lab 'nix'; did you mean mnist?",
    ],
)
def test_sentences_that_come_together_are_told_in_russian(russian, text):
    told = russian.told(text)

    assert re.search("[а-я]", told)
    assert not ENGLISH.search(told)


def test_what_a_student_wrote_into_a_figure_stays(russian):
    told = russian.told(
        'Figure with 1 panel. It shows (x axis "new points"; y axis "the result"): a curve '
        '"the result" of 9 points from (0, 7.5) to (8, 1.9), y between 1.9 and 7.5.'
    )

    assert '"new points"' in told
    assert 'ось y "the result"' in told
    assert 'кривая "the result", точек: 9' in told


def test_no_furniture_is_looked_for_in_what_others_say(russian):
    # "{points} points" is how a report counts
    assert russian.told("new points") == "new points"


def report_of(results, lab):
    outcomes = iter(Outcome)
    # every outcome, whatever it was of
    shown = [
        result.model_copy(update={"outcome": next(outcomes, result.outcome)})
        for result in results
    ]
    return LabReport(
        lab=NAME,
        lab_title=lab.lab.title,
        lab_version="1.0",
        student="Ада",
        score=41.5,
        max_score=100,
        seed="1",
        submission=SubmissionRecord(
            sha256="0" * 64,
            files=(SubmittedFile(name="x.py", size=1, sha256="0" * 64),),
            received_at=datetime(2026, 3, 5, 14, 7, tzinfo=UTC),
        ),
        environment=Environment(
            python="3.11.9", numpy="2.1.3", isolation="strict", layers=()
        ),
        tasks=tuple(
            TaskLine(id=task.id, title=task.title, points=task.points)
            for task in lab.lab.tasks
        ),
        checks=tuple(shown),
        faults=(Fault(where="cell 3, line 2", message="not written yet"),),
        graded_at=datetime(2026, 3, 5, 14, 8, tzinfo=UTC),
        seconds=2,
        cpu_seconds=2,
    )


def visible(page):
    """Return what a reader or a screen reader has of a page."""
    body = re.sub(r"(?s)<(style|script|pre|code)\b.*?</\1>", " ", page)
    spoken = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', body)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *spoken]))


def furniture(extract):
    """Return what the reports say themselves, in English."""
    for message in extract.framework():
        ours = any(place.startswith("grader/reports/") for place in message.places)
        for text in (message.text, message.plural) if ours else ():
            for part in extract.PLACES.split(text)[::2]:
                if len(part.strip()) > 1:
                    yield part.strip()


def left_over(text, extract):
    """Return the furniture that a text has in English."""
    words = sorted(set(furniture(extract)))
    pattern = r"(?<![\w.])(?:" + "|".join(map(re.escape, words)) + r")(?![\w(])"
    return re.findall(pattern, text)


def test_a_report_in_russian_has_no_english_left(results, lab, russian, extract):
    report = report_of(results, lab)

    page = visible(student_html(report, language=russian))
    text = student_markdown(report, language=russian)

    assert "5 марта 2026" in page
    assert "41,5" in page
    assert left_over(page, extract) == []
    assert left_over(re.sub(r"(?s)`+.*?`+|    .*?\n", " ", text), extract) == []
    assert ENGLISH.findall(page) == []
    titles = [lab.lab.title, *(line.title for line in (*report.tasks, *report.checks))]
    assert [title for title in titles if title in page or title in text] == []


def test_a_dashboard_in_russian_has_no_english_left(results, lab, russian, extract):
    report = report_of(results, lab)
    noon = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
    lost = Ungraded(
        whose="submission",
        student="Б",
        lab=NAME,
        where="x.py",
        message="x.py does not exist: check the path",
    )
    group = ClassReport(
        title="Группа", created_at=noon, reports=(report,), ungraded=(lost,)
    )

    page = visible(dashboard_html(group, hrefs={("Ада", NAME): "x"}, language=russian))

    assert left_over(page, extract) == []
    assert ENGLISH.findall(page) == []


def test_the_same_report_is_english_without_a_language(results, lab):
    page = visible(student_html(report_of(results, lab)))

    assert not re.search("[а-яё]", page.replace("Ада", ""))
