"""Answers to assignment 04 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

CHANNELS = "def scaled_channels(channels, width, divisor=8):\n    "
LAYERS = "def scaled_layers(layers, depth):\n    "
MACS = "def scaled_macs(stages, size, width=1, depth=1, resolution=1):\n    "
FIELD = "def receptive_field(stages, depth=1):\n    "
WITHIN = "def largest_within(stages, size, budget, dimension):\n    "
GAINS = "def gains(records):\n    "

NEAREST = "int(ideal + divisor / 2) // divisor * divisor"


def channels(
    nearest: str = NEAREST, loses: str = "rounded < 0.9 * ideal", ideal: str = "channels * width"
) -> str:
    return (
        f"{CHANNELS}ideal = {ideal}\n    rounded = {nearest}\n"
        f"    return rounded + divisor if {loses} else rounded"
    )


def macs(
    seen: str = "1 if s['kind'] == 'depthwise' else channels",
    out: str = "scaled_channels(s['channels'], width)",
    number: str = "math.ceil(s['layers'] * depth)",
    begin: str = "channels, side = 3, round(size * resolution)",
    stride: str = "side = -(-side // s['stride']) if layer == 0 else side",
    add: str = "total += s['kernel'] ** 2 * seen * out * side**2",
    after: str = "channels = out",
    end: str = "return total",
) -> str:
    return (
        f"{MACS}{begin}\n    total = 0\n    for s in stages:\n        out = {out}\n"
        f"        for layer in range({number}):\n            seen = {seen}\n"
        f"            {stride}\n            {add}\n            {after}\n    {end}"
    )


def field(
    add: str = "side += (s['kernel'] - 1) * step",
    stride: str = "step *= s['stride'] if layer == 0 else 1",
    number: str = "math.ceil(s['layers'] * depth)",
    begin: str = "side, step = 1, 1",
    end: str = "return side",
) -> str:
    return (
        f"{FIELD}{begin}\n    for s in stages:\n        for layer in range({number}):\n"
        f"            {add}\n            {stride}\n    {end}"
    )


def within(
    fits: str = "<= budget", percents: str = "range(25, 401)", begin: str = "best = 0",
    end: str = "return best", cost: str = "scaled_macs(stages, size, **{dimension: p / 100})",
) -> str:  # fmt: skip
    return (
        f"{WITHIN}{begin}\n    for p in {percents}:\n        if {cost} {fits}:\n"
        f"            best = p\n    {end}"
    )


def chosen(what: str) -> str:
    """Choose from what all percents cost."""
    return (
        f"{WITHIN}costs = {{p: scaled_macs(stages, size, **{{dimension: p / 100}})\n"
        f"             for p in range(25, 401)}}\n"
        f"    fits = [p for p in costs if costs[p] <= budget]\n    return {what}"
    )


def root(what: str) -> str:
    return f"{WITHIN}ideal = 100 * math.sqrt(budget / scaled_macs(stages, size))\n    return {what}"


def gains(
    gain: str = "(b - a) / math.log2(n / m)",
    mean: str = "sum(r['accuracies']) / len(r['accuracies'])",
    order: str = "sorted",
    pairs: str = "zip(rows, rows[1:])",
) -> str:
    return (
        f"{GAINS}rows = {order}((r['macs'], {mean}) for r in records)\n"
        f"    return [{gain} for (m, a), (n, b) in {pairs}]"
    )


WRONG = {
    "one_dimension.scaled_channels": {
        "only the visible example": Wrong(
            f"{CHANNELS}return 32 if channels == 32 else 24", "expected"
        ),
        "the tenth forgotten": Wrong(
            channels(f"max(divisor, {NEAREST})", "False"), "loses more than a tenth of"
        ),
        "the tenth and the minimum forgotten": Wrong(
            channels(loses="False"), "too few channels, or none"
        ),
        "Python's round, no tenth": Wrong(
            f"{CHANNELS}return round(channels * width / divisor) * divisor",
            "too few channels, or none",
        ),
        "Python's round, at least one": Wrong(
            f"{CHANNELS}return max(divisor, round(channels * width / divisor) * divisor)",
            "loses more than a tenth of",
        ),
        "always up": Wrong(
            f"{CHANNELS}return math.ceil(channels * width / divisor) * divisor",
            "you always round up",
        ),
        "always down": Wrong(
            f"{CHANNELS}return max(divisor, int(channels * width) // divisor * divisor)",
            "you always round down",
        ),
        "down with the tenth": Wrong(
            channels("int(ideal) // divisor * divisor"), "multiple below unless"
        ),
        "halves to even": Wrong(
            channels("round(ideal / divisor) * divisor"), "takes halves to the even number"
        ),
        "a tenth of the channels before": Wrong(
            channels(loses="rounded < 0.9 * channels"), "with the channels before scaling"
        ),
        "a tenth of the rounded": Wrong(
            channels(loses="rounded * 1.1 < ideal"), "tenth is one of the rounded count"
        ),
        "exactly a tenth": Wrong(
            channels(loses="rounded <= 0.9 * ideal"), "exactly a tenth is lost"
        ),
        "fraction cut off first": Wrong(
            channels(ideal="int(channels * width)"), "before you round to a multiple"
        ),
        "always eight": Wrong(
            channels("int(ideal + 4) // 8 * 8", ideal="(divisor := 8) and channels * width"),
            "multiples of 8 though divisor is",
        ),
        "no multiple": Wrong(f"{CHANNELS}return round(channels * width)", "round to a whole"),
        "cut off": Wrong(f"{CHANNELS}return int(channels * width)", "cut off to a whole"),
        "not rounded": Wrong(f"{CHANNELS}return channels * width", "you do not round"),
    },
    "one_dimension.scaled_layers": {
        "only the visible example": Wrong(f"{LAYERS}return [2, 3, 5]", "expected"),
        "nearest": Wrong(
            f"{LAYERS}return [round(n * depth) for n in layers]", "round to the nearest number"
        ),
        "nearest, at least one": Wrong(
            f"{LAYERS}return [max(1, round(n * depth)) for n in layers]",
            "every part of a layer becomes a whole one",
        ),
        "down": Wrong(f"{LAYERS}return [int(n * depth) for n in layers]", "you round down"),
        "down, at least one": Wrong(
            f"{LAYERS}return [max(1, math.floor(n * depth)) for n in layers]", "you round down"
        ),
        "always one more": Wrong(
            f"{LAYERS}return [int(n * depth) + 1 for n in layers]", "whole number already"
        ),
        "the factor rounded": Wrong(
            f"{LAYERS}return [n * math.ceil(depth) for n in layers]", "round the factor up"
        ),
        "not rounded": Wrong(f"{LAYERS}return [n * depth for n in layers]", "you do not round"),
        "floats": Wrong(
            f"{LAYERS}return [float(math.ceil(n * depth)) for n in layers]", "they are floats"
        ),
        "sum": Wrong(
            f"{LAYERS}return sum(math.ceil(n * depth) for n in layers)", "layers of each stage"
        ),
        "sum scaled": Wrong(f"{LAYERS}return math.ceil(sum(layers) * depth)", "rounded once"),
        "unchanged": Wrong(f"{LAYERS}return list(layers)", "as they were"),
        "single layers kept": Wrong(
            f"{LAYERS}return [n if n == 1 else math.ceil(n * depth) for n in layers]",
            "stages with a single layer",
        ),
        "in place": Wrong(
            f"{LAYERS}layers[:] = [math.ceil(n * depth) for n in layers]\n    return layers",
            "changes what it is given",
        ),
    },
    "one_dimension.scaled_macs": {
        "only the visible example": Wrong(
            f"{MACS}return 630_784 if width == 2 else 249_856", "expected"
        ),
        "ideal": Wrong(
            macs(
                "1 if s['kind'] == 'depthwise' else channels",
                "s['channels']",
                "s['layers']",
                "channels, side = 3, size",
                end="return total * depth * width**2 * resolution**2",
            ),
            "that is what was asked for",
        ),
        "ideal, rounded": Wrong(
            macs(
                "1 if s['kind'] == 'depthwise' else channels",
                "s['channels']",
                "s['layers']",
                "channels, side = 3, size",
                end="return round(total * depth * width**2 * resolution**2)",
            ),
            "that is what was asked for",
        ),
        "depthwise as dense": Wrong(macs("channels"), "depthwise layers like dense ones"),
        "dense as depthwise": Wrong(macs("1"), "dense layers like depthwise ones"),
        "wider picture": Wrong(
            macs(begin="channels, side = 3 * width, round(size * resolution)"),
            "stay three channels",
        ),
        "picture of eight channels": Wrong(
            macs(begin="channels, side = scaled_channels(3, width), round(size * resolution)"),
            "you round the picture's channels",
        ),
        "channels not rounded": Wrong(macs(out="s['channels'] * width"), "are not multiples of 8"),
        "channels cut": Wrong(macs(out="int(s['channels'] * width)"), "are not multiples of 8"),
        "layers nearest": Wrong(
            macs(number="round(s['layers'] * depth)"), "layers to the nearest one"
        ),
        "layers down": Wrong(macs(number="int(s['layers'] * depth)"), "number of layers down"),
        "no width": Wrong(macs(out="s['channels']"), "leave the width out"),
        "no depth": Wrong(macs(number="s['layers']"), "leave the depth out"),
        "no resolution": Wrong(macs(begin="channels, side = 3, size"), "leave the resolution out"),
        "one layer each": Wrong(macs(number="1"), "one layer for each stage"),
        "every layer strides": Wrong(
            macs(stride="side = -(-side // s['stride'])"), "stride in every layer"
        ),
        "inputs stay": Wrong(
            macs(
                after="channels = out if layer == math.ceil(s['layers'] * depth) - 1 else channels"
            ),
            "channels that its first one gets",
        ),
        "sizes rounded down": Wrong(
            macs(stride="side = side // s['stride'] if layer == 0 else side"),
            "feature maps down",
        ),
        "sizes stay": Wrong(macs(stride="pass"), "every layer the size of the picture"),
        "strides late": Wrong(
            macs(
                stride="total += s['kernel'] ** 2 * seen * out * side**2",
                add="side = -(-side // s['stride']) if layer == 0 else side",
            ),
            "at the size of its input",
        ),
        "resolution cut": Wrong(
            macs(begin="channels, side = 3, int(size * resolution)"), "cut the side of the picture"
        ),
        "resolution up": Wrong(
            macs(begin="channels, side = 3, math.ceil(size * resolution)"),
            "side of the picture up",
        ),
        "parameters": Wrong(macs(add="total += s['kernel'] ** 2 * seen * out"), "parameters"),
        "in place": Wrong(
            f"{MACS}for s in stages:\n"
            "        s['channels'] = scaled_channels(s['channels'], width)\n"
            "        s['layers'] = math.ceil(s['layers'] * depth)\n    "
            + macs(out="s['channels']", number="s['layers']").removeprefix(MACS),
            "changes what it is given",
        ),
    },
    "one_dimension.receptive_field": {
        "only the visible example": Wrong(f"{FIELD}return 11 if depth == 1 else 23", "expected"),
        "no strides": Wrong(field(stride="pass"), "leave the strides out"),
        "own stride first": Wrong(
            field("step *= s['stride'] if layer == 0 else 1", "side += (s['kernel'] - 1) * step"),
            "own stride before its window",
        ),
        "own stride alone": Wrong(
            field("side += (s['kernel'] - 1) * (s['stride'] if layer == 0 else 1)"),
            "own stride alone",
        ),
        "stride of one before": Wrong(
            field(stride="step = s['stride']"), "stride of one layer before"
        ),
        "strides added": Wrong(
            field(stride="step += s['stride'] - 1 if layer == 0 else 0"), "add the strides up"
        ),
        "whole kernel": Wrong(field("side += s['kernel'] * step"), "adds its whole kernel"),
        "whole kernel from zero": Wrong(
            field("side += s['kernel'] * step", begin="side, step = 0, 1"), "begin with one pixel"
        ),
        "half a kernel": Wrong(field("side += s['kernel'] // 2 * step"), "widen one side only"),
        "from zero": Wrong(field(begin="side, step = 0, 1"), "you begin with 0"),
        "every layer strides": Wrong(field(stride="step *= s['stride']"), "every layer"),
        "no depth": Wrong(field(number="s['layers']"), "leave the depth out"),
        "one layer each": Wrong(field(number="1"), "one layer for each stage"),
        "layers nearest": Wrong(field(number="round(s['layers'] * depth)"), "to the nearest one"),
        "layers down": Wrong(field(number="int(s['layers'] * depth)"), "number of layers down"),
        "no depthwise": Wrong(
            field("side += (s['kernel'] - 1) * step * (s['kind'] == 'dense')"),
            "leave depthwise layers out",
        ),
        "step": Wrong(field(end="return step"), "the step between two outputs"),
        "area": Wrong(field(end="return side**2"), "number of pixels in the square"),
    },
    "one_dimension.largest_within": {
        "only the visible example": Wrong(
            f"{WITHIN}return 166 if dimension == 'width' else 139", "expected"
        ),
        "strictly below": Wrong(within("< budget"), "costs exactly the budget"),
        "nearest": Wrong(
            chosen("min(costs, key=lambda p: (abs(costs[p] - budget), -p))"),
            "even if it costs more",
        ),
        "nearest, first": Wrong(
            chosen("min(costs, key=lambda p: abs(costs[p] - budget))"), "even if it costs more"
        ),
        "first over": Wrong(
            chosen("next((p for p in costs if costs[p] > budget), 400)"),
            "the first percent that costs too much",
        ),
        "first of the stair": Wrong(
            chosen("min([p for p in fits if costs[p] == costs[max(fits)]], default=0)"),
            "several percents the same network",
        ),
        "smallest": Wrong(chosen("min(fits, default=0)"), "the first percent that fits"),
        "square root": Wrong(root("int(ideal)"), "that is the ideal factor"),
        "square root, bounded": Wrong(
            root("int(min(400, max(25, ideal)))"), "that is the ideal factor"
        ),
        "in proportion": Wrong(
            f"{WITHIN}return int(100 * budget / scaled_macs(stages, size))", "in proportion"
        ),
        "never smaller": Wrong(within(percents="range(100, 401)"), "of 100 percent and more"),
        "at least 100": Wrong(
            within(percents="range(100, 401)", begin="best = 100"), "100 percent at least"
        ),
        "tens": Wrong(within(percents="range(30, 401, 10)"), "tens of percent only"),
        "factor": Wrong(within(end="return best / 100"), "return a factor"),
        "MACs": Wrong(chosen("max([costs[p] for p in fits], default=0)"), "you return the MACs"),
        "25 where nothing fits": Wrong(within(begin="best = 25"), "return 0 there"),
        "resolution always": Wrong(
            within(cost="scaled_macs(stages, size, resolution=p / 100)"), "says width"
        ),
        "width always": Wrong(
            within(cost="scaled_macs(stages, size, width=p / 100)"), "says resolution"
        ),
        "both": Wrong(
            within(cost="scaled_macs(stages, size, width=p / 100, resolution=p / 100)"),
            "width and resolution together",
        ),
    },
    "one_dimension.gains": {
        "only the visible example": Wrong(f"{GAINS}return [4.0, 1.5]", "expected"),
        "whole steps": Wrong(gains("b - a"), "gains of whole steps"),
        "by the ratio": Wrong(gains("(b - a) / (n / m)"), "divide by the ratio"),
        "half the ratio": Wrong(gains("(b - a) / (n / m / 2)"), "half the ratio"),
        "natural logarithm": Wrong(gains("(b - a) / math.log(n / m)"), "natural logarithm"),
        "base ten": Wrong(gains("(b - a) / math.log10(n / m)"), "logarithm to base 10"),
        "multiplied": Wrong(gains("(b - a) * math.log2(n / m)"), "you multiply by the number"),
        "as they stand": Wrong(gains(order="list"), "in the order of their MACs"),
        "dearest first": Wrong(f"{gains()}[::-1]", "the cheapest step comes first"),
        "from the first": Wrong(
            gains(pairs="((rows[0], row) for row in rows[1:])"), "with the cheapest one"
        ),
        "best seed": Wrong(gains(mean="max(r['accuracies'])"), "better by luck"),
        "first seed": Wrong(gains(mean="r['accuracies'][0]"), "first seed alone"),
        "seeds summed": Wrong(gains(mean="sum(r['accuracies'])"), "add the seeds up"),
        "percent of what was": Wrong(
            gains("(b - a) / math.log2(n / m) / a * 100"), "in percent of the accuracy before"
        ),
        "one number": Wrong(
            gains(pairs="[(rows[0], rows[-1])]") + "[0]", "one number for all steps"
        ),
        "rounded": Wrong(gains("round((b - a) / math.log2(n / m), 1)"), "expected"),
        "sorts the list itself": Wrong(
            f"{GAINS}records.sort(key=lambda r: r['macs'])\n    "
            + gains(order="list").removeprefix(GAINS),
            "changes what it is given",
        ),
    },
}

RIGHT = {
    "one_dimension.scaled_channels": {
        "with a minimum": f"""{CHANNELS}wanted = width * channels
    whole = max(divisor, divisor * math.floor(wanted / divisor + 0.5))
    while whole < 0.9 * wanted:
        whole += divisor
    return whole""",
        "by trying": f"""{CHANNELS}wanted, best = channels * width, 0
    while best + divisor / 2 <= wanted:
        best += divisor
    lost = (wanted - best) / wanted
    return best + divisor if lost > 0.1 else best""",
        "in exact fractions": f"""{CHANNELS}from fractions import Fraction
    wanted = channels * Fraction(width)
    steps = int(wanted / divisor + Fraction(1, 2))
    return (steps + (10 * steps * divisor < 9 * wanted)) * divisor""",
    },
    "one_dimension.scaled_layers": {
        "by floor division": f"{LAYERS}return [int(-(-n * depth // 1)) for n in layers]",
        "with numpy": f"{LAYERS}import numpy as np\n"
        "    return np.ceil(np.array(layers) * depth).astype(int)",
        "in a loop": f"""{LAYERS}scaled = []
    for number in layers:
        whole = int(number * depth)
        scaled.append(whole if whole == number * depth else whole + 1)
    return scaled""",
    },
    "one_dimension.scaled_macs": {
        "first layer, then the rest": f"""{MACS}total, seen, side = 0, 3, round(size * resolution)
    for stage in stages:
        out = scaled_channels(stage["channels"], width)
        (n,) = scaled_layers([stage["layers"]], depth)
        side = math.ceil(side / stage["stride"])
        inputs = seen + (n - 1) * out if stage["kind"] == "dense" else n
        total += stage["kernel"] ** 2 * out * inputs * side * side
        seen = out
    return total""",
        "a table of layers first": f"""{MACS}table = []
    for stage in stages:
        for number in range(math.ceil(stage["layers"] * depth)):
            out = scaled_channels(stage["channels"], width)
            stride = stage["stride"] if number == 0 else 1
            table.append((stage["kind"] == "dense", out, stage["kernel"], stride))
    costs, channels, side = [], 3, round(size * resolution)
    for dense, out, kernel, stride in table:
        side = (side + stride - 1) // stride
        costs.append(kernel * kernel * out * side * side * (channels if dense else 1))
        channels = out
    return sum(costs)""",
    },
    "one_dimension.receptive_field": {
        "from the last layer": f"""{FIELD}table = []
    for stage in stages:
        for number in range(math.ceil(stage["layers"] * depth)):
            table.append((stage["kernel"], stage["stride"] if number == 0 else 1))
    seen = 1
    for kernel, stride in reversed(table):
        seen = (seen - 1) * stride + kernel
    return seen""",
        "stage by stage": f"""{FIELD}side, step = 1, 1
    for stage in stages:
        wider, n = stage["kernel"] - 1, scaled_layers([stage["layers"]], depth)[0]
        side += wider * step * (1 + stage["stride"] * (n - 1))
        step *= stage["stride"]
    return side""",
    },
    "one_dimension.largest_within": {
        "down from the largest": f"""{WITHIN}for percent in range(400, 24, -1):
        if scaled_macs(stages, size, **{{dimension: percent / 100}}) <= budget:
            return percent
    return 0""",
        "by bisection": f"""{WITHIN}def fits(percent):
        return scaled_macs(stages, size, **{{dimension: percent / 100}}) <= budget
    low, high = 24, 401
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low if low >= 25 else 0""",
        "with if": f"""{WITHIN}fitting = [0]
    for percent in range(25, 401):
        factor = percent * 0.01
        if dimension == "width":
            macs = scaled_macs(stages, size, width=factor)
        else:
            macs = scaled_macs(stages, size, resolution=factor)
        if macs <= budget:
            fitting.append(percent)
    return max(fitting)""",
    },
    "one_dimension.gains": {
        "with numpy": f"""{GAINS}import numpy as np
    records = sorted(records, key=lambda record: record["macs"])
    macs = np.array([record["macs"] for record in records])
    means = np.array([np.mean(record["accuracies"]) for record in records])
    return np.diff(means) / np.diff(np.log2(macs))""",
        "by the quotient of logarithms": f"""{GAINS}from statistics import mean
    means = {{r["macs"]: mean(r["accuracies"]) for r in records}}
    order = sorted(means)
    found = []
    for place in range(len(order) - 1):
        low, high = order[place], order[place + 1]
        doublings = (math.log(high) - math.log(low)) / math.log(2)
        found.append((means[high] - means[low]) / doublings)
    return found""",
    },
}

EQUIVALENT = {
    "one_dimension.scaled_macs": {
        "scaled_channels(stage['channels'], width) -> scaled_channels(width, stage['channels'])": (
            "the two are only multiplied by each other"
        ),
    },
}
