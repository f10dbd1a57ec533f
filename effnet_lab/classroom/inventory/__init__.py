"""The concept inventory: twelve questions, asked before the course and after it."""
