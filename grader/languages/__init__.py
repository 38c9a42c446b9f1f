"""The languages that people are spoken to in: English, and what there is a catalogue of."""

from grader.languages.language import ENGLISH, Language

__all__ = ["ENGLISH", "Language"]
