"""Start a worker: `python -s -P -B boot.py zygote FD PACKAGE...` or `... plain DIR`.

`... offers` prints as JSON what layers of confinement a worker gets here, and ends.

Makes `grader` importable for its own modules only, then takes it off `sys.path`: an
editable install would otherwise put the project's directory there, solutions included.
"""

import json
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
PACKAGES = ("site-packages", "dist-packages")


def _only_installed_packages() -> None:
    """Keep the standard finders and the entries below the interpreter's prefixes.

    Never a checkout of this project, even if it lies below a prefix such as /usr.
    """
    roots = [Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()]
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, PathFinder]
    entries = [(entry, Path(entry).resolve()) for entry in sys.path]
    sys.path[:] = [
        entry
        for entry, path in entries
        if any(path.is_relative_to(root) for root in roots)
        and (path != HOME or HOME.name in PACKAGES)
    ]


def _boot(mode: str, *arguments: str) -> None:
    _only_installed_packages()
    sys.path.insert(0, str(HOME))
    if mode == "zygote":
        from grader.worker import zygote

        del sys.path[0]
        zygote.main(int(arguments[0]), list(arguments[1:]))
    elif mode == "offers":
        from grader.worker import confine

        layers, refused = confine.try_all()
        print(json.dumps({"layers": layers, "refused": refused}), flush=True)  # noqa: T201
    else:
        from grader.worker import plain

        del sys.path[0]
        plain.main(arguments[0])


if __name__ == "__main__":
    _boot(*sys.argv[1:])
