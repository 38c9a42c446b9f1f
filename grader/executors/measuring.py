"""One run of a right solution through a gate, as work for a bench."""

from dataclasses import dataclass

from grader.domain.gate import Gate
from grader.errors import InfrastructureError, LabError
from grader.executors.bench import Bench, Reader
from grader.grading.measure import Measured, measure
from grader.labs.loading import LoadedLab


@dataclass(frozen=True)
class Measuring:
    """What to run.

    Attributes:
        lab: Of which lab.
        gate: The gate's name.
        style: Which submission, for people.
        read: Returns the submission; raises SubmissionError.
        seed: Of the random inputs.
    """

    lab: str
    gate: str
    style: str
    read: Reader
    seed: int

    def perform(self, bench: Bench) -> Measured:
        """Run it, once more if the machine let us down.

        Raises:
            SubmissionError: If the submission can't be read.
            LabError: If the lab is broken.
            InfrastructureError: If no worker could be had, twice.
        """
        loaded = bench.lab(self.lab)
        gate = gate_named(loaded, self.gate)
        submission = self.read()
        sandbox = bench.sandbox(loaded.lab.preload, loaded.lab.data)
        sandbox.require()
        try:
            return measure(loaded, gate, submission, workplace=sandbox, seed=self.seed)
        except InfrastructureError:
            sandbox.restart()
            sandbox.require()
            return measure(loaded, gate, submission, workplace=sandbox, seed=self.seed)

    def lost(self) -> Measured:
        """Say that the process died with it, twice.

        Raises:
            InfrastructureError: Always: such a run says nothing about the gate.
        """
        raise InfrastructureError(
            f"the process that measured {self.gate} died twice; try --jobs 1"
        )


def gate_named(loaded: LoadedLab, name: str) -> Gate:
    """Return a gate of a lab.

    Raises:
        LabError: If it has none of that name.
    """
    for gate in loaded.gates:
        if gate.name == name:
            return gate
    raise LabError(f"{loaded.lab.name} has no gate {name!r}")
