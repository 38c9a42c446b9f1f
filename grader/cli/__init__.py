"""The command line: parse, call `grader.app`, show. Nothing heavy before it is needed."""

from grader.cli.main import main

__all__ = ["main"]
