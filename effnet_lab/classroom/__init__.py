"""A class: its course folder, the learners' edition, and marks for all of what they hand in."""
