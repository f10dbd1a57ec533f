"""What makes it a course: checks, quizzes and grading."""
