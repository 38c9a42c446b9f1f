"""The labs on disk: find them, load their checks, make stubs and mutants of solutions."""
