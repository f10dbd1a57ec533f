"""Every test that takes `assignment` runs for each assignment in the registry."""

from effnet_lab.exercises.assignment import ASSIGNMENTS


def pytest_generate_tests(metafunc):
    if "assignment_name" in metafunc.fixturenames:
        metafunc.parametrize("assignment_name", list(ASSIGNMENTS))
