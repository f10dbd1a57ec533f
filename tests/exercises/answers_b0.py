"""Answers to assignment 03 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

# Source of answers, with a part replaced.


def blocks(
    stride="stride", inputs="channels", wide="channels * row['expand']", out="row['channels']",
    squeeze="max(1, int(channels * row['se_ratio'])) if row['se_ratio'] else 0",
    skip="stride == 1 and channels == out", count="row['layers']",
    later="channels, stride = out, 1", after="",
):  # fmt: skip
    return f"""
def blocks_of(rows, channels):
    found = []
    for row in rows:
        stride, before = row["stride"], channels
        for n in range({count}):
            last = n == row["layers"] - 1
            out = {out}
            found.append({{
                "in": {inputs}, "wide": {wide}, "out": out, "kernel": row["kernel"],
                "stride": {stride}, "squeeze": {squeeze}, "skip": {skip},
            }})
            {later}
        {after}
    return found
"""


def sides(side="-(-size // stride)", first="[]", step="size = side", result="found"):
    return f"""
def map_sides(network, size):
    rows = [{{"layers": 1, "stride": network["stem_stride"]}}, *network["rows"]]
    found = {first}
    for row in rows:
        stride = row["stride"]
        side = {side}
        found.append(side)
        {step}
    return {result}
"""


def rates(one, total="sum(row['layers'] for row in rows)"):
    return f"""
def drop_rates(rows, rate=0.2):
    total = {total}
    return [{one} for i in range(total)]
"""


def params(
    norm="2 * channels", bias="0", gates="2 * wide * units + units + wide",
    widens="block['in'] != wide", expand="block['in'] * wide",
    depthwise="block['kernel'] ** 2 * wide",
    units="block['squeeze']", head="inputs * head", classifier="head * classes + classes",
    result="[stem, *stages, end]", count="blocks_of([row], inputs)", times="1",
):  # fmt: skip
    return f"""
def stage_params(network):
    def norm(channels):
        return {norm} + {bias} * channels

    inputs, head, classes = network["stem"], network["head"], network["classes"]
    stem = 27 * inputs + norm(inputs)
    stages = []
    for row in network["rows"]:
        total = 0
        for block in {count}:
            wide, units, out = block["wide"], {units}, block["out"]
            if {widens}:
                total += {expand} + norm(wide)
            total += {depthwise} + norm(wide)
            if units:
                total += {gates}
            total += wide * out + norm(out)
            inputs = out
        stages.append(total * {times})
    last = {head} + (norm(head) if {head} else 0)
    final = {classifier}
    end = last + final
    return {result}
"""


def macs(
    stem="27 * inputs * side * side", expand="block['in'] * wide * before * before",
    depthwise="block['kernel'] ** 2 * wide * side * side", gates="2 * wide * block['squeeze']",
    project="wide * block['out'] * side * side", head="inputs * network['head'] * side * side",
    classifier="network['head'] * network['classes']", widens="block['in'] != wide",
    smaller="-(-side // stride)", factor="1", stride="block['stride']",
):  # fmt: skip
    return f"""
def network_macs(network, size):
    inputs, before, side, stride = network["stem"], size, size, network["stem_stride"]
    side = {smaller}
    total = {stem}
    for block in blocks_of(network["rows"], inputs):
        wide, before, stride = block["wide"], side, {stride}
        side = {smaller}
        if {widens}:
            total += {expand}
        total += {depthwise} + {gates} + {project}
        inputs = block["out"]
    return {factor} * (total + {head} + {classifier})
"""


CHOICES = """
def best_strides(network, size, limit):
    strides = [network["stem_stride"]] + [row["stride"] for row in network["rows"]]
    found = {}
    for choice in product(*((2, 1) if s == 2 else (s,) for s in strides)):
        rows = [dict(r, stride=s) for r, s in zip(network["rows"], choice[1:], strict=True)]
        found[choice] = network_macs(dict(network, stem_stride=choice[0], rows=rows), size)
    within = {choice: macs for choice, macs in found.items() if macs <= limit}
    if not within:
        return None
"""


def strides(body, replaced=(), head=CHOICES):
    for old, new in replaced:
        assert old in head
        head = head.replace(old, new)
    return head + "".join(f"    {line}\n" for line in body.splitlines())


BEST = "return list(max(within, key=within.get))"

ONE_BY_ONE = """\
best = tuple(strides)
for place in {order}:
    tried = best[:place] + (1,) + best[place + 1:]
    if tried in within and tried != best:
        best = tried
    elif best[place] == 2 and {stops}:
        break
return list(best)"""

IN_PLACE = """
def best_strides(network, size, limit):
    places = [network, *network["rows"]]
    names = ["stem_stride"] + ["stride"] * len(network["rows"])
    strides = [place[name] for place, name in zip(places, names)]
    best, most = None, 0
    for choice in product(*((2, 1) if s == 2 else (s,) for s in strides)):
        for place, name, stride in zip(places, names, choice):
            place[name] = stride
        macs = network_macs(network, size)
        if most < macs <= limit:
            best, most = list(choice), macs
    return best
"""

FULL = "block['kernel'] ** 2 * wide * wide"

WRONG = {
    "b0.blocks_of": {
        "only the visible example": Wrong(
            "def blocks_of(rows, channels):\n"
            "    block = {'in': 16, 'wide': 96, 'out': 24, 'kernel': 3, 'stride': 2}\n"
            "    return 16 * [block | {'squeeze': 4, 'skip': False}]\n",
            "it gives 16 values",
        ),
        "stride in all": Wrong(
            blocks(later="channels = out"), "All blocks of a stage get the stride"
        ),
        "stride at the end": Wrong(
            blocks(
                stride="row['stride'] if last else 1",
                later="channels = out",
                skip="(not last or row['stride'] == 1) and channels == out",
            ),
            "in a stage's last block",
        ),
        "input stays": Wrong(
            blocks(
                later="stride = 1",
                after="channels = row['channels']",
            ),
            "the channels of the stage before",
        ),
        "input of outputs": Wrong(
            blocks(
                inputs="out",
                wide="out * row['expand']",
                skip="stride == 1",
                squeeze="max(1, int(out * row['se_ratio'])) if row['se_ratio'] else 0",
            ),
            "for what comes in, too",
        ),
        "channels at the end": Wrong(
            blocks(out="row['channels'] if last else channels"), "Your channels change in a stage's"
        ),
        "wide of outputs": Wrong(
            blocks(wide="out * row['expand']"), "You widen to a multiple of the channels that go"
        ),
        "squeeze of wide": Wrong(
            blocks(
                squeeze="max(1, int(channels * row['expand'] * row['se_ratio'])) "
                "if row['se_ratio'] else 0"
            ),
            "follows the expanded channels",
        ),
        "squeeze of outputs": Wrong(
            blocks(squeeze="max(1, int(out * row['se_ratio'])) if row['se_ratio'] else 0"),
            "follows the channels that go out",
        ),
        "squeeze to nearest": Wrong(
            blocks(squeeze="max(1, round(channels * row['se_ratio'])) if row['se_ratio'] else 0"),
            "to the nearest number",
        ),
        "no least unit": Wrong(blocks(squeeze="int(channels * row['se_ratio'])"), "there is one"),
        "unit at ratio 0": Wrong(
            blocks(squeeze="max(1, int(channels * row['se_ratio']))"), "so 0 units"
        ),
        "one block a stage": Wrong(blocks(count="1"), "You build one block for each row"),
        "skip whatever the stride": Wrong(blocks(skip="channels == out"), "You forget the stride"),
        "skip whatever the channels": Wrong(blocks(skip="stride == 1"), "You forget the channels"),
        "skip but in the first": Wrong(blocks(skip="n > 0"), "all blocks but the first"),
        "skip everywhere": Wrong(blocks(skip="True"), "a skip to all blocks"),
        "no skip": Wrong(blocks(skip="False"), "a skip to no block"),
        "another name": Wrong(
            blocks().replace('"squeeze"', '"se"'), "the names are in, wide, out, kernel, stride, se"
        ),
        "skip as a number": Wrong(blocks(skip="int(stride == 1 and channels == out)"), "skip"),
        "changes the rows": Wrong(blocks(after="row['stride'] = 1"), "which it is given"),
    },
    "b0.map_sides": {
        "only the visible example": Wrong(
            "def map_sides(network, size):\n    return [112, 112, 56, 28, 14, 14, 7, 7]\n",
            "it gives 8 values",
        ),
        "rounds down": Wrong(sides("size // stride"), "You round down"),
        "not rounded": Wrong(sides("size / stride"), "no part of a pixel"),
        "to the nearest": Wrong(sides("round(size / stride)"), "to the nearest number"),
        "stride in all": Wrong(
            sides("-(-size // stride ** row['layers'])"), "once for each of its blocks"
        ),
        "inputs": Wrong(
            sides(result="[size0, *found[:-1]]", first="[]\n    size0 = size"),
            "that go into the stages",
        ),
        "no stem": Wrong(sides(result="found[1:]"), "You leave the stem out of the list"),
        "stem keeps the size": Wrong(
            sides().replace('network["stem_stride"]', "1"), "the stem's stride out"
        ),
        "stem always halves": Wrong(
            sides().replace('network["stem_stride"]', "2"), "Your stem always halves"
        ),
        "each by itself": Wrong(sides(step="pass"), "each stage's own stride only"),
        "picture first": Wrong(sides(first="[size]"), "begins with the picture"),
        "last only": Wrong(sides(result="found[-1]"), "That is the last map alone"),
        "for each block": Wrong(
            "def map_sides(network, size):\n"
            "    found = [-(-size // network['stem_stride'])]\n"
            "    for block in blocks_of(network['rows'], network['stem']):\n"
            "        found.append(-(-found[-1] // block['stride']))\n"
            "    return found\n",
            "You give a side for each block",
        ),
        "changes the rows": Wrong(
            sides(step="size = side; row['stride'] = 1"), "which it is given"
        ),
    },
    "b0.drop_rates": {
        "only the visible example": Wrong(
            "def drop_rates(rows, rate=0.2):\n    return [i / 80 for i in range(16)]\n",
            "it gives 16 values",
        ),
        "the last has it all": Wrong(rates("rate * i / (total - 1)"), "by one block fewer"),
        "counted from 1": Wrong(rates("rate * (i + 1) / total"), "You count the blocks from 1"),
        "within a stage": Wrong(
            "def drop_rates(rows, rate=0.2):\n"
            "    return [rate * i / row['layers'] for row in rows for i in range(row['layers'])]\n",
            "begin anew in each stage",
        ),
        "by stage": Wrong(
            "def drop_rates(rows, rate=0.2):\n"
            "    return [rate * n / len(rows) for n, row in enumerate(rows)"
            " for _ in range(row['layers'])]\n",
            "All blocks of a stage get the same rate",
        ),
        "constant": Wrong(rates("rate"), "All blocks get the whole rate"),
        "falling": Wrong(rates("rate * (1 - i / total)"), "Your rates fall"),
        "reversed": Wrong(rates("rate * (total - 1 - i) / total"), "in reverse order"),
        "not divided": Wrong(rates("rate * i"), "You do not divide"),
        "survival": Wrong(rates("1 - rate * i / total"), "These are the probabilities to survive"),
        "rate ignored": Wrong(rates("0.2 * i / total"), "You take 0.2 whatever"),
        "for each row": Wrong(
            rates("rate * i / total", "len(rows)"), "You give a rate for each row"
        ),
        "rounded": Wrong(rates("round(rate * i / total, 3)"), "You round"),
        "changes the rows": Wrong(
            rates("rate * i / total").replace("    return", "    rows.pop()\n    return"),
            "which it is given",
        ),
    },
    "b0.stage_params": {
        "only the visible example": Wrong(
            "def stage_params(network):\n"
            "    return [928, 1448, 16714, 46640, 242930, 543148, 2026348, 717232, 1693160]\n",
            "it gives 9 values",
        ),
        "no norms": Wrong(params(norm="0"), "You leave the normalisations out"),
        "one number a norm": Wrong(params(norm="channels"), "a factor and a shift"),
        "running averages": Wrong(params(norm="4 * channels"), "running averages"),
        "biases": Wrong(params(bias="1"), "You give all convolutions a bias"),
        "no biases": Wrong(
            params(gates="2 * wide * units", classifier="head * classes"),
            "You leave the biases out",
        ),
        "no biases of the gates": Wrong(
            params(gates="2 * wide * units"), "You leave the biases of squeeze-excite out"
        ),
        "no bias of the classifier": Wrong(
            params(classifier="head * classes"), "the classifier's bias out"
        ),
        "squeeze of wide": Wrong(
            params(units="max(1, int(block['wide'] * row['se_ratio'])) if row['se_ratio'] else 0"),
            "follows the expanded channels",
        ),
        "no squeeze-excite": Wrong(params(gates="0"), "You leave squeeze-excite out"),
        "half of squeeze-excite": Wrong(
            params(gates="wide * units + units"), "Squeeze-excite has two layers"
        ),
        "expansion at 1": Wrong(params(widens="True"), "where nothing is widened"),
        "no expansion": Wrong(params(widens="False"), "You leave the expansions out"),
        "full depthwise": Wrong(params(depthwise=FULL), "see all channels"),
        "no head": Wrong(params(head="0"), "1 × 1 convolution of the head"),
        "no classifier": Wrong(params(classifier="0"), "You leave the classifier out"),
        "first block times layers": Wrong(
            params(count="blocks_of([row], inputs)[:1]", times="row['layers']"),
            "so many times its first block",
        ),
        "one block a stage": Wrong(
            params(count="blocks_of([row], inputs)[:1]"), "You count one block for each stage"
        ),
        "sum": Wrong(params(result="stem + sum(stages) + end"), "That is the sum"),
        "ends apart": Wrong(params(result="[stem, *stages, last, final]"), "belong together"),
        "no stem": Wrong(params(result="[*stages, end]"), "You leave the stem out"),
        "blocks only": Wrong(params(result="stages"), "You leave stem and head out"),
        "changes the network": Wrong(
            params(result="[stem, *stages, end + 0 * network.pop('classes')]"),
            "which it is given",
        ),
    },
    "b0.network_macs": {
        "only the visible example": Wrong(
            "def network_macs(network, size):\n    return 385_814_752\n", "the same for every input"
        ),
        "expansion after the stride": Wrong(
            macs(expand="block['in'] * wide * side * side"), "the expansion at the size of"
        ),
        "projection before the stride": Wrong(
            macs(project="wide * block['out'] * before * before"), "the projection at the size of"
        ),
        "depthwise before the stride": Wrong(
            macs(depthwise="block['kernel'] ** 2 * wide * before * before"), "places of its input"
        ),
        "blocks at their input": Wrong(
            macs(
                depthwise="block['kernel'] ** 2 * wide * before * before",
                project="wide * block['out'] * before * before",
            ),
            "whole blocks at the size of their input",
        ),
        "gates on maps": Wrong(
            macs(gates="2 * wide * block['squeeze'] * side * side"), "squeeze-excite at every pixel"
        ),
        "no gates": Wrong(macs(gates="0"), "You leave squeeze-excite out"),
        "half of the gates": Wrong(macs(gates="wide * block['squeeze']"), "has two layers"),
        "full depthwise": Wrong(
            macs(depthwise="block['kernel'] ** 2 * wide * wide * side * side"), "see all channels"
        ),
        "classifier on maps": Wrong(
            macs(classifier="network['head'] * network['classes'] * side * side"),
            "the classifier at every pixel",
        ),
        "no classifier": Wrong(macs(classifier="0"), "You leave the classifier out"),
        "no head": Wrong(macs(head="0"), "1 × 1 convolution of the head"),
        "no stem": Wrong(macs(stem="0"), "You leave the stem out"),
        "blocks only": Wrong(
            macs(stem="0", head="0", classifier="0"), "You count the blocks alone"
        ),
        "stem before the stride": Wrong(
            macs(stem="27 * inputs * size * size"), "the stem at every pixel"
        ),
        "rounds down": Wrong(macs(smaller="side // stride"), "You round the sides of maps down"),
        "stride in all": Wrong(
            macs(stride="strides.pop(0)").replace(
                "    for block",
                "    strides = [r['stride'] for r in network['rows'] for _ in range(r['layers'])]\n"
                "    for block",
            ),
            "All blocks of a stage get the stride",
        ),
        "expansion at 1": Wrong(macs(widens="True"), "where nothing is widened"),
        "biases": Wrong(
            macs(
                gates="(2 * wide + 1) * block['squeeze'] + wide * (block['squeeze'] > 0)",
                classifier="(network['head'] + 1) * network['classes']",
            ),
            "You count the biases",
        ),
        "two for a MAC": Wrong(macs(factor="2"), "two operations for each MAC"),
        "parameters": Wrong(
            "def network_macs(network, size):\n    return sum(stage_params(network))\n",
            "These are the parameters",
        ),
        "squeeze of wide": Wrong(
            macs(gates="2 * wide * max(1, int(wide * ratio)) * (ratio > 0)").replace(
                'for block in blocks_of(network["rows"], inputs):',
                "ratios = [r['se_ratio'] for r in network['rows'] for _ in range(r['layers'])]\n"
                '    for block, ratio in zip(blocks_of(network["rows"], inputs), ratios):',
            ),
            "follows the expanded channels",
        ),
    },
    "b0.best_strides": {
        "only the visible example": Wrong(
            "def best_strides(network, size, limit):\n    return [1, 1, 2, 2, 1, 1, 2, 1]\n",
            "best_strides",
        ),
        "as it is": Wrong(strides("return strides"), "You remove no stride"),
        "front to back": Wrong(
            strides(ONE_BY_ONE.format(order="range(len(best))", stops="False")),
            "Another set may spend more",
        ),
        "back to front": Wrong(
            strides(ONE_BY_ONE.format(order="reversed(range(len(best)))", stops="False")),
            "Another set may spend more",
        ),
        "front until too much": Wrong(
            strides(ONE_BY_ONE.format(order="range(len(best))", stops="True")),
            "Another set may spend more",
        ),
        "back until too much": Wrong(
            strides(ONE_BY_ONE.format(order="reversed(range(len(best)))", stops="True")),
            "Another set may spend more",
        ),
        "below the limit": Wrong(
            strides(BEST, [("macs <= limit", "macs < limit")]), "exactly the limit is allowed"
        ),
        "nearest": Wrong(
            strides(
                "return list(min(found, key=lambda c: abs(found[c] - limit)))",
                [("    if not within:\n        return None\n", "")],
            ),
            "nearest to the limit",
        ),
        "fewest strides": Wrong(
            strides("return list(min(within, key=lambda c: (sum(c), -within[c])))"),
            "as few strides as can be",
        ),
        "one at most": Wrong(
            strides(
                "near = {c: m for c, m in within.items() if sum(c) >= sum(strides) - 1}\n"
                "return list(max(near, key=near.get))"
            ),
            "one stride at most",
        ),
        "never None": Wrong(strides(BEST, [("return None", "return strides")]), "return None"),
        "stem stays": Wrong(
            strides(
                "near = {c: m for c, m in within.items() if c[0] == strides[0]}\n"
                "return list(max(near, key=near.get))"
            ),
            "the stem's stride alone",
        ),
        "limit ignored": Wrong(
            strides(
                "return list(max(found, key=found.get))",
                [("    if not within:\n        return None\n", "")],
            ),
            "You do not look at the limit",
        ),
        "rows only": Wrong(strides("return list(max(within, key=within.get))[1:]"), "comes first"),
        "MACs": Wrong(strides("return max(within.values())"), "These are the MACs"),
        "cheapest": Wrong(strides("return list(min(within, key=within.get))"), "remove no stride"),
        "in place": Wrong(IN_PLACE, "which it is given"),
    },
}

RIGHT = {
    "b0.blocks_of": {
        "all rows at once": (
            "def blocks_of(rows, channels):\n"
            "    flat = [(row, n == 0) for row in rows for n in range(row['layers'])]\n"
            "    inputs = [channels] + [row['channels'] for row, _ in flat]\n"
            "    return [\n"
            "        {\n"
            "            'in': c, 'wide': c * row['expand'], 'out': row['channels'],\n"
            "            'kernel': row['kernel'], 'stride': row['stride'] if first else 1,\n"
            "            'squeeze': int(c * row['se_ratio']) or int(row['se_ratio'] > 0),\n"
            "            'skip': c == row['channels'] and not (first and row['stride'] > 1),\n"
            "        }\n"
            "        for (row, first), c in zip(flat, inputs)\n"
            "    ]\n"
        ),
        "in other words": blocks(
            skip="not (stride > 1 or channels != out)",
            squeeze="bool(row['se_ratio']) * max(int(row['se_ratio'] * channels), 1)",
        ),
    },
    "b0.map_sides": {
        "by ceil": "import math\n" + sides("math.ceil(size / stride)"),
        "by recursion": (
            "def map_sides(network, size):\n"
            "    def walk(side, strides):\n"
            "        if not strides:\n"
            "            return []\n"
            "        side = (side + strides[0] - 1) // strides[0]\n"
            "        return [side] + walk(side, strides[1:])\n"
            "    strides = [row['stride'] for row in network['rows']]\n"
            "    return walk(size, [network['stem_stride'], *strides])\n"
        ),
    },
    "b0.drop_rates": {
        "by a counter": (
            "def drop_rates(rows, rate=0.2):\n"
            "    n, found = 0, []\n"
            "    for row in rows:\n"
            "        for _ in range(row['layers']):\n"
            "            found.append(n)\n"
            "            n += 1\n"
            "    return [i * (rate / n) for i in found]\n"
        ),
        "by numpy": (
            "import numpy as np\n"
            "def drop_rates(rows, rate=0.2):\n"
            "    n = sum(row['layers'] for row in rows)\n"
            "    return np.linspace(0, rate, n, endpoint=False)\n"
        ),
        "by blocks": (
            "def drop_rates(rows, rate=0.2):\n"
            "    n = len(blocks_of(rows, 8))\n"
            "    return tuple(rate / n * i for i in range(n))\n"
        ),
    },
    "b0.stage_params": {
        "in other words": params(
            gates="(wide + 1) * units + (units + 1) * wide",
            expand="block['in'] ** 2 * row['expand']",
            widens="row['expand'] > 1",
            classifier="(head + 1) * classes",
        ),
        "by layers": (
            "def stage_params(network):\n"
            "    conv = lambda i, o, k=1, g=1: k * k * i * o // g + 2 * o\n"
            "    linear = lambda i, o: (i + 1) * o\n"
            "    def price(b):\n"
            "        w, s = b['wide'], b['squeeze']\n"
            "        parts = [conv(b['in'], w)] * (b['in'] < w)\n"
            "        parts += [conv(w, w, b['kernel'], w), conv(w, b['out'])]\n"
            "        return sum(parts) + (linear(w, s) + linear(s, w) if s else 0)\n"
            "    blocks = iter(blocks_of(network['rows'], network['stem']))\n"
            "    sums = [conv(3, network['stem'], 3)]\n"
            "    for row in network['rows']:\n"
            "        sums.append(sum(price(next(blocks)) for _ in range(row['layers'])))\n"
            "    last = network['rows'][-1]['channels']\n"
            "    end = conv(last, network['head']) + linear(network['head'], network['classes'])\n"
            "    return [*sums, end]\n"
        ),
    },
    "b0.network_macs": {
        "in other words": macs(
            expand="block['in'] ** 2 * (wide // block['in']) * before ** 2",
            depthwise="(block['kernel'] * side) ** 2 * wide",
            gates="sum([wide * block['squeeze']] * 2)",
        ),
        "by maps": (
            "def network_macs(network, size):\n"
            "    sides = map_sides(network, size)\n"
            "    c, head = network['stem'], network['head']\n"
            "    total = 27 * c * sides[0] ** 2 + head * network['classes']\n"
            "    for n, row in enumerate(network['rows'], 1):\n"
            "        before = sides[n - 1]\n"
            "        for b in blocks_of([row], c):\n"
            "            w, c = b['wide'], b['out']\n"
            "            expand = b['in'] * w if row['expand'] != 1 else 0\n"
            "            total += expand * before ** 2 + 2 * w * b['squeeze']\n"
            "            total += w * (b['kernel'] ** 2 + c) * sides[n] ** 2\n"
            "            before = sides[n]\n"
            "    return total + c * head * sides[-1] ** 2\n"
        ),
    },
    "b0.best_strides": {
        "all at once": strides(BEST),
        "by recursion": (
            "def best_strides(network, size, limit):\n"
            "    strides = [network['stem_stride'], *(r['stride'] for r in network['rows'])]\n"
            "    def ways(left):\n"
            "        if not left:\n"
            "            return [[]]\n"
            "        firsts = {left[0], 1} if left[0] == 2 else {left[0]}\n"
            "        return [[f, *rest] for f in firsts for rest in ways(left[1:])]\n"
            "    def macs(way):\n"
            "        rows = [{**r, 'stride': s} for r, s in zip(network['rows'], way[1:])]\n"
            "        return network_macs({**network, 'stem_stride': way[0], 'rows': rows}, size)\n"
            "    for way in sorted(ways(strides), key=macs, reverse=True):\n"
            "        if macs(way) <= limit:\n"
            "            return way\n"
        ),
        "on a copy": IN_PLACE.replace(
            "    places =", "    import copy\n    network = copy.deepcopy(network)\n    places ="
        ),
    },
}

_STRICT = "there are as many strides as rows"
_FEW = "every network takes far more MACs"

EQUIVALENT = {
    "b0.blocks_of": {
        "max(1, int(channels * row['se_ratio'])) -> max(int(channels * row['se_ratio']), 1)": (
            "the larger of two numbers, in whichever order"
        ),
    },
    "b0.best_strides": {
        "0 -> 1": _FEW,
        "0 -> -1": _FEW,
        "zip(network['rows'], others, strict=True) -> zip(network['rows'], others)": _STRICT,
        "True -> False": _STRICT,
    },
}
