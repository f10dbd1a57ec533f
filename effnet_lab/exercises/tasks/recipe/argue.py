"""The recorded recipes, what is asked about them, and a model answer: no figure is typed here.

All three are written anew from the records by `make exercises`, and hold whatever these say.
"""

from collections.abc import Mapping

from ....records.labels import BASE
from ....records.runs import recorded
from .recorded_recipes import Training, training

#: Recipes that the texts speak of by name.
NONE, POLICY, RATE = "no augmentation", "AutoAugment", "learning rate"


def cells() -> Mapping[str, str]:
    """Return the table of the recorded runs, the question and the model answer, by their cells."""
    return texts(training(recorded("recipes")), training(recorded("recipes_few")))


def texts(short: Training, few: Training) -> Mapping[str, str]:
    """Return the same of any two trainings: on all pictures, and on a tenth of them."""
    return {
        "records": table(short, few),
        "argue-task": question(short),
        "argue-answer": answer(short, few),
    }


def table(short: Training, few: Training) -> str:
    lines = []
    for name, row in short.rows.items():
        shown = [
            f"{one.train:.1f} | {one.val:.1f} | {one.points if one.gain else ''}"
            for one in (row, few.rows[name])
        ]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    rows = "\n".join(lines)
    return f"""## Records to argue from

These are runs of ours, the studies `recipes` and `recipes_few` of lesson 06. One small network, \
two trainings of about equally many steps: {short.epochs} epochs of *all* pictures, and \
{few.epochs} epochs of *a tenth* of them. The base mirrors pictures and shifts them a little; \
each other recipe differs from it in one ingredient. *train* is the accuracy on training pictures \
in the last epoch, as they were shown (augmented, with everything switched on); *val* is the \
accuracy on validation pictures. Both are means over {min(short.seeds, few.seeds)} seeds, in \
percent. *gain* is by how many points *val* lies above the base's, ± its margin: as in lesson 05, \
it follows from the spread of all runs of the study, and allows for the number of recipes. A gain \
smaller than its margin is within noise.

| recipe | all: train | all: val | all: gain | a tenth: train | a tenth: val | a tenth: gain |
|---|---|---|---|---|---|---|
{rows}"""


def claimed(short: Training) -> str:
    """Return the recipe that looks best of those that add something to the base, within noise."""
    unsure = [name for name, row in short.added.items() if row.verdict == "within noise"]
    return next(iter(unsure or short.added))


def question(short: Training) -> str:
    policy, name, base = short.rows[POLICY], claimed(short), short.rows[BASE]
    return f"""1. One of the two trainings underfits, the other overfits. Which is which, and \
which numbers of the base and of *{NONE}* say so? *(3 points: one each for the two trainings, one \
for the numbers)*
2. What do flips and shifts do to the validation accuracy in each of the two trainings (the base \
against *{NONE}*)? Explain both. *(4 points: two each)*
3. In the first training {POLICY} reaches {policy.val:.1f}% on validation pictures and only \
{policy.train:.1f}% on training pictures. A colleague takes that for a mistake in the code. Is \
it? *(2 points)*
4. "{name[0].upper()}{name[1:]} helps: {short.rows[name].val:.1f} against {base.val:.1f}." What \
do you answer? *(2 points: the verdict, and the number behind it)*
5. The same network is now to be trained for 100 epochs of *all* pictures; nobody has records of \
that. Argue for a recipe: with which one or two ingredients do you begin, what do you expect of \
them, and how do you find out whether you were right, without spoiling the test pictures? *(7 \
points: 3 for reasons from the table, 2 for how you choose, 1 for seeds and spread, 1 for what \
would change your mind)*"""


#: Why leaving flips and shifts out is a gain, a loss, or neither.
_WHY_NONE = {
    "a gain": "each showing is another picture, which is harder to learn, and in so few epochs "
    "nothing is learned by heart anyway",
    "a loss": "the same pictures come so often that the network learns them by heart; changed ones "
    "keep it from that, and what it learns in their place holds for others, too",
    "within noise": "changed pictures are harder to learn, but cannot be learned by heart; in "
    "these runs neither outweighs the other beyond noise",
}

#: What is to be said of a claim that an ingredient helps.
_CLAIM = {
    "a gain": "More than noise: the interval lies above zero. It holds for this training only.",
    "within noise": "Within noise: the interval contains zero. Nothing was shown, neither that it "
    "helps nor that it does not.",
    "a loss": "It does not: the interval lies below zero.",
}


def answer(short: Training, few: Training) -> str:
    one, other = short.rows, few.rows
    begun = " and ".join(f"*{name}* ({row.told})" for name, row in [*few.added.items()][:2])
    rates = "; ".join(
        f"*{name}*: {row.told}, and {other[name].told}" for name, row in one.items() if RATE in name
    )
    name = claimed(short)
    return f"""The figures are those of the table above.

1. *All pictures* underfits: the base has {one[BASE].train:.1f} on training and \
{one[BASE].val:.1f} on validation pictures, and without augmentation it is {one[NONE].train:.1f} \
and {one[NONE].val:.1f}. They lie together, and are low: the network has not even learned what it \
was shown. *A tenth* overfits: without augmentation {other[NONE].train:.1f} on its own pictures \
and {other[NONE].val:.1f} on others. It knows them by heart. With flips and shifts the gap is \
smaller, {other[BASE].train:.1f} and {other[BASE].val:.1f}.
2. To leave them out means {one[NONE].told}, in the first training: \
{_WHY_NONE[one[NONE].verdict]}. In the second it means {other[NONE].told}: \
{_WHY_NONE[other[NONE].verdict]}.
3. No. The training accuracy is measured on changed pictures, as they were shown, and while the \
weights were still moving; validation pictures are shown unchanged, at the end. They are easier.
4. {_CLAIM[one[name].verdict]} The number behind it is {one[name].points}.
5. A hundred epochs show each picture 100 times: {100 / short.epochs:.3g} times as often as in \
the first training, {100 / few.epochs:.3g} times as often as in the second, though there are ten \
times as many pictures to learn. I expect that without augmentation the network learns by heart, \
less than with a tenth of the pictures, so I begin with flips and shifts (without them: \
{other[NONE].told}, in the second training). To the base I add what did best of all that was \
added where pictures were shown often, {begun}, each alone and both together. Of {POLICY}, which \
is part of the paper's recipe, the table says {one[POLICY].told} in the first training and \
{other[POLICY].told} in the second; whoever tries it says what is different in a longer one. The \
learning rate stays ({rates}). All recipes are fixed now, trained with the same five seeds each, \
and compared by mean validation accuracy, each gain with its margin. The test pictures are \
looked at once, for the one that is chosen. If the base's training and validation accuracy stay \
close together, I was wrong: the network underfits still, and I would rather take a larger \
network than more augmentation. An ingredient whose interval does not lie above zero goes."""
