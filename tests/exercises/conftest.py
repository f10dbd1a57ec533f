"""Every test that takes `assignment` runs for each assignment in the registry."""

import pytest

from effnet_lab.exercises.assignment import ASSIGNMENTS

#: What takes long: `make exercises-audit` proves it, and `make test-all`.
SLOW = {
    ("test_every_slip_is_named_and_every_right_answer_accepted", "search"),
    ("test_every_slip_is_named_and_every_right_answer_accepted", "compound"),
    ("test_every_slip_is_named_and_every_right_answer_accepted", "mbconv"),
    ("test_two_slips_at_once_are_named", "compound"),
    ("test_two_slips_at_once_are_named", "mbconv"),
    ("test_inputs_are_plain_and_differ_from_seed_to_seed", "compound"),
}


def pytest_generate_tests(metafunc):
    if "assignment_name" in metafunc.fixturenames:
        names = [
            pytest.param(
                name, marks=[pytest.mark.slow] * ((metafunc.function.__name__, name) in SLOW)
            )
            for name in ASSIGNMENTS
        ]
        metafunc.parametrize("assignment_name", names)
