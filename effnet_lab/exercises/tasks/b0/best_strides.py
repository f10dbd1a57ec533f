"""Strides for small pictures: the way to remove some that spends most of a limit."""

import json
from functools import cache
from itertools import product
from random import Random
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from .network_macs import TASK as NETWORK_MACS
from .network_macs import network_macs
from .tables import B0, Network, draw_pictures

STRICT = "there are as many strides as rows"


@cache  # each slip asks for them again
def prices(text: str, size: int) -> dict[tuple[int, ...], int]:
    """Return what each way to keep or remove strides costs; the cheapest, as it is, is first."""
    network, macs = json.loads(text), {}
    strides = [network["stem_stride"], *(row["stride"] for row in network["rows"])]
    for way in product(*((2, 1) if stride == 2 else (stride,) for stride in strides)):
        rows = [{**row, "stride": n} for row, n in zip(network["rows"], way[1:], strict=True)]
        macs[way] = network_macs({**network, "stem_stride": way[0], "rows": rows}, size)
    return dict(sorted(macs.items(), key=lambda item: item[1]))


def cases(random: Random) -> list[Case]:
    """Draw limits: what a way costs, or a little less, and more than all; no two ways cost that."""
    _, small, *_, large = draw_pictures(random)
    turned = {**large["network"], "rows": large["network"]["rows"][::-1]}
    found: list[Case] = []
    for picture in (small, large, {**large, "network": turned}):
        macs = [*prices(json.dumps(picture["network"]), picture["size"]).values()]
        if len(set(macs)) == len(macs):
            limits = [*(one - random.randint(0, 1) for one in macs), macs[-1] + 1]
            found += [{**picture, "limit": limit} for limit in limits]
    return found


def best_strides(
    network: Network,
    size: int,
    limit: int,
    *,
    choose: Function = lambda within, *_: within,
    shown: Function = lambda way, macs: list(way),
) -> Any:
    macs = prices(json.dumps(network), size)
    chosen = choose([way for way in macs if macs[way] <= limit], macs, limit)
    return shown(chosen[-1], macs) if chosen else None


def one_by_one(within: list[Any], order: int, stops: bool = False) -> list[Any]:
    """Remove strides from the front (1) or the back (-1), each that can go, or until one cannot."""
    best = within[:1]
    for place in range(len(best and best[0]))[::order]:
        tried = (*best[0][:place], 1, *best[0][place + 1 :])
        if tried not in within and stops:
            break
        best = [tried] if tried in within else best
    return best


TASK = Task(
    right=best_strides,
    uses=(NETWORK_MACS,),
    cases=cases,
    example=dict(network={**B0, "classes": 10}, size=32, limit=100_000_000),
    about=About("Strides for small pictures", points=14, difficulty=4, minutes=18),
    hints=(
        "Five strides can be kept or removed: how many networks is that? Few enough to try them "
        "all.",
        "product((2, 1), (1,), (2, 1)) gives all ways to take one from each. Build a new network "
        "for each way; dict(row, stride=1) is a changed copy of a row.",
        "Keep the best so far: its strides and its MACs. A network counts only if its MACs are not "
        "above the limit, and is better if they are more than the best's.",
    ),
    slips=(
        slip("as-it-is", choose=lambda within, *_: within[:1])
        .either(choose=lambda within, macs, limit: [*macs][:1])
        .says("You remove no stride. Try all ways to remove some; take the one that spends most."),
        slip("one-by-one", choose=lambda within, *_: one_by_one(within, 1))
        .either(choose=lambda within, *_: one_by_one(within, 1, stops=True))
        .either(choose=lambda within, *_: one_by_one(within, -1))
        .either(choose=lambda within, *_: one_by_one(within, -1, stops=True))
        .says(
            "You remove strides one by one from one end. Another set may spend more: try them all."
        ),
        slip("below", choose=lambda _, macs, limit: [w for w in macs if macs[w] < limit]).says(
            "You ask for less than the limit; exactly the limit is allowed, too."
        ),
        slip(
            "nearest", choose=lambda _, macs, n: sorted(macs, key=lambda w: -abs(macs[w] - n))
        ).says("You take what comes nearest to the limit, be it above. The limit must be kept."),
        slip("fewest-strides", choose=lambda ways, *_: sorted(ways, key=lambda w: -sum(w))).says(
            "You keep as few strides as can be; that need not spend more of the limit."
        ),
        slip("one-at-most", choose=lambda x, *_: [w for w in x if sum(w) >= sum(x[0]) - 1]).says(
            "You remove one stride at most; several may go."
        ),
        slip("never-none", choose=lambda within, macs, limit: within or [*macs][:1]).says(
            "Where the network as it is costs more than the limit, there is no answer: return None."
        ),
        slip(
            "stem-stays", choose=lambda within, *_: [w for w in within if w[0] == within[0][0]]
        ).says("You leave the stem's stride alone; it may go, too."),
        slip("above", choose=lambda _, macs, limit: [*macs]).says("You do not look at the limit."),
        slip("rows-only", shown=lambda way, macs: list(way[1:])).says(
            "You leave the stem out of the list; its stride comes first."
        ),
        slip("macs", shown=lambda way, macs: macs[way]).says("These are the MACs; return strides."),
    ),
    also_right=(
        """
def best_strides(network, size, limit):
    found, strides = {}, (network["stem_stride"], *(row["stride"] for row in network["rows"]))
    for way in product(*({1, stride} for stride in strides)):
        rows = [{**row, "stride": s} for row, s in zip(network["rows"], way[1:])]
        found[network_macs({**network, "stem_stride": way[0], "rows": rows}, size)] = way
    return found.get(max((macs for macs in found if macs <= limit), default=None))
""",
    ),
    equivalent={
        **dict.fromkeys(("0 -> 1", "0 -> -1"), "every network takes far more MACs"),
        "zip(network['rows'], others, strict=True) -> zip(network['rows'], others)": STRICT,
        "True -> False": STRICT,
    },
    no_slips={
        "fixed-limit": "most networks that are drawn cost less: it is as if there were none",
        "exchanged-size-limit": "sides of a million pixels: pricing them takes long for nothing",
    },
)
