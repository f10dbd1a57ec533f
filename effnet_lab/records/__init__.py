"""What runs were and what came of them; no torch."""
