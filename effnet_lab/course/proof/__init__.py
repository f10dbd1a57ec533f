"""The proof of lesson 02: a learner's block beside another implementation, and its slip."""
