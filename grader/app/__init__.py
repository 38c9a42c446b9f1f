"""What grader does for people: one use case a module, called by every entry point."""
