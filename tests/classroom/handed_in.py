"""Notebooks that learners hand in, and who they are."""

import json

from effnet_lab.exercises.assignment import ASSIGNMENTS

ASSIGNMENT = ASSIGNMENTS["counting_cost"]
SOLUTION = ASSIGNMENT.notebook("solutions").read_bytes()
ROSTER = """id,name,email,moodle,canvas
ada,Ada Lovelace,ada@example.org,,101
bob,Bób O'Neill,bob@example.org,,102
eve,"Van der Berg, Eve",eve@example.org,,103
"""


def answering(text, code=""):
    """The solution with another written answer, and one more cell."""
    notebook = json.loads(SOLUTION)
    for cell in notebook["cells"]:
        if cell["id"] == "three-numbers-answer":
            cell["source"] = [text]
    more = {
        "cell_type": "code",
        "id": "more",
        "metadata": {},
        "outputs": [],
        "source": [code],
        "execution_count": None,
    }
    return json.dumps({**notebook, "cells": [*notebook["cells"], *([more] * bool(code))]}).encode()
