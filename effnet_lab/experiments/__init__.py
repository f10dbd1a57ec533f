"""Data, training, records and sweeps. Import the modules: `runs` needs no torch, `train` does."""
