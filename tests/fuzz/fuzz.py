"""Fuzz a reader, led by coverage: `python tests/fuzz/fuzz.py TARGET --seconds N`.

Ends with the number of inputs and of covered edges; what breaks a promise is written to
the current folder as `crash-...`, what takes too long or too much memory as `timeout-...`
or `oom-...`. Needs atheris (`pip install -e ".[fuzz]"`).
"""

import argparse
import sys
import tempfile
from pathlib import Path

# for one input; the readers' own limits are the fuzzed ones of targets.py
MOST_SECONDS = 10
MOST_MEGABYTES = 1500
LONGEST_INPUT = 4096


def main() -> None:
    """Run one target until the time is up or something breaks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit('atheris is not installed: pip install -e ".[fuzz]"')
    with atheris.instrument_imports(include=["grader", "zipfile", "json", "tokenize"]):
        import targets  # beside this script
    target = targets.TARGETS.get(options.target)
    if target is None:
        sys.exit(f"there is no such target: choose from {', '.join(targets.TARGETS)}")
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            Path(corpus, str(number)).write_bytes(seed)
        limits = (
            f"-max_total_time={options.seconds}",
            f"-timeout={MOST_SECONDS}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            f"-max_len={LONGEST_INPUT}",
        )
        flags = ("-print_final_stats=1", corpus)
        atheris.Setup([sys.argv[0], *limits, *flags], target.check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
