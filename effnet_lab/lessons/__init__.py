"""What a lesson needs: questions, the check of the machine, static twins."""
