"""A check's result as lines of text, for terminals and consoles."""

from collections.abc import Iterator

from grader.domain.report import CheckResult
from grader.languages import ENGLISH, Language
from grader.reports.text import clean
from grader.reports.words import mistake_name


def told_lines(check: CheckResult, language: Language = ENGLISH) -> Iterator[str]:
    """Yield what a student is told of a check: feedback, diagnosis, one case.

    What a student's code could have written is cleaned; a feedback may have several lines.
    """
    _, told = language.text, language.told
    yield from clean(told(check.feedback)).splitlines()
    if check.diagnosis:
        name, says = mistake_name(check.diagnosis.mistake), check.diagnosis.says
        likely = (
            _("This looks like “{name}”: {says}")
            if check.diagnosis.certain
            else _("Consistent with “{name}”: {says}")
        )
        yield clean(likely.format(name=told(name), says=told(says)))
        if check.diagnosis.concept:
            concept = told(check.diagnosis.concept)
            yield clean(_("Look up: {concept}").format(concept=concept))
    if check.example:
        words = _("call"), _("yours"), _("expected")
        case = check.example
        width = max(map(len, words))
        for word, value in zip(
            words, (case.call, case.got, case.expected), strict=True
        ):
            yield f"{word:{width}}  {clean(value)}"
