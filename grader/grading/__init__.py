"""The engine: plan the checks, run them against one submission, add up the marks."""
