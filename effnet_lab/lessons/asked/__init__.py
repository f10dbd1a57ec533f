"""The questions of the lessons, a module each, named as its graded exercise.

A function is a question: it works the answer out and returns it with its words. Lessons show it by
name, `ask("compound.b7_macs")`, so that nothing of this stands where a guess is asked for. What a
function takes, the lesson gives: `ask("mbconv.silent_mistakes", MBConv, planted)`.
"""
