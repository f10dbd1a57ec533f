"""The pairs of networks that cost about the same, so that accuracies may be compared."""

from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement, pairwise, permutations, product
from operator import gt, itemgetter, le, lt
from random import Random
from typing import Any

from ...._slips import Function, Slip
from ... import About, Case, Task, slip
from ...plain import Plain
from ...probing import texts_apart

Rows = list[dict[str, Any]]
NAMES = ("narrow", "wide", "deep", "flat", "sharp", "coarse", "compound", "base")


def cases(random: Random) -> list[Case]:
    base = 4 * random.randint(150, 400)
    near = [base * 1.1 ** random.randrange(5) * n for n in random.sample(range(1000, 1011), 11)]
    exact = [1000 * base * n for n in random.sample(range(4, 11), 5)]

    def drawn(macs: Sequence[float]) -> Rows:
        return table(random.sample(NAMES, len(macs)), random.choices((1, 2, 3), k=len(macs)), macs)

    return [
        dict(networks=drawn(near[:3])),
        dict(networks=drawn(near[3:])),
        dict(networks=drawn(exact), tolerance=0.25),
    ]


def table(names: Sequence[str], factors: Sequence[int], macs: Sequence[float]) -> Rows:
    rows = zip(names, factors, macs, strict=True)
    return [{"name": name, "factor": factor, "macs": round(cost)} for name, factor, cost in rows]


def matched_pairs(
    networks: Rows,
    tolerance: float = 0.1,
    *,
    pairs: Function = lambda networks: combinations(networks, 2),
    only: Function = lambda a, b: True,
    by: str = "macs",
    hundred: Function = min,
    apart: Function = abs,
    at_most: Function = le,
) -> list[list[str]]:
    return [
        [a["name"], b["name"]]
        for a, b in pairs(networks)
        if at_most(apart(b[by] - a[by]), tolerance * hundred(a[by], b[by])) and only(a, b)
    ]


def pair_in_question(case: Case, got: Plain, slip: Slip | None) -> str:
    """Tell of the first pair on which an answer is wrong, with its numbers."""
    for a, b in combinations(case["networks"], 2):
        names, matched = [a["name"], b["name"]], bool(matched_pairs([a, b], case["tolerance"]))
        if matched != (str(names) in str(got) or str(names[::-1]) in str(got)):
            more = max(a["macs"], b["macs"]) / min(a["macs"], b["macs"]) - 1
            percents = texts_apart(round(100 * more, 9), round(100 * case["tolerance"], 9))
            return (
                f"Look at {names[0]} with {a['macs']:,} MACs and {names[1]} with {b['macs']:,}: "
                f"the dearer costs {percents[0]}% more, so at {percents[1]}% they are "
                f"{'matched' if matched else 'not matched'}."
            )
    return ""


SHARE = (
    "You take the difference as a share of the {}. The cheaper one of the two is the hundred "
    "percent: the dearer may cost that much more than it."
)
SIDE = "You take any that is {} than the first of a pair for matched. Either may be the dearer one."

TASK = Task(
    right=matched_pairs,
    cases=cases,
    note=pair_in_question,
    example=dict(
        networks=table(("narrow", "deep", "sharp"), (1, 2, 1), (700_000, 660_000, 560_000))
    ),
    about=About("Who may be compared with whom", points=14, importance=4),
    hints=(
        "Which of the numbers in a row is a promise, and which was counted?",
        "itertools.combinations(networks, 2) gives each pair once, in the table's order.",
        "Of two costs, max and min are the dearer and the cheaper. The dearer may be at most the "
        "cheaper one times 1 + tolerance.",
    ),
    slips=(
        slip("nominal-factor", by="factor").says(
            "You compare the factors that the names promise. Rounding makes of them what it "
            "likes: compare the actual MACs."
        ),
        slip("both-nominal-and-actual", only=lambda a, b: a["factor"] == b["factor"]).says(
            "You ask for an equal factor, too. Networks of equal actual cost may be compared "
            "whatever was asked for when they were made."
        ),
        slip("share-of-dearer", hundred=max).says(SHARE.format("dearer one")),
        slip("share-of-first", hundred=lambda a, b: a).says(
            SHARE.format("one that comes first in the table")
        ),
        slip("share-of-second", hundred=lambda a, b: b).says(
            SHARE.format("one that comes second in the table")
        ),
        slip("share-of-mean", hundred=lambda a, b: (a + b) / 2).says(SHARE.format("mean")),
        slip("tolerance-not-a-share", at_most=lambda *_: False).says(
            "No pair is matched in your answer. The tolerance is a share: 0.1 is ten percent of "
            "the cheaper one's MACs, not 0.1 MACs."
        ),
        slip("one-sided", apart=lambda more: more).says(SIDE.format("cheaper")),
        slip("one-sided-dearer", apart=lambda more: -more).says(SIDE.format("dearer")),
        slip("not-the-limit-itself", at_most=lt).says(
            "A network that is dearer by exactly the tolerance is matched: at most, not less than."
        ),
        slip("unmatched", at_most=gt).says("These are the pairs that are not matched."),
        slip("each-pair-twice", pairs=lambda networks: permutations(networks, 2)).says(
            "You give each pair twice; once is enough, the one first that comes first in the table."
        ),
        slip("with-itself", pairs=lambda n: combinations_with_replacement(n, 2)).says(
            "You pair each network with itself; a pair has two different ones."
        ),
        slip("all-with-all", pairs=lambda networks: product(networks, repeat=2)).says(
            "You pair each network with itself, and give the other pairs twice."
        ),
        slip("only-neighbours", pairs=pairwise).says(
            "You compare only networks that stand next to each other; compare all pairs."
        ),
        slip(
            "cheapest-first",
            pairs=lambda networks: combinations(sorted(networks, key=itemgetter("macs")), 2),
        ).says("You sort by cost. Pairs come in the order of the table."),
        slip("against-the-first", pairs=lambda networks: product(networks[:1], networks[1:])).says(
            "You compare all networks with the first one only; compare all pairs."
        ),
    ),
    equivalent={
        f"{f}(one['macs'], other['macs']) -> {f}(other['macs'], one['macs'])": "the same numbers"
        for f in ("min", "max")
    },
    also_right=(
        """
def matched_pairs(networks, tolerance=0.1):
    limit = 1 + tolerance
    return [(a["name"], b["name"]) for a, b in combinations(networks, 2)
            if 1 / limit <= a["macs"] / b["macs"] <= limit]
""",
    ),
)
