"""What runs beside the learner's code: one module for each assignment, of probes only.

A grader's worker imports these, so they know no right answer, and import nothing that does: numpy,
torch and `exercises.probing` are all they need.
"""
