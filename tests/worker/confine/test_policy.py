import pytest

from grader.worker.confine import Policy

LIMITS = {"memory_mb": 1, "cpu_s": 1, "file_mb": 1, "open_files": 1}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_of_zero_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} is 0"):
        Policy(read=(), write="/srv/submission", **LIMITS | {name: 0})


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param({"read": ("lib",), "write": "/srv/submission"}, id="read"),
        pytest.param({"read": (), "write": "work"}, id="write"),
    ],
)
def test_a_relative_path_is_refused(paths):
    with pytest.raises(ValueError, match="not an absolute path"):
        Policy(**paths, **LIMITS)
