"""One language: from English text to that of the reader.

What is stored is English: reports are translated where they are shown, so the same
grading can be read in two languages.
"""

import gettext
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """A language with its catalogue.

    Attributes:
        code: As in a page's `lang`, `en` or `ru`.
    """

    code: str
    catalogue: gettext.NullTranslations = field(
        default_factory=gettext.NullTranslations, compare=False
    )

    def text(self, message: str) -> str:
        """Return a text of ours; English where there is no translation."""
        return self.catalogue.gettext(message) if message else ""

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form of a text that goes with a number, `{n}` filled in."""
        return self.catalogue.ngettext(one, many, count).format(n=count)

    def told(self, sentence: str) -> str:
        """Return a finished sentence that may hold values, such as a feedback."""
        return self.text(sentence)


ENGLISH = Language("en")
