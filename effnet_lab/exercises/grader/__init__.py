"""Grading a notebook: its cells run in a worker process, and are judged outside of it."""
