"""Which submissions of a lab resemble each other."""
