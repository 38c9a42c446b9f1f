"""Automated grading for neural-network labs.

Kept empty on purpose: the untrusted worker imports `grader.worker`, and whatever stood
here would come with it into a process that runs student code.
"""
