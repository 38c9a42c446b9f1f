"""What a teacher writes checks with: one import gives everything.

    from grader.checks import Draws, StudentCode, Verdict, check, gradient

Each library looks at one kind of evidence and returns a `Verdict`; none raises because of
what a student's function returned. They see a `StudentCode`, never the sandbox.
"""

from grader.checks import figures, models, source, tensorboard, training
from grader.checks.compare import numbers
from grader.checks.gates import gate
from grader.checks.gradient import gradient
from grader.checks.in_process import InProcessStudent
from grader.checks.naming import recognised
from grader.checks.part import Part
from grader.checks.rubric import Item, credit_for, rubric, weighted
from grader.checks.trace import trace
from grader.checks.truth_table import truth_table
from grader.checks.values import values
from grader.domain.check import Check, check
from grader.domain.draws import Draws
from grader.domain.mistake import Mistake, mistake
from grader.domain.model import Layer, ModelData
from grader.domain.student import (
    CallFailed,
    CannotRebuild,
    Opaque,
    RebuiltModel,
    StudentCode,
    StudentFunction,
)
from grader.domain.verdict import Diagnosis, Example, Outcome, Verdict

__all__ = [
    "CallFailed",
    "CannotRebuild",
    "Check",
    "Diagnosis",
    "Draws",
    "Example",
    "InProcessStudent",
    "Item",
    "Layer",
    "Mistake",
    "ModelData",
    "Opaque",
    "Outcome",
    "Part",
    "RebuiltModel",
    "StudentCode",
    "StudentFunction",
    "Verdict",
    "check",
    "credit_for",
    "figures",
    "gate",
    "gradient",
    "mistake",
    "models",
    "numbers",
    "recognised",
    "rubric",
    "source",
    "tensorboard",
    "trace",
    "training",
    "truth_table",
    "values",
    "weighted",
]
