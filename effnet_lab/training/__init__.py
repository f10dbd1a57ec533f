"""Data, training, sweeps and studies."""
