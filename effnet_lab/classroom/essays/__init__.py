"""Written answers: marked on a page of this machine, by keyboard."""
