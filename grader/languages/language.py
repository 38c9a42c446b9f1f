"""One language: from English text to that of the reader.

What is stored is English: reports are translated where they are shown, so the same
grading can be read in two languages.
"""

import gettext
from dataclasses import dataclass, field

from grader.languages.sentences import Sentences


@dataclass(frozen=True)
class Language:
    """A language with its catalogue.

    Attributes:
        code: As in a page's `lang`, `en` or `ru`.
        edition: Changes with the catalogues: what was told may be told differently now.
    """

    code: str
    edition: str = ""
    catalogue: gettext.NullTranslations = field(
        default_factory=gettext.NullTranslations, compare=False, repr=False
    )
    sentences: Sentences = field(default_factory=Sentences, compare=False, repr=False)

    def text(self, message: str) -> str:
        """Return a text of ours; English where there is no translation."""
        # the empty text stands for the catalogue's header
        return self.catalogue.gettext(message) if message else ""

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form of a text that goes with a number, `{n}` filled in."""
        return self.catalogue.ngettext(one, many, count).format(n=count)

    def told(self, sentence: str) -> str:
        """Return a finished sentence that may hold values, such as a feedback.

        It may be several sentences, and hold whatever a student's value looks like:
        what is not known stays as it is.
        """
        return self.sentences.told(sentence)


ENGLISH = Language("en")
