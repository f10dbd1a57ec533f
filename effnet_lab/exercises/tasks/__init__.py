"""The assignments: inputs, judges and hints, one module each. References may be imported here."""
