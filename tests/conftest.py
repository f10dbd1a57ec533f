import os

from hypothesis import settings

# Machines are shared and tests assert no times; the same examples on every run and machine.
settings.register_profile("all", deadline=None, derandomize=True)
settings.register_profile("few", settings.get_profile("all"), max_examples=20)


def pytest_configure(config):
    """Draw fewer examples where slow tests are left out."""
    settings.load_profile("few" if "not slow" in config.option.markexpr else "all")


# Workers that each start a thread for every core wait for each other, for minutes.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
