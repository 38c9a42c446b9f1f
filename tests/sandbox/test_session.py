"""A session: honest calls come back, everything else costs that call alone."""

import contextlib
import os
import select
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.domain.lab import Limits
from grader.domain.student import CallFailed, Opaque
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError
from grader.sandbox.clock import Deadline, Overdue
from grader.sandbox.plain import PlainChild

LIMITS = Limits(call_cpu_s=1, submission_cpu_s=6, memory_mb=512)


@pytest.fixture(params=["confined", "plain"])
def open_session(request, submission_of):
    """Open a session for some code, confined and as a plain process."""
    sandbox = request.getfixturevalue(request.param)
    opened = []

    def open_it(code, *, limits=LIMITS, seed=1):
        session = sandbox.session(submission_of(code), limits=limits, seed=seed)
        opened.append(session)
        return session

    yield open_it
    for session in opened:
        session.close()


@pytest.fixture
def confined_session(confined, submission_of):
    """Open a confined session."""
    opened = []

    def open_it(code, *, limits=LIMITS):
        opened.append(confined.session(submission_of(code), limits=limits, seed=1))
        return opened[-1]

    yield open_it
    for session in opened:
        session.close()


def value(session, name, *args, **kwargs):
    (reply,) = session.call([(name, args, kwargs)])
    return reply.value


def failure(session, name, *args, **kwargs):
    with pytest.raises(CallFailed) as caught:
        session.call([(name, args, kwargs)])
    return caught.value


def test_a_call_returns_arrays_and_numbers(open_session):
    session = open_session("def f(x, *, k): return x * k, float(x.sum())")

    doubled, total = value(session, "f", np.arange(3.0), k=2)

    np.testing.assert_array_equal(doubled, [0.0, 2.0, 4.0])
    assert total == 3.0


def test_a_function_as_argument_is_called_back_here(open_session):
    seen = []
    session = open_session("def twice(g, x): return g(g(x))")

    def spy(x):
        seen.append(x)
        return x + 1

    assert value(session, "twice", spy, 3) == 5
    assert seen == [3, 4]


def test_a_lent_name_stands_for_ours_during_the_call_only(open_session):
    session = open_session("def g(): return 'mine'\ndef f(): return g()")

    (reply,) = session.call([("f", (), {})], lent={"g": lambda: "ours"})

    assert reply.value == "ours"
    assert value(session, "f") == "mine"


def test_an_error_in_a_lent_function_is_the_students_to_handle(open_session):
    session = open_session(
        "def f():\n    try: g()\n    except RuntimeError as e: return str(e)"
    )

    (reply,) = session.call([("f", (), {})], lent={"g": lambda: 1 / 0})

    assert "ZeroDivisionError" in reply.value


def test_many_calls_travel_in_one_message(open_session):
    session = open_session("def f(x): return x + 1")

    replies = session.call([("f", (n,), {}) for n in range(50)])

    assert [reply.value for reply in replies] == list(range(1, 51))


def test_changed_arguments_come_back(open_session):
    session = open_session("def f(x): x[0] = 9")

    (reply,) = session.call([("f", (np.zeros(2),), {})], after=True)

    assert reply.args_after[0].tolist() == [9.0, 0.0]


def test_warnings_come_back(open_session):
    session = open_session("import numpy as np\ndef f(): return np.exp(1e4)")

    (reply,) = session.call([("f", (), {})])

    assert reply.warnings == ("RuntimeWarning: overflow encountered in exp",)


@pytest.mark.parametrize(
    ("body", "outcome", "text"),
    [
        pytest.param("return 1 / 0", Outcome.RAISED, "ZeroDivisionError", id="raises"),
        pytest.param("raise SystemExit", Outcome.RAISED, "exit()", id="exits"),
        pytest.param("raise KeyboardInterrupt", Outcome.RAISED, "Interrupt", id="base"),
        pytest.param(
            "raise NotImplementedError('T1: write f')",
            Outcome.NOT_ATTEMPTED,
            "T1: write f",
            id="stub",
        ),
        pytest.param(
            "raise MemoryError", Outcome.OUT_OF_MEMORY, "MemoryError", id="memory"
        ),
        pytest.param(
            "import os; os._exit(3)", Outcome.RAISED, "status 3", id="os-exit"
        ),
        pytest.param("import os; os.abort()", Outcome.RAISED, "SIGABRT", id="aborts"),
        pytest.param("return input()", Outcome.RAISED, "nobody answers", id="asks"),
        pytest.param("return [0] * 10**7", Outcome.RAISED, "too long", id="too-large"),
        pytest.param(
            "while True: print('x' * 10**5)", Outcome.RAISED, "64 MB", id="floods"
        ),
    ],
)
def test_a_failing_call_costs_that_call_alone(open_session, body, outcome, text):
    session = open_session(f"def f():\n    {body}\ndef g(): return 7")

    failed = failure(session, "f")

    assert failed.outcome is outcome
    assert text in failed.message
    assert value(session, "g") == 7


def test_an_endless_call_costs_that_call_alone(open_session):
    code = "def f():\n    while True: pass\ndef g(): return 7"
    session = open_session(code, limits=Limits(call_cpu_s=0.3))

    failed = failure(session, "f")

    assert failed.outcome is Outcome.TIMED_OUT
    assert value(session, "g") == 7


def test_a_missing_name_is_not_attempted(open_session):
    failed = failure(open_session("x = 1"), "f")

    assert failed.outcome is Outcome.NOT_ATTEMPTED
    assert "there is no f in your file" in failed.message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("def f(x)\n    return x", "line 1, SyntaxError", id="syntax"),
        pytest.param("x = 1\nx / 0\ndef f(): pass", "line 2, ZeroDiv", id="raises"),
    ],
)
def test_what_a_broken_script_did_not_reach_is_no_missing_work(
    open_session, code, told
):
    failed = failure(open_session(code), "f")

    assert failed.outcome is Outcome.RAISED
    assert f"f was not reached: the file stopped at {told}" in failed.message


def test_an_error_names_the_students_line(open_session):
    failed = failure(open_session("def f():\n    x = 1\n    return x / 0"), "f")

    assert "line 3" in failed.message


def test_a_notebooks_error_names_cell_and_line(open_session):
    failed = failure(open_session(["x = 1", "\ndef f():\n    return y"]), "f")

    assert "cell 2, line 3" in failed.message


def test_a_failing_cell_is_kept_and_the_rest_still_runs(open_session):
    session = open_session(["a = 1", "a / 0", "syntax error", "def f(): return a"])

    faults = session.load()

    assert [fault.where for fault in faults] == ["cell 2, line 1", "cell 3, line 1"]
    assert value(session, "f") == 1


def test_magics_do_nothing(open_session):
    session = open_session(
        ["files = get_ipython().getoutput('ls')\ndef f(): return files", "display(1)"]
    )

    assert session.load() == ()
    assert value(session, "f") == []


def test_the_self_check_cell_of_a_notebook_does_nothing(open_session):
    session = open_session(["from grader.notebook import check", "check('tiny')"])

    assert session.load() == ()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("while True: pass", id="loop"),
        pytest.param("import os; os._exit(0)", id="exit"),
    ],
)
def test_a_file_that_can_not_be_loaded_is_reported_by_every_call(open_session, code):
    session = open_session(code, limits=Limits(load_cpu_s=0.3, submission_cpu_s=3))

    first, second = failure(session, "f"), failure(session, "f")

    assert first.message == second.message
    assert "can't be loaded" in first.message


def test_a_submission_has_a_budget_for_all_its_calls(open_session):
    limits = Limits(call_cpu_s=0.3, submission_cpu_s=0.5)
    session = open_session("def f():\n    while True: pass", limits=limits)

    failure(session, "f")
    last = failure(session, "f")

    assert last.message.startswith("your work used up its ")


def test_global_randomness_repeats_for_the_same_seed(open_session):
    code = (
        "import random, numpy as np\n"
        "def f(): return random.random(), np.random.rand(), list({'a', 'b', 'c'})"
    )

    runs = [value(open_session(code, seed=5), "f") for _ in range(2)]

    assert runs[0] == runs[1]


def test_an_object_that_does_not_travel_is_opaque(open_session):
    assert type(value(open_session("def f(): return object()"), "f")) is Opaque


def test_a_figure_arrives_as_data(open_session):
    code = (
        "import matplotlib.pyplot as plt\n"
        "def f():\n    plt.plot([1, 2], [3, 4])\n    plt.xlabel('step')"
    )

    figure = value(open_session(code, limits=Limits(call_cpu_s=10)), "f")

    assert figure.axes[0].xlabel == "step"
    assert figure.axes[0].series[0].y == (3.0, 4.0)


def test_nothing_of_ours_can_be_imported(open_session):
    code = (
        "import sys\n"
        "def f(): return sorted(n for n in sys.modules if n.startswith('grader'))\n"
        "def g():\n    import grader.checks"
    )
    session = open_session(code)

    assert value(session, "f") == ["grader", "grader.data", "grader.notebook"]
    assert "ModuleNotFoundError" in failure(session, "g").message


def test_the_environment_has_nothing_of_the_callers(open_session, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "42")
    session = open_session("import os\ndef f(): return sorted(os.environ)")

    assert "SECRET_OF_THE_TEACHER" not in value(session, "f")


def test_the_expected_values_can_not_be_read(confined_session):
    solution = "tests/course/reference/tiny/tiny.py"
    session = confined_session(f"def f(path): return open(path).read()\n# {solution}")

    failed = failure(session, "f", __file__)

    assert "PermissionError" in failed.message


def test_waiting_ends_by_the_wall_clock(confined_session):
    session = confined_session(
        "import threading\ndef f(): threading.Event().wait()",
        limits=Limits(call_cpu_s=0.2),
    )

    assert failure(session, "f").outcome is Outcome.TIMED_OUT


def test_forty_gigabytes_are_refused_at_once(confined_session):
    code = "import numpy as np\ndef f(): return np.zeros(5 * 10**9)\ndef g(): return 7"
    session = confined_session(code)

    assert failure(session, "f").outcome is Outcome.OUT_OF_MEMORY
    assert value(session, "g") == 7


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("import socket; socket.socket()", id="network"),
        pytest.param("import os; os.fork()", id="fork"),
        pytest.param("import subprocess; subprocess.run(['true'])", id="exec"),
        pytest.param("open('/etc/passwd')", id="read"),
        pytest.param("open('/tmp/x', 'w')", id="write"),
        pytest.param("import os; os.kill(os.getppid(), 9)", id="kill-parent"),
    ],
)
def test_a_confined_child_can_not(confined_session, body):
    assert "Error" in failure(confined_session(f"def f():\n    {body}"), "f").message


def test_a_forged_answer_is_refused(confined_session):
    # the child's line is descriptor 3: it answers before it is asked
    code = (
        "import os, struct\n"
        "def f():\n"
        "    os.write(3, b'GRD1' + struct.pack('>IQ', 2, 0) + b'{}')\n"
        "    return 1"
    )
    session = confined_session(code)

    assert "can't be read" in failure(session, "f").message


def test_an_answer_to_another_question_is_refused(confined_session):
    code = (
        "import os, struct, json\n"
        "def f():\n"
        "    m = json.dumps({'m': {'id': 99, 'replies': [{'value': 1, 'warnings': []}]},"
        " 'a': []}).encode()\n"
        "    os.write(3, b'GRD1' + struct.pack('>IQ', len(m), 0) + m)\n"
    )

    assert "another question" in failure(confined_session(code), "f").message


def test_calling_back_does_not_wind_the_clock_up(open_session):
    session = open_session(
        "import threading\ndef f(g):\n    while True: g(); threading.Event().wait(0.1)",
        limits=Limits(call_cpu_s=0.2),
    )

    assert failure(session, "f", lambda: 1).outcome is Outcome.TIMED_OUT


def test_waiting_uses_up_a_budget_of_its_own(confined_session):
    limits = Limits(call_cpu_s=10, submission_cpu_s=0.2)
    code = "import threading\ndef f(): threading.Event().wait()\ndef g(): return 7"
    session = confined_session(code, limits=limits)

    failure(session, "f")

    assert "used up its 0.8 s, mostly waiting" in failure(session, "g").message


def test_a_submission_without_budget_gets_no_new_worker(confined_session, monkeypatch):
    limits = Limits(call_cpu_s=1, submission_cpu_s=0.2)
    session = confined_session("def f():\n    while True: pass", limits=limits)
    failure(session, "f")
    monkeypatch.setattr(session, "_open_child", None)

    failed = failure(session, "f")

    # which clock ran out first is the machine's affair
    assert failed.message.startswith("your work used up its ")


FORGE = """
import json, os, struct
def send(message, arrays=(), payload=b""):
    header = json.dumps({"m": message, "a": arrays}).encode()
    os.write(3, b"GRD1" + struct.pack(">IQ", len(header), len(payload)) + header + payload)
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('send({"callback": [], "args": [], "kwargs": {}})', id="callback"),
        pytest.param(
            'send({"id": {"$a": 0}}, [["int64", [2]]], bytes(16))', id="array-as-id"
        ),
        pytest.param('send({"id": True})', id="truth-as-id"),
    ],
)
def test_an_answer_of_other_types_is_refused(confined_session, body):
    session = confined_session(f"{FORGE}\ndef f(g): {body}")

    assert "can't be read" in failure(session, "f", len).message


def test_a_signal_without_a_name_costs_that_call_alone(confined_session):
    session = confined_session(
        "import os\ndef f(): os.kill(os.getpid(), 40)\ndef g(): return 7"
    )

    assert "signal 40" in failure(session, "f").message
    assert value(session, "g") == 7


def test_closing_the_line_is_no_lack_of_memory(confined_session, monkeypatch):
    monkeypatch.setattr("grader.sandbox.child.LEFT_BEHIND_S", 0.1)
    session = confined_session(
        "import os, threading\ndef f():\n    os.close(3)\n    threading.Event().wait()"
    )

    failed = failure(session, "f")

    assert failed.outcome is Outcome.RAISED
    assert "closed the line" in failed.message


def test_a_worker_that_we_can_not_have_is_not_the_students_error(open_session):
    def lost():
        raise InfrastructureError("no lender")

    session = open_session("def f(g):\n    try: g()\n    except Exception: return 1")

    with pytest.raises(InfrastructureError, match="no lender"):
        session.call([("f", (lost,), {})])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't stop a process")
def test_a_plain_child_that_does_not_read_is_given_up(tmp_path):
    child = PlainChild.started(tmp_path)
    os.kill(child._process.pid, signal.SIGSTOP)

    with pytest.raises(Overdue):
        child.send(bytes(10**6), child.watch(Deadline.of(0.05)))

    assert child.end().status == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups")
def test_what_a_plain_child_started_ends_with_it(plain, submission_of):
    code = (
        "import subprocess, sys\n"
        "def f(): return subprocess.Popen([sys.executable, '-c', 'input()'],"
        " stdin=subprocess.PIPE).pid"
    )
    with plain.session(submission_of(code), limits=LIMITS, seed=1) as session:
        pid = value(session, "f")
        pidfd = os.pidfd_open(pid)

    assert select.select([pidfd], [], [], 5)[0]
    os.close(pidfd)


def certain(session):
    return [(found.kind, found.times) for found in session.tampering if found.certain]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param("os.write(3, b'GRD1' + bytes(99))", "forged_answer", id="noise"),
        pytest.param("send({'id': 1, 'replies': []})", "forged_answer", id="guessed"),
        pytest.param("send([1])", "forged_answer", id="no-dict"),
        pytest.param("send({'audit': {}, 'id': 2})", "forged_answer", id="in-audit"),
        pytest.param(
            "send({'callback': 1, 'args': [], 'kwargs': {}})",
            "calls_what_was_not_lent",
            id="callback",
        ),
        pytest.param(
            "os.close(3); threading.Event().wait()", "left_the_line", id="hangs-up"
        ),
    ],
)
def test_a_broken_protocol_is_certainly_tampering(
    confined_session, monkeypatch, body, kind
):
    monkeypatch.setattr("grader.sandbox.child.LEFT_BEHIND_S", 0.1)
    session = confined_session(f"{FORGE}\nimport threading\ndef f(): {body}")

    failure(session, "f")

    assert certain(session) == [(kind, 1)]


# the line's questions pass through here on their way to the student's code
OVERHEAR = """
import sys
def question():
    frame = sys._getframe()
    while "message" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["message"]["id"]
"""


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("{'id': question()}", id="no-replies"),
        pytest.param("{'id': question(), 'replies': [1]}", id="no-reply"),
        pytest.param("{'id': question(), 'replies': [{'value': 1}] * 2}", id="two"),
        pytest.param(
            "{'id': question(), 'replies': [{'error': {'kind': 1, 'message': 2}}]}",
            id="no-error",
        ),
    ],
)
def test_an_answer_in_a_form_that_is_not_ours_is_certainly_tampering(
    confined_session, answer
):
    session = confined_session(f"{FORGE}{OVERHEAR}\ndef f(): send({answer})")

    failure(session, "f")

    assert certain(session) == [("forged_answer", 1)]


def test_an_answer_before_the_question_is_certainly_tampering(confined_session):
    # the own question is known here, so its answer can be given twice; the next is not
    code = (
        f"{FORGE}{OVERHEAR}\n"
        "def f():\n"
        "    for question_ in (question(), question() + 1):\n"
        "        reply = {'value': 'forged', 'warnings': []}\n"
        "        send({'id': question_, 'replies': [reply]})\n"
        "def g(): return 7"
    )
    session = confined_session(code)
    assert value(session, "f") == "forged"

    failed = failure(session, "g")

    assert "another question" in failed.message
    assert certain(session) == [("forged_answer", 1)]
    assert value(session, "g") == 7


def test_reports_without_end_are_no_answer(confined_session):
    session = confined_session(
        f"{FORGE}\ndef f():\n    while True: send({{'audit': {{}}}})"
    )

    assert failure(session, "f").outcome is Outcome.RAISED
    assert certain(session) == [("forged_answer", 1)]


def test_a_forged_report_of_tampering_is_no_answer_and_bounded(confined_session):
    code = (
        f"{FORGE}\n"
        "def f():\n"
        "    send({'audit': {'full_marks': [1, 'x'], 'forged_answer': [9, 'x']}})\n"
        "    send({'audit': {'walks_frames': [5, 'a' * 10**6]}})\n"
        "    send({'audit': 'x'})\n"
        "    return 7"
    )
    session = confined_session(code)

    assert value(session, "f") == 7
    (found,) = session.tampering
    assert (found.kind, found.certain, len(found.says) < 300) == (
        "walks_frames",
        False,
        True,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("import os; os._exit(3)", id="ends"),
        pytest.param("import os; os.abort()", id="crashes"),
        pytest.param("return [0] * 10**7", id="too-large"),
        pytest.param("import sys; sys.exit()", id="exits"),
        pytest.param("raise BaseException", id="raises"),
        pytest.param("print('{\"id\": 1}' * 10**6)", id="prints"),
        pytest.param("return '\\ud800'", id="surrogate"),
        pytest.param("return float('nan'), 10**999, object(), {1: 2}", id="odd-values"),
    ],
)
def test_ending_crashing_and_odd_values_are_no_tampering(open_session, body):
    session = open_session(f"def f():\n    {body}")

    with contextlib.suppress(CallFailed):
        session.call([("f", (), {})])

    assert session.tampering == ()


def test_a_value_that_is_more_than_we_read_is_no_tampering(open_session):
    session = open_session("import numpy as np\ndef f(): return np.zeros((0, 10**9))")

    assert "the value can't be sent" in failure(session, "f").message
    assert session.tampering == ()


def test_a_value_of_ours_that_is_too_large_is_not_the_students_doing(open_session):
    session = open_session("def f(g): return g()")

    failure(session, "f", lambda: [0] * 2_000_000)

    assert certain(session) == []


def test_a_worker_that_can_not_be_ended_is_no_result(open_session, monkeypatch):
    session = open_session("def f(): return 7")
    value(session, "f")
    child = session._child
    end = child.end

    def refuse():
        end()
        raise PermissionError("not yours")

    monkeypatch.setattr(child, "end", refuse)

    with pytest.raises(InfrastructureError, match="can't be ended: not yours"):
        session.close()


def test_a_retired_worker_is_killed_at_once_and_gone_at_the_end(confined_session):
    session = confined_session("seen = []\ndef f(x): seen.append(x); return seen")
    session.call([("f", (1,), {})])
    first = session._child
    session.retire()
    after_retiring = first._ended_within(10)

    (reply,) = session.call([("f", (2,), {})])
    session.close()

    assert after_retiring
    assert reply.value == [2]
    assert not Path(f"/proc/{first._pid}").exists()
    assert not first._directory.exists()
    assert session.cpu_s >= first.end().cpu_s > 0
