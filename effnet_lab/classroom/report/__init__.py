"""What a class shows as a whole: points, slips, items, and submissions that look alike."""
