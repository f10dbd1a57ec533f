"""What an exercise is, and what learners, graders and authors do with it."""
