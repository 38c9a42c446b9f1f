"""A realistic report and a class, made by hand, and factories for small ones."""

import struct
import zlib
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest

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
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture

SEED = "271828182845904523536028747135266249775"
NOTE = "hidden inputs: w=(0.31, -1.7)"
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)

TASKS = (
    TaskLine(id="T1", title="The step function", points=8),
    TaskLine(id="T2", title="The perceptron", points=12),
    TaskLine(id="T3", title="Going to the cinema", points=10),
    TaskLine(id="T4", title="Four gates by hand", points=12),
    TaskLine(id="T5", title="A sigmoid that never overflows", points=8),
    TaskLine(id="T6", title="Cross-entropy and its gradient", points=15),
    TaskLine(id="T7", title="Training one neuron", points=20),
    TaskLine(id="T8", title="What one neuron can't do", points=7),
    TaskLine(id="T9", title="Figures", points=8),
)


def one_pixel_png():
    def chunk(kind, content):
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def build_check(check_id="f_is_right", **changes):
    fields = {
        "id": check_id,
        "task": "T1",
        "title": "f returns the right value.",
        "hidden": True,
        "points": 10.0,
        "outcome": Outcome.PASSED,
        "seconds": 0.02,
    } | changes
    passed = fields["outcome"] is Outcome.PASSED
    fields.setdefault("earned", fields["points"] if passed else 0.0)
    return CheckResult.model_validate(fields)


def build_report(student="Ada Lovelace", lab="logic_gates", *, checks=(), **changes):
    fields = {
        "lab": lab,
        "lab_title": "Perceptron logic gates",
        "lab_version": "3",
        "student": student,
        "score": sum(check.earned for check in checks),
        "max_score": 100.0,
        "seed": SEED,
        "submission": SubmissionRecord(
            sha256="9f2c51e0a7d84b36" * 4,
            files=(SubmittedFile(name=f"{lab}.ipynb", size=41_233, sha256="ab" * 32),),
            received_at=datetime(2026, 3, 4, 21, 47, tzinfo=UTC),
        ),
        "environment": Environment(
            python="3.11.9", numpy="2.1.3", isolation="landlock", layers=("landlock",)
        ),
        "tasks": TASKS,
        "checks": tuple(checks),
        "graded_at": NOON,
        "seconds": 2.4,
        "cpu_seconds": 1.9,
    } | changes
    return LabReport.model_validate(fields)


def public(check_id, task, title, **changes):
    return build_check(
        check_id, task=task, title=title, hidden=False, points=0.0, **changes
    )


def hidden(check_id, task, points, title, **changes):
    return build_check(
        check_id, task=task, points=points, title=title, note=NOTE, **changes
    )


def ada_checks(picture):
    return (
        public("step_of_zero", "T1", "step(0) is 0."),
        hidden("step_is_exact", "T1", 8, "step is exact for 200 random arrays."),
        public("perceptron_by_hand", "T2", "perceptron gives 1 for the point (1, 1)."),
        hidden(
            "perceptron_is_exact", "T2", 10, "perceptron is exact on random inputs."
        ),
        hidden("perceptron_at_zero", "T2", 2, "perceptron gives 0 on the line itself."),
        hidden("cinema_is_exact", "T3", 6, "cinema lists the outputs in binary order."),
        hidden("cinema_range_is_right", "T3", 4, "cinema_range has the right ends."),
        hidden("gates_are_right", "T4", 12, "Each of the four gates gives its table."),
        public(
            "sigmoid_by_hand",
            "T5",
            "sigmoid of -1000 is 0 and warns of nothing.",
            outcome=Outcome.FAILED,
            feedback="The value is right, but on the way exp overflowed: "
            "RuntimeWarning: overflow encountered in exp.",
            diagnosis=Diagnosis(
                mistake="exp_overflow",
                says="np.exp(-z) is more than a float holds once z is below -709; "
                "use the form with exp(z) there.",
                concept="numerically stable sigmoid",
                certain=False,
            ),
            example=Example(
                call="sigmoid(np.array([-1000., 0., 1000.]))",
                got="array([0. , 0.5, 1. ]), with 1 warning",
                expected="array([0. , 0.5, 1. ]), without a warning",
            ),
        ),
        hidden(
            "sigmoid_is_stable",
            "T5",
            8,
            "sigmoid is exact and silent from -1000 to 1000.",
            outcome=Outcome.PARTIAL,
            earned=4,
            feedback="All values are right. There was an overflow warning.",
        ),
        public(
            "neuron_grad_by_hand",
            "T6",
            "neuron_grad is right for one sample with two inputs.",
            outcome=Outcome.FAILED,
            feedback="dw points the wrong way: every entry has the right size and the "
            "opposite sign.",
            diagnosis=Diagnosis(
                mistake="sign_reversed",
                says="this is what you get when the sign of the gradient is reversed, "
                "y − h in the place of h − y.",
                concept="gradient descent",
            ),
            example=Example(
                call="neuron_grad(X=[[1., 2.]], y=[1], w=[0., 0.], b=0.0)",
                got="dw = [0.5, 1.0], db = 0.5",
                expected="dw = [-0.5, -1.0], db = -0.5",
            ),
        ),
        hidden("bce_sum_is_right", "T6", 6, "bce_sum is the summed cross-entropy."),
        hidden(
            "neuron_grad_is_the_derivative",
            "T6",
            9,
            "neuron_grad returns the gradient of the summed cross-entropy.",
            outcome=Outcome.FAILED,
            feedback="dw is the derivative times -1. So is db.",
            diagnosis=Diagnosis(
                mistake="sign_reversed",
                says="this is what you get when the sign of the gradient is reversed, "
                "y − h in the place of h − y.",
                concept="gradient descent",
            ),
        ),
        hidden(
            "train_follows_the_step", "T7", 12, "train_neuron takes gradient steps."
        ),
        hidden(
            "seeds_differ",
            "T7",
            4,
            "Two seeds start from different weights.",
            outcome=Outcome.RAISED,
            feedback='train_neuron raised TypeError in cell 9, line 4: "unsupported '
            "operand type(s) for -: 'NoneType' and 'float'\".",
        ),
        hidden(
            "xor_stalls_at_4_ln_2",
            "T7",
            4,
            "The loss on XOR comes to rest at 4 ln 2.",
            outcome=Outcome.TIMED_OUT,
            feedback="train_neuron did not come back within 10 seconds of computing.",
        ),
        hidden(
            "separable_is_right",
            "T8",
            7,
            "is_separable tells the 14 separable tables from XOR and XNOR.",
            outcome=Outcome.NOT_ATTEMPTED,
            feedback="is_separable still raises the stub's NotImplementedError.",
        ),
        hidden(
            "figure_shows_the_lines",
            "T9",
            6,
            "Each panel shows the four points and the trained line.",
            outcome=Outcome.PARTIAL,
            earned=4.5,
            feedback="Points, colours and lines are there. The third panel has no label "
            "on its y axis.",
            pictures=(picture,),
        ),
        hidden(
            "losses_are_drawn",
            "T9",
            2,
            "The loss curves of the three gates share one Axes.",
            outcome=Outcome.SKIPPED,
            feedback="waits for: The loss on XOR comes to rest at 4 ln 2.",
        ),
    )


VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """What a browser sees of a page: its tags, attributes and texts, in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.unclosed, self.crossed = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.unclosed or self.unclosed.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, text):
        if not {"style", "script"} & set(self.unclosed):
            self.texts.append(text)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def values(self, attribute):
        return [a[attribute] for _, a in self.tags if attribute in a]

    def faults(self):
        """Return what is wrong with the page's structure, in words."""
        counts = Counter(self.values("id"))
        named = " ".join(self.values("aria-labelledby")).split()
        links = [h[1:] for h in self.values("href") if h.startswith("#")]
        # icons, and views of the table, which a script shows
        links = [t for t in links if not t.startswith("i-") and "=" not in t]
        levels = [
            int(tag[1]) for tag, _ in self.tags if tag in {"h1", "h2", "h3", "h4"}
        ]
        steps = pairwise(levels)
        return [
            *(f"<{tag}> is not closed" for tag in self.unclosed),
            *(f"</{tag}> closes another tag" for tag in self.crossed),
            *(f"id {name} stands twice" for name, n in counts.items() if n > 1),
            *(f"nothing has the id {name}" for name in {*named, *links} - set(counts)),
            *(
                f"h{low} is followed by h{high}"
                for low, high in steps
                if high > low + 1
            ),
            *([] if levels.count(1) == 1 else ["not one h1"]),
            *(f"{tag} has {a}" for tag, at in self.tags for a in at if a[:2] == "on"),
            *(
                "an image has no alt"
                for image in self.all("img")
                if not image.get("alt")
            ),
        ]


@pytest.fixture
def parse():
    return Page


@pytest.fixture
def png():
    return one_pixel_png()


@pytest.fixture
def check():
    return build_check


@pytest.fixture
def report():
    return build_report


@pytest.fixture
def ada(png):
    picture = Picture(
        title="AND, OR and XOR with the trained neuron's line",
        alt="Three panels with four points each; in the third no line parts the colours.",
        png=png,
    )
    return build_report(
        checks=ada_checks(picture),
        faults=(
            Fault(
                where="cell 12, line 3", message="NameError: name 'plt' is not defined"
            ),
        ),
    )


@pytest.fixture
def small_class(ada):
    perfect = build_report(
        "Grace Hopper", checks=(hidden("f", "T1", 100, "All of it."),)
    )
    return ClassReport(
        title="Neural networks, spring 2026",
        created_at=NOON,
        reports=(ada, perfect),
        ungraded=(
            Ungraded(
                student="Alan Turing",
                lab="logic_gates",
                whose="submission",
                where="turing/logic_gates.ipynb",
                message="not a notebook: the file ends in the middle of a string",
            ),
        ),
    )
