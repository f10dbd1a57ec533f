"""The networks that no other one beats: as cheap and as accurate, and better in one of the two."""

from collections.abc import Sequence
from operator import ge, gt, itemgetter
from random import Random
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip

Points = Sequence[Sequence[float]]


def cases(random: Random) -> list[Case]:
    return [dict(points=cloud(random, count)) for count in (3, 4, 5, 6, 9)]


def cloud(random: Random, count: int) -> list[list[float]]:
    """Draw networks; some are equally dear, equally accurate, or both."""
    costs = sorted(random.sample(range(50, 1000), count))
    scores = sorted(random.sample(range(450, 850), count))
    places = [random.randrange(count - 1) for _ in range(count)]
    return [[costs[n] / 100, scores[n + random.randint(0, 1)] / 10] for n in places]


def pareto_front(
    points: Points,
    *,
    beats: Function = lambda q, p: q[0] <= p[0] and q[1] >= p[1] and q != p,
    order: Function = itemgetter(0),
    told: Function = lambda points, place: place,
) -> list[Any]:
    others = [[*points[:i], *points[i + 1 :]] for i in range(len(points))]
    front = [i for i, p in enumerate(points) if not any(beats(q, p) for q in others[i])]
    return [told(points, i) for i in sorted(front, key=lambda i: order(points[i]))]


def ranked(points: Points) -> list[Sequence[float]]:
    return sorted(points, key=lambda p: (p[0], -p[1]))


def walk(
    order: Function = lambda p: (p[0], -p[1]), keeps: Function = gt, since: int = 0
) -> Function:
    """Go through the points once: keep what is better than all before it, or than the last."""

    def front(points: Points) -> list[int]:
        places = sorted(range(len(points)), key=lambda i: order(points[i]))
        scores = [points[i][1] for i in places]
        best = [max(scores[:n][since:], default=0) for n in range(len(points))]
        return [places[n] for n, score in enumerate(scores) if keeps(score, best[n])]

    return front


def beaten(points: Points) -> list[int]:
    return sorted({*range(len(points))} - {*pareto_front(points)}, key=lambda i: points[i][0])


EQUAL = "Equal networks do not beat each other: if one is on the front, the others are, too."
KEPT = "You keep a network that costs the same as another and is less accurate"
ORDER = "The networks are right, their order is not: cheapest first"

TASK = Task(
    right=pareto_front,
    cases=cases,
    example=dict(points=[[2.9, 60.0], [1.4, 54.3], [3.3, 58.2]]),
    about=About("The Pareto front", points=16, difficulty=3, importance=5, minutes=15),
    hints=(
        "Write the definition down as a function of two networks first: when does one beat the "
        "other? Try it on two equal ones.",
        "Keep each place whose network is beaten by none of the others. A network does not beat "
        "itself, because it is not better in one of the two.",
        "Sort the places that are left, not the networks: sorted(places, key=...) with the cost "
        "as key keeps equal ones in the list's order.",
    ),
    slips=(
        slip("strictly-better-in-both", beats=lambda q, p: q[0] < p[0] and q[1] > p[1]).says(
            "You cross out only what is beaten in both numbers. As accurate for more MACs, or "
            "less accurate for the same MACs, is beaten, too."
        ),
        slip("equal-cost", beats=lambda q, p: q[0] < p[0] and q[1] >= p[1]).says(f"{KEPT}."),
        slip("equal-cost-and-equal", walk(itemgetter(0))).says(
            f"{KEPT}, and lose one of two equal ones. {EQUAL}"
        ),
        slip("equal-accuracy", beats=lambda q, p: q[0] <= p[0] and q[1] > p[1]).says(
            "You keep a network that costs more than another and is no more accurate."
        ),
        slip("equal-ones", beats=lambda q, p: q[0] <= p[0] and q[1] >= p[1]).says(
            f"You let equal networks cross each other out. {EQUAL}"
        ),
        slip("first-of-equal-ones", walk()).says(
            f"You keep only the first of several equal networks. {EQUAL}"
        ),
        slip("beaten-by-itself", lambda points: []).says(
            "Nothing is left. Do you compare each network with itself? It is as cheap and as "
            "accurate as itself; to beat, one must be better in one of the two."
        ),
        slip("order-of-the-list", order=lambda p: 0).says(f"{ORDER}."),
        slip("dearest-first", order=lambda p: -p[0]).says(f"{ORDER}, not dearest."),
        slip("places-after-sorting", lambda points: pareto_front(ranked(points)))
        .either(told=lambda points, i: ranked(points).index(points[i]))
        .says("These are places in the sorted list. Give places in the list that came in."),
        slip("points", told=lambda points, i: points[i]).says(
            "These are the points themselves; give their places in the list, counted from 0."
        ),
        slip("counted-from-one", told=lambda points, i: i + 1).says(
            "You count places from 1; the first one is 0."
        ),
        slip("only-the-neighbour", walk(since=-1)).says(
            "You compare each network only with the next cheaper one. It must be better than the "
            "best of all that are cheaper."
        ),
        slip("not-sorted", walk(lambda p: 0))
        .either(walk(lambda p: 0, ge))
        .says(
            "You go through the list as it stands, and compare each network with those before it. "
            "A cheaper one may come later: sort by cost first."
        ),
        slip("beaten-ones", beaten).says("These are the networks that are beaten, not the front."),
        slip("less-accuracy", beats=lambda q, p: q[0] <= p[0] and q[1] <= p[1] and q != p).says(
            "You look for little accuracy. Of the cost less is better, of the accuracy more."
        ),
        slip("more-cost", beats=lambda q, p: q[0] >= p[0] and q[1] >= p[1] and q != p).says(
            "You look for high cost. Of the accuracy more is better, of the cost less."
        ),
        slip("most-accurate", lambda points: [points.index(max(points, key=lambda p: p[1]))]).says(
            "That is the most accurate network alone. Cheaper ones are on the front, too, if "
            "nothing as cheap is as good."
        ),
    ),
    equivalent=dict.fromkeys(
        ("0 -> 1 (3)", "0 -> -1 (3)"),
        "on a front more MACs go with more accuracy, so either gives the same order",
    ),
    also_right=(
        """
def pareto_front(points):
    kept = [i for i, p in enumerate(points)
            if all(q == p or q[0] > p[0] or q[1] < p[1] for q in points)]
    return tuple(sorted(kept, key=lambda i: points[i]))
""",
    ),
)
