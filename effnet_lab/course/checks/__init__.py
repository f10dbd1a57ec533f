"""Checks of what a learner built: pure functions from the learner's object to a `CheckResult`."""
