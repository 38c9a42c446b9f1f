"""The untrusted side: everything here runs in a process that will run student code.

    boot ──▶ zygote ──fork──▶ serve      Linux: packages imported once, a child per submission
    boot ───────────────────▶ serve      elsewhere: a plain process per submission

Nothing here may hold an expected value, a check or another student's work, and nothing
that it sends is believed: it makes claims, the grading process judges them. It imports
`grader.wire`, the standard library, NumPy, and Matplotlib where a figure is asked for.
Nobody imports it: it is started by `boot.py` as a process of its own.
"""
