"""The headers of Moodle's grading worksheet in the languages that we know.

Source: Moodle's language packs: `grade` of `moodle`, `maxgrade`, `scale` and
`lastmodifiedgrade` of `assign`, `pluginname` of `assignfeedback_comments`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The headers of one language, lower case."""

    grade: str
    maximum: str
    scale: str
    modified: str
    feedback: str


# en, ru, de, fr, es, it, Portuguese of Brazil and Portugal, uk, pl
WORDS = (
    Words(
        "grade", "maximum grade", "scale", "last modified (grade)", "feedback comments"
    ),
    Words(
        "оценка",
        "максимальная оценка",
        "шкала",
        "последнее изменение (оценка)",
        "отзыв в виде комментария",
    ),
    Words(
        "bewertung",
        "bestwertung",
        "skala",
        "zuletzt geändert (bewertung)",
        "feedback als kommentar",
    ),
    Words(
        "note",
        "note maximale",
        "barème",
        "dernière modification (note)",
        "feedback par commentaires",
    ),
    Words(
        "calificación",
        "calificación máxima",
        "escala",
        "última modificación (calificación)",
        "comentarios de retroalimentación",
    ),
    Words(
        "valutazione",
        "valutazione massima",
        "scala",
        "ultima modifica (valutazione)",
        "commenti",
    ),
    Words(
        "nota",
        "nota máxima",
        "escala",
        "última modificação (nota)",
        "comentários de feedback",
    ),
    Words(
        "nota",
        "nota máxima",
        "escala",
        "última atualização (avaliação)",
        "comentários de feedback",
    ),
    Words(
        "оцінка",
        "максимальна оцінка",
        "шкала",
        "востаннє змінювалося (оцінка)",
        "відгук - коментарем",
    ),
    Words(
        "ocena",
        "maksymalna ocena",
        "skala",
        "ostatnia aktualizacja (ocena)",
        "komentarz zwrotny",
    ),
)
