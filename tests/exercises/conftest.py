"""Every test that takes `assignment` runs for each assignment in the registry."""

import pytest

from effnet_lab.exercises.assignment import ASSIGNMENTS

#: Searches are tried hundreds of times: `make exercises-audit` proves them, and `make test-all`.
SLOW = {("test_every_slip_is_named_and_every_right_answer_accepted", "search")}


def pytest_generate_tests(metafunc):
    if "assignment_name" in metafunc.fixturenames:
        names = [
            pytest.param(
                name, marks=[pytest.mark.slow] * ((metafunc.function.__name__, name) in SLOW)
            )
            for name in ASSIGNMENTS
        ]
        metafunc.parametrize("assignment_name", names)
