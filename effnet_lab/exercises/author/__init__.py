"""For whoever writes exercises: deriving them from solutions, and auditing their checks."""
