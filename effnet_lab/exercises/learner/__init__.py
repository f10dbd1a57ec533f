"""For the learner: check, hint, solution, progress, certificate."""
