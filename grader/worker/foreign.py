"""Which paths and commands no honest hand-in has a use for.

A file that is not there is no offence: students leave paths of their own machines in
their code (`/content/drive/data.csv`). So a path outside the worker's directory counts
only where it is the system's, is called like something of the grader's, or exists.
"""

import os
import re
import sys
from pathlib import Path

# where the grader is installed, or its checkout
HOME = str(Path(__file__).resolve().parents[2])
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/root", "/boot", "/run", "/var")
# read by honest code that shows memory, processors or the system's name
HARMLESS = re.compile(
    r"/dev/(?:null|zero|full|u?random|tty|std(?:in|out|err))"
    r"|/proc/(?:meminfo|cpuinfo|stat|loadavg|version|uptime)"
    r"|/proc/self/(?:status|stat|statm|io)"
    r"|/etc/(?:os-release|hostname|localtime|timezone|mime\.types)"
    r"|/sys/fs/cgroup/.*|/var/tmp/.*"
)
TEMPORARY = {"/tmp", "/var/tmp"}  # noqa: S108 - named, not used
# what holds answers, marks or keys
TELLING = {
    *("reference", "mistakes.py", "checks.py", "calibration.json", "lab.toml"),
    *("gradebook.sqlite", "grades.csv", "checks.csv"),
    *(".ssh", ".bashrc", ".profile", ".bash_profile", ".netrc", ".aws"),
}
HARMLESS_COMMANDS = {
    *("pip", "pip3", "conda", "mamba", "uv", "apt", "apt-get", "git"),
    *("wget", "curl", "unzip", "tar", "gdown", "kaggle", "nvidia-smi"),
    *("clear", "cls", "ls", "pwd", "echo", "uname", "lscpu", "free", "date"),
}
_WORDS_OF_SHELLS = re.compile(r"^(?:\S*/)?(?:ba|da|z)?sh -c ")
_PYTHON_MODULE = re.compile(r"^\S*python[0-9.]*(?:\.exe)? -m ")
_NEXT_COMMAND = re.compile(r"[;&|\n`]+|\$\(")


def is_foreign(path: str, directory: str) -> bool:
    """Return whether a path leads where no hand-in belongs.

    Args:
        path: As the code gave it, up to any length.
        directory: The worker's own, which is also the current one.
    """
    whole = os.path.normpath(os.path.join(directory, path[:4096]))  # noqa: PTH118 - quick
    if _below(whole, directory):
        return False
    if _below(whole, f"{HOME}/grader") or _below(whole, f"{HOME}/reference"):
        return True
    if any(_below(whole, prefix) for prefix in (sys.prefix, sys.base_prefix)):
        return False
    if not TELLING.isdisjoint(Path(whole).parts):
        return True
    if any(_below(whole, root) for root in SYSTEM):
        return HARMLESS.fullmatch(whole) is None
    if os.path.dirname(whole) in TEMPORARY:  # noqa: PTH120 - quick
        # may be the student's own of a minute ago
        return False
    # ".." is a look around one's own folder, as a student sees it
    return Path(path).is_absolute() and os.path.lexists(whole)


def _below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def is_harmless_command(command: str) -> bool:
    """Return whether every command of a shell line is one that notebooks run."""
    line = _WORDS_OF_SHELLS.sub("", command[:4096].strip())
    parts = [part.split() for part in _NEXT_COMMAND.split(_module_run(line))]
    names = [os.path.basename(words[0]) for words in parts if words]  # noqa: PTH119
    return all(name in HARMLESS_COMMANDS for name in names)


def _module_run(line: str) -> str:
    """Return `pip install x` for `/usr/bin/python3 -m pip install x`."""
    return _PYTHON_MODULE.sub("", line)
