"""What a student may read of one check, as plain text: for formats without a page."""

from grader.domain.report import CheckResult
from grader.domain.verdict import Outcome
from grader.languages import ENGLISH, Language
from grader.reports.text import clean, one_line
from grader.reports.words import mistake_name, outcome_words

LONGEST_LINE = 1000


def told(check: CheckResult, *, language: Language = ENGLISH) -> str:
    """Return what a check says to the student, in lines; empty if it passed in silence.

    No note, and of a hidden check no values: what the page of the student shows, too.
    """
    _ = language.text
    lines = [clean(language.told(check.feedback))] if check.feedback else []
    if check.diagnosis:
        sure = check.diagnosis.certain
        lead = _("This looks like:") if sure else _("This is consistent with:")
        name = one_line(language.told(mistake_name(check.diagnosis.mistake)))
        says = one_line(language.told(check.diagnosis.says), limit=LONGEST_LINE)
        lines.append(f"{lead} {name}: {says}")
        if check.diagnosis.concept:
            concept = one_line(language.told(check.diagnosis.concept))
            lines.append(_("Look up: {concept}").format(concept=concept))
    if check.example and not check.hidden:
        example = check.example
        for word, value in (
            (_("call"), example.call),
            (_("yours"), example.got),
            (_("expected"), example.expected),
        ):
            lines.append(f"{word}: {one_line(value, limit=LONGEST_LINE)}")
    if not lines and check.outcome is not Outcome.PASSED:
        lines.append(outcome_words(language)[check.outcome])
    return "\n".join(lines)


def in_one_line(check: CheckResult, *, language: Language = ENGLISH) -> str:
    """Return the same on one line, for a list or a log."""
    return one_line(told(check, language=language), limit=LONGEST_LINE)
