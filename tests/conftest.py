import os

from hypothesis import settings

# Machines are shared and tests assert no times; the same examples on every run and machine.
settings.register_profile("effnet-lab", deadline=None, derandomize=True)
settings.load_profile("effnet-lab")

# Workers that each start a thread for every core wait for each other, for minutes.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
