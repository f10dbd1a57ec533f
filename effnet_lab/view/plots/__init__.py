"""Plots: each returns a `view.picture.Picture`."""
