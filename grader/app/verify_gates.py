"""Prove that a lab's gates hardly ever fail a right solution, from its calibration."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.domain.calibration import LARGEST_FALSE_FAIL, Calibration, runs_needed
from grader.domain.gate import Gate
from grader.labs.loading import LoadedLab


@dataclass(frozen=True)
class GateProof:
    """What the calibration of one gate proves, for one source of data.

    Attributes:
        name: Of the gate, with the source in brackets where there are several.
        evidence: Runs, failures and the bound, counted anew; "" without a calibration.
        problems: Why it proves too little; empty if it does not.
    """

    name: str
    evidence: str
    problems: tuple[str, ...]


def gate_proofs(loaded: LoadedLab) -> tuple[GateProof, ...]:
    """Return one proof for each gate and each source that its thresholds name.

    Raises:
        LabError: If a quantity has a threshold for one source and none for another.
    """
    return tuple(
        _proof(loaded.lab.name, gate, source)
        for gate in loaded.gates
        for source in gate.sources
    )


def _proof(lab: str, gate: Gate, source: str) -> GateProof:
    name = gate.name if source == "any" else f"{gate.name} [{source}]"
    runs = gate.calibrations.get(source)
    if runs is None:
        where = "" if source == "any" else f" for {source} data"
        problem = f"not calibrated{where}; run `grader calibrate {lab}`"
        return GateProof(name, "", (problem,))
    return GateProof(
        name, _evidence(gate, source, runs), tuple(_problems(gate, source, runs))
    )


def _evidence(gate: Gate, source: str, runs: Calibration) -> str:
    conditions = gate.conditions(source)
    bound = runs.false_fail_bound(conditions, attempts=gate.attempts)
    failures = runs.failures(conditions)
    return (
        f"{failures} of {runs.runs} right runs fail, false-fail bound {bound:.1g} "
        f"with {gate.attempts} attempts"
    )


def _problems(gate: Gate, source: str, runs: Calibration) -> Iterator[str]:
    conditions = gate.conditions(source)
    missing = {each.quantity for each in conditions} - runs.values.keys()
    if missing:
        yield f"calibrated without {', '.join(sorted(missing))}; calibrate again"
        return
    if runs.function != gate.fingerprint:
        yield "its function changed since it was calibrated; calibrate again"
    bound = runs.false_fail_bound(conditions, attempts=gate.attempts)
    if not bound <= LARGEST_FALSE_FAIL:
        yield (
            f"may fail a right solution with probability {bound:.1g}, more than "
            f"{LARGEST_FALSE_FAIL:g}: {_advice(gate, runs.failures(conditions))}"
        )


def _advice(gate: Gate, failures: int) -> str:
    if failures:
        return "widen the threshold, or train longer"
    return f"{runs_needed(gate.attempts)} runs without a failure are enough"
