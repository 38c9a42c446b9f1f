"""What people see of a grading run: pages, Markdown and tables.

Everything is a pure function of `LabReport` or `ClassReport`: no file is read but this
package's own templates, none is written. What is made for students holds neither the
seed nor the notes, and nothing that a student typed becomes markup, script, a terminal
escape, a spreadsheet formula or a link.
"""

from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.summary import (
    CheckStatistics,
    CommonMistake,
    Distribution,
    Gradebook,
    LabSummary,
    common_mistakes,
    gradebook,
    lab_summaries,
    slowest,
    tampering_line,
    with_faults,
    with_tampering,
)
from grader.reports.tables import CSV_ENCODING, checks_csv, grades_csv
from grader.reports.text import clean, csv_cell, markdown_text, one_line

__all__ = [
    "CSV_ENCODING",
    "CheckStatistics",
    "CommonMistake",
    "Distribution",
    "Gradebook",
    "LabSummary",
    "checks_csv",
    "clean",
    "common_mistakes",
    "csv_cell",
    "dashboard_html",
    "gradebook",
    "grades_csv",
    "lab_summaries",
    "markdown_text",
    "one_line",
    "slowest",
    "student_html",
    "student_markdown",
    "tampering_line",
    "with_faults",
    "with_tampering",
]
