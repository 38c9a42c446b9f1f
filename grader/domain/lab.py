"""A lab: what `assignments/<lab>/lab.toml` says."""

from typing import Literal, Self

from pydantic import Field, model_validator

from grader.domain.frozen import Frozen

# what `student.NAME` means to a check already
RESERVED = frozenset(
    {
        *("source", "replaced", "rebuilt", "ask", "files"),
        # of the classes behind `StudentCode`
        *("session", "check_id", "known", "lent", "reached", "clean_worker"),
        *("call", "called", "curtain", "known_mistakes", "most_attempts"),
    }
)


class Task(Frozen):
    """One task of the handout.

    Attributes:
        id: `T1`.
        title: A few words.
        points: What it is worth.
        functions: Names that the student writes for it.
    """

    id: str = Field(pattern=r"^T\d+$")
    title: str
    points: float = Field(ge=0)
    functions: tuple[str, ...]


class Limits(Frozen):
    """What a submission may use.

    Attributes:
        call_cpu_s: CPU seconds of one call; the wall clock kills at four times that.
        load_cpu_s: CPU seconds of running the file itself: a notebook's cells may train.
        submission_cpu_s: CPU seconds of loading and all calls together.
        memory_mb: Memory that the student's code may allocate, in MiB.
        disk_mb: Size of a file that it may write to its private directory, in MiB; all
            files together may be four times that.
    """

    call_cpu_s: float = Field(default=10, gt=0)
    load_cpu_s: float = Field(default=30, gt=0)
    submission_cpu_s: float = Field(default=120, gt=0)
    memory_mb: int = Field(default=2048, ge=256)
    disk_mb: int = Field(default=64, ge=1)


class Lab(Frozen):
    """A lab's contract: names, tasks and points.

    Attributes:
        name: Directory and module name, `logic_gates`.
        title: For people.
        order: Its place in the course.
        version: Changed by the teacher when marks may change.
        summary: One line for `grader labs`.
        preload: Packages that the worker imports before it forks.
        data: Data sets that its functions are called with, `mnist`.
        tasks: In the order of the handout; their points add up to 100.
        given: Functions of the stub that are complete; graded code gets them pristine.
        limits: What a submission may use.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    order: int
    version: str
    summary: str
    preload: tuple[str, ...] = ("numpy",)
    data: tuple[Literal["mnist"], ...] = ()
    tasks: tuple[Task, ...]
    given: tuple[str, ...] = ()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        ids = [task.id for task in self.tasks]
        if len(set(ids)) != len(ids):
            msg = f"task ids are not unique: {', '.join(ids)}"
            raise ValueError(msg)
        total = sum(task.points for task in self.tasks)
        if total != 100:
            msg = f"the tasks' points add up to {total:g}, not to 100"
            raise ValueError(msg)
        for task in self.tasks:
            for name in RESERVED & set(task.functions):
                msg = f"{task.id} can't ask for a function called {name}"
                raise ValueError(msg)
        return self

    def task_of(self, function: str) -> Task | None:
        """Return the task that asks for a function, if one does."""
        return next((task for task in self.tasks if function in task.functions), None)
