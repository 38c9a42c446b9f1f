"""Who a student is to the platform that their hand-in came from."""

from typing import Literal

from grader.domain.frozen import Frozen

Platform = Literal["canvas", "moodle", "gradescope", "classroom", "nbgrader"]


class Identity(Frozen):
    """What a platform calls a student; what it does not tell is empty.

    Attributes:
        platform: Which one.
        id: The key that the platform's own files use: Canvas's user id, the number of
            Moodle's participant (of a student another one in each assignment),
            Gradescope's SID, a login on GitHub, the name of nbgrader's folder.
        name: As the platform writes it.
        email: As the platform writes it.
    """

    platform: Platform
    id: str
    name: str = ""
    email: str = ""
