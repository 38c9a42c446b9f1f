"""Write the reports again from the gradebook, marks by the policy of today."""

from datetime import datetime

from grader.app.publish import Published, Publisher
from grader.labs.course import Course
from grader.labs.policy import read_policy
from grader.languages import ENGLISH, Language
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook


def report(
    course: Course,
    book: Gradebook,
    folder: ResultsFolder,
    *,
    at: datetime,
    language: Language = ENGLISH,
) -> Published:
    """Compute all marks again and write what is not as it should be; nothing is graded.

    Args:
        course: For its labs and its policy.
        book: What was graded and decided.
        folder: Where the reports are.
        at: Decides what is due.
        language: Of the pages.

    Raises:
        LabError: If `course.toml` is broken.
        InfrastructureError: If the gradebook or the disk refuses.
    """
    publisher = Publisher(folder, book, read_policy(course), language=language)
    labs = [lab.name for lab in course.labs()]
    title = book.title or course.root.name
    return publisher.publish_all(title, labs=labs, at=at)
