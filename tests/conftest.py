from hypothesis import settings

# Machines are shared and tests assert no times; the same examples on every run and machine.
settings.register_profile("effnet-lab", deadline=None, derandomize=True)
settings.load_profile("effnet-lab")
