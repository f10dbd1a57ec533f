"""Answers to assignment 09 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

_TABLE = """
def features(network):
    macs = sum(layer["macs"] for layer in network) / 1e6
    moved = sum(layer["bytes"] for layer in network) / 1e6
    return [macs, moved, len(network)]
"""


def fit(body, features=_TABLE):
    """Return code of `fit_latency` whose table is made already."""
    start = "    table = np.array([features(network) for network in networks])\n"
    start += "    times = np.array(milliseconds)\n"
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return f"{features}\ndef fit_latency(networks, milliseconds):\n{start}{lines}"


SOLVE = "return np.linalg.lstsq(table, times)[0].tolist()"


def fit_on(old, new):
    """Return code of `fit_latency` with a part of its features replaced."""
    assert old in _TABLE
    return fit(SOLVE, _TABLE.replace(old, new))


def predict(row, features=_TABLE):
    """Return code of `predict_latency` that gives an expression for each network."""
    return f"""{features}
def predict_latency(networks, coefficients):
    a, b, c = coefficients
    return [{row} for macs, moved, count in map(features, networks)]
"""


def worst(expression):
    """Return code of `worst_error` that gives an expression."""
    return f"""
def worst_error(predicted, measured):
    pairs = list(zip(predicted, measured))
    return {expression}
"""


def kilobytes(
    weights='x["kernel"] ** 2 * x["in"] // x["groups"] * x["out"]',
    width="bits / 8",
    extras='8 * x["out"]',
    kilo="1000",
):
    """Return code of `weight_kilobytes` with some of its parts replaced."""
    return f"""
def weight_kilobytes(layers, bits=8):
    return sum({weights} * {width} + {extras} for x in layers) / {kilo}
"""


def over(entry="costs[n] / m - 1", condition="costs[n] > m"):
    """Return code of `over_budget` with its entry or its condition replaced."""
    return f"""
def over_budget(costs, limits):
    return {{n: {entry} for n, m in limits.items() if {condition}}}
"""


_CHOOSE = """
def choose(candidates, limits, noise):
    fitting = [c for c in candidates if not over_budget(c["costs"], limits)]
    if not fitting:
        return None
    best = max(np.mean(c["accuracies"]) for c in fitting)
    close = [c for c in fitting if best - np.mean(c["accuracies"]) < noise]
    return min(close, key=lambda c: c["costs"]["macs"])["name"] if close else None
"""


def choose(*changes):
    """Return code of `choose` with parts of it replaced."""
    code = _CHOOSE
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


def design(**changed):
    """Return code of `design`: a network that meets everything, but for what is changed."""
    rows = changed.pop("rows", "(1, 3, 1, 12, 1), (4, 3, 2, 20, 2), (4, 3, 2, 36, 2)")
    other = "".join(f", {name}={value}" for name, value in changed.items())
    return f"""
def design():
    rows = [{rows}]
    return replace(base, stages=tuple(StageSpec(*row) for row in rows){other})
"""


WRONG = {
    "capstone.fit_latency": {
        "with an intercept": Wrong(
            fit(
                "table = np.column_stack([table, np.ones(len(times))])\n"
                "return list(np.linalg.lstsq(table, times)[0])"
            ),
            says="constant term as well",
        ),
        "intercept left out of the result": Wrong(
            fit(
                "table = np.column_stack([table, np.ones(len(times))])\n"
                "return list(np.linalg.lstsq(table, times)[0][:3])"
            ),
            says="changes nothing in the other three",
        ),
        "intercept first, the last left out": Wrong(
            fit(
                "table = np.column_stack([np.ones(len(times)), table])\n"
                "return list(np.linalg.lstsq(table, times)[0])"
            ),
            says="constant term as well",
        ),
        "ones in place of the layers": Wrong(
            fit_on("len(network)", "1"), says="third column is 1 for every network"
        ),
        "bytes first": Wrong(fit_on("[macs, moved,", "[moved, macs,"), says="changed places"),
        "layers first": Wrong(
            fit_on("[macs, moved, len(network)]", "[len(network), macs, moved]"),
            says="layers come first",
        ),
        "a single MAC and byte": Wrong(
            fit(SOLVE, _TABLE.replace(" / 1e6", "")), says="Divide both columns by a million"
        ),
        "mebibytes": Wrong(
            fit_on(
                '["bytes"] for layer in network) / 1e6', '["bytes"] for layer in network) / 2**20'
            ),
            says="not 2**20",
        ),
        "means of the layers": Wrong(
            fit(SOLVE, _TABLE.replace("/ 1e6", "/ 1e6 / len(network)")), says="add them up"
        ),
        "the largest layer": Wrong(
            fit(SOLVE, _TABLE.replace("sum(", "max(")), says="largest layer only"
        ),
        "one column at a time": Wrong(
            fit("return [column @ times / (column @ column) for column in table.T]"),
            says="one column at a time",
        ),
        "ratio of sums": Wrong(
            fit("return [times.sum() / column.sum() for column in table.T]"),
            says="side by side in one table",
        ),
        "mean of ratios": Wrong(
            fit("return [(times / column).mean() for column in table.T]"),
            says="mean of the ratios",
        ),
        "logarithms": Wrong(
            fit("return list(np.linalg.lstsq(np.log(table), np.log(times))[0])"),
            says="You fit logarithms",
        ),
        "three networks only": Wrong(
            fit("return list(np.linalg.solve(table[:3], times[:3]))"),
            says="let all networks have a say",
        ),
        "transpose forgotten": Wrong(
            fit("return list(np.linalg.solve(table @ table, table.T @ times))"), says="ValueError"
        ),
        "not square": Wrong(fit("return list(np.linalg.solve(table, times))"), says="LinAlgError"),
        "relative errors": Wrong(
            fit("return list(np.linalg.lstsq(table / times[:, None], np.ones(len(times)))[0])"),
            says="relative errors small",
        ),
        "seconds": Wrong(
            fit("return list(np.linalg.lstsq(table, times / 1000)[0])"), says="You give seconds"
        ),
        "all that lstsq gives": Wrong(
            fit("return np.linalg.lstsq(table, times)"), says="first of the four"
        ),
        "rounded": Wrong(
            fit("return [round(c, 3) for c in np.linalg.lstsq(table, times)[0]]"), says="expected"
        ),
        "a column of coefficients": Wrong(
            fit("return np.linalg.lstsq(table, times[:, None])[0]"), says="expected"
        ),
        "changes the times": Wrong(
            fit(
                "found = np.linalg.lstsq(table, times)[0].tolist()\nmilliseconds.sort()\n"
                "milliseconds.pop()\nreturn found"
            ),
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            "def fit_latency(networks, milliseconds):\n    return [0.1, 0.5, 0.2]\n",
            says="expected",
        ),
    },
    "capstone.predict_latency": {
        "a single MAC and byte": Wrong(
            predict("a * macs + b * moved + c * count", _TABLE.replace(" / 1e6", "")),
            says="divide by a million",
        ),
        "mebibytes": Wrong(
            predict("a * macs + b * moved * 1e6 / 2**20 + c * count"), says="not 2**20"
        ),
        "third coefficient once": Wrong(
            predict("a * macs + b * moved + c"), says="It is for each layer"
        ),
        "third coefficient left out": Wrong(
            predict("a * macs + b * moved"), says="however small it is"
        ),
        "MACs only": Wrong(predict("a * macs"), says="MACs only"),
        "bytes first": Wrong(
            predict("b * macs + a * moved + c * count"), says="first coefficient is for MACs"
        ),
        "reversed": Wrong(predict("c * macs + b * moved + a * count"), says="wrong way round"),
        "a time for each layer": Wrong(
            predict("0")
            + """
def predict_latency(networks, coefficients):
    return [[np.dot(features([layer]), coefficients) for layer in network] for network in networks]
""",
            says="time for each layer",
        ),
        "the longest layer": Wrong(
            predict("0")
            + """
def predict_latency(networks, coefficients):
    return [max(np.dot(features([x]), coefficients) for x in network) for network in networks]
""",
            says="longest layer",
        ),
        "the mean of the layers": Wrong(
            predict("(a * macs + b * moved + c * count) / count"), says="mean time of a layer"
        ),
        "all networks together": Wrong(
            predict("a * macs + b * moved + c * count")
            + """
each = predict_latency

def predict_latency(networks, coefficients):
    return sum(each(networks, coefficients))
""",
            says="add up all networks",
        ),
        "the first network only": Wrong(
            predict("a * macs + b * moved + c * count").replace("networks)]", "networks)][0]"),
            says="first network",
        ),
        "seconds": Wrong(
            predict("(a * macs + b * moved + c * count) / 1000"), says="asked for are milliseconds"
        ),
        "rounded": Wrong(predict("round(a * macs + b * moved + c * count, 2)"), says="expected"),
        "only the visible example": Wrong(
            "def predict_latency(networks, coefficients):\n    return [0.9, 1.3]\n",
            says="expected",
        ),
    },
    "capstone.worst_error": {
        "relative to the predicted": Wrong(
            worst("max(abs(p - m) / p for p, m in pairs)"), says="relative to what is true"
        ),
        "too long only": Wrong(
            worst("max((p - m) / m for p, m in pairs)"), says="only too long predictions"
        ),
        "too short only": Wrong(
            worst("max((m - p) / m for p, m in pairs)"), says="only too short predictions"
        ),
        "with its sign": Wrong(
            worst("max(((p - m) / m for p, m in pairs), key=abs)"), says="with its sign"
        ),
        "mean": Wrong(worst("np.mean([abs(p - m) / m for p, m in pairs])"), says="mean error"),
        "median": Wrong(worst("np.median([abs(p - m) / m for p, m in pairs])"), says="median"),
        "root mean square": Wrong(
            worst("np.mean([(p / m - 1) ** 2 for p, m in pairs]) ** 0.5"), says="mean square"
        ),
        "percent": Wrong(worst("max(100 * abs(p - m) / m for p, m in pairs)"), says="percent"),
        "milliseconds": Wrong(
            worst("max(abs(p - m) for p, m in pairs)"), says="You give milliseconds"
        ),
        "of the largest difference": Wrong(
            worst(
                "(lambda pair: abs(pair[0] / pair[1] - 1))"
                "(max(pairs, key=lambda pair: abs(pair[0] - pair[1])))"
            ),
            says="Divide first",
        ),
        "sums": Wrong(
            worst("abs(sum(predicted) - sum(measured)) / sum(measured)"), says="errors cancel"
        ),
        "divided by the mean": Wrong(
            worst("max(abs(p - m) for p, m in pairs) / np.mean(measured)"),
            says="divide by the mean time",
        ),
        "divided by the longest": Wrong(
            worst("max(abs(p - m) for p, m in pairs) / max(measured)"),
            says="divide by the longest",
        ),
        "ratio": Wrong(worst("max(p / m for p, m in pairs)"), says="ratio of the two times"),
        "all of them": Wrong(
            worst("[abs(p - m) / m for p, m in pairs]"), says="error of each network"
        ),
        "rounded": Wrong(worst("round(max(abs(p - m) / m for p, m in pairs), 1)"), says="expected"),
        "only the visible example": Wrong(
            "def worst_error(predicted, measured):\n    return 0.25\n", says="expected"
        ),
    },
    "capstone.weight_kilobytes": {
        "1,024": Wrong(kilobytes(kilo="1024"), says="1,000 bytes here"),
        "bytes": Wrong(kilobytes(kilo="1"), says="You give bytes"),
        "bits not divided": Wrong(kilobytes(width="bits"), says="a byte has 8 bits"),
        "always a byte": Wrong(kilobytes(width="1"), says="whatever bits is"),
        "whole bytes": Wrong(kilobytes(width="(bits // 8)"), says="two to a byte"),
        "floats": Wrong(kilobytes(width="4"), says="as in a network of floats"),
        "groups forgotten": Wrong(
            kilobytes('x["kernel"] ** 2 * x["in"] * x["out"]'), says="forget the groups"
        ),
        "groups twice": Wrong(
            kilobytes('x["kernel"] ** 2 * x["in"] / x["groups"] * x["out"] / x["groups"]'),
            says="divide by the groups twice",
        ),
        "any groups are depthwise": Wrong(
            kilobytes('x["kernel"] ** 2 * x["out"] * (x["in"] if x["groups"] == 1 else 1)'),
            says="may be more than one",
        ),
        "kernel not squared": Wrong(
            kilobytes('x["kernel"] * x["in"] // x["groups"] * x["out"]'), says="kernel is a square"
        ),
        "weights only": Wrong(kilobytes(extras="0"), says="weights alone"),
        "no bias": Wrong(kilobytes(extras='4 * x["out"]'), says="a scale and a bias"),
        "one scale a layer": Wrong(
            kilobytes(extras='4 + 4 * x["out"]'), says="one scale for the whole layer"
        ),
        "one of each a layer": Wrong(
            kilobytes(extras="8"), says="one scale and one bias for the whole layer"
        ),
        "of the input channels": Wrong(
            kilobytes(extras='8 * x["in"]'), says="for the input channels"
        ),
        "as narrow as the weights": Wrong(
            kilobytes(extras='2 * x["out"] * bits / 8'), says="as narrow as the weights"
        ),
        "all divided by 8": Wrong(kilobytes(extras='x["out"]'), says="divide their bytes by 8"),
        "the last layer": Wrong(
            kilobytes().replace("in layers", "in layers[-1:]"), says="add up all of them"
        ),
        "rounded": Wrong(
            kilobytes().replace("return ", "return round(").replace("/ 1000", "/ 1000)"),
            says="was something rounded",
        ),
        "only the visible example": Wrong(
            "def weight_kilobytes(layers, bits=8):\n    return {8: 0.74}.get(bits, 0.53)\n",
            says="expected",
        ),
    },
    "capstone.over_budget": {
        "every limit": Wrong(over(condition="True"), says="must not be in the result"),
        "zeros": Wrong(over("max(0, costs[n] / m - 1)", "True"), says="You put in 0"),
        "equal is over": Wrong(
            over(condition="costs[n] >= m"), says="Exactly the limit is allowed"
        ),
        "below": Wrong(over(condition="costs[n] < m"), says="what is above"),
        "share of the cost": Wrong(over("(costs[n] - m) / costs[n]"), says="divide by the cost"),
        "ratio": Wrong(over("costs[n] / m"), says="above"),
        "percent": Wrong(over("100 * (costs[n] - m) / m"), says="percent"),
        "difference": Wrong(over("costs[n] - m"), says="divide it by the limit"),
        "negative": Wrong(over("(m - costs[n]) / m"), says="sign is wrong"),
        "names": Wrong(
            over().replace("{n: costs[n] / m - 1", "[n").replace("> m}", "> m]"),
            says="names alone",
        ),
        "truth values": Wrong(over("True"), says="truth values"),
        "through the costs": Wrong(
            "def over_budget(costs, limits):\n"
            "    return {n: c / limits[n] - 1 for n, c in costs.items() if c > limits[n]}\n",
            says="KeyError",
        ),
        "in pairs by place": Wrong(
            "def over_budget(costs, limits):\n"
            "    rows = zip(limits, costs.values(), limits.values())\n"
            "    return {n: c / m - 1 for n, c, m in rows if c > m}\n",
            says="expected",
        ),
        "the worst": Wrong(
            over() + "\nevery = over_budget\n\ndef over_budget(costs, limits):\n"
            "    found = every(costs, limits)\n"
            "    return {n: s for n, s in found.items() if s == max(found.values())}\n",
            says="worst one only",
        ),
        "empty is None": Wrong(
            over() + "\nevery = over_budget\n\ndef over_budget(costs, limits):\n"
            "    return every(costs, limits) or None\n",
            says="gives nothing",
        ),
        "only the visible example": Wrong(
            'def over_budget(costs, limits):\n    return {"kilobytes": 0.25}\n', says="expected"
        ),
    },
    "capstone.choose": {
        "noise ignored": Wrong(
            choose(("min(close", "max(close"), ('c["costs"]["macs"]', 'np.mean(c["accuracies"])')),
            says="cannot be told from it",
        ),
        "cheapest that fits": Wrong(
            choose(("min(close", "min(fitting")), says="cheapest of all that fit"
        ),
        "limits ignored": Wrong(
            choose((' if not over_budget(c["costs"], limits)', "")),
            says="do not look at the limits",
        ),
        "MACs only": Wrong(
            choose(('not over_budget(c["costs"], limits)', 'c["costs"]["macs"] <= limits["macs"]')),
            says="limit of the MACs only",
        ),
        "any limit kept": Wrong(
            choose(
                ("not over_budget(", "len(over_budget("),
                ('"costs"], limits)]', '"costs"], limits)) < 3]'),
            ),
            says="within one of their limits",
        ),
        "exactly the limit": Wrong(
            choose(
                (
                    'not over_budget(c["costs"], limits)',
                    'all(c["costs"][n] < limits[n] for n in limits)',
                )
            ),
            says="exactly the limit is allowed",
        ),
        "best of those over budget": Wrong(
            choose(('"accuracies"]) for c in fitting', '"accuracies"]) for c in candidates')),
            says="which exceeds a limit",
        ),
        "limits last": Wrong(
            choose((' if not over_budget(c["costs"], limits)', ""))
            + """
by_accuracy = choose

def choose(candidates, limits, noise):
    name = by_accuracy(candidates, limits, noise)
    chosen = next(c for c in candidates if c["name"] == name)
    return None if over_budget(chosen["costs"], limits) else name
""",
            says="limits of the chosen one only",
        ),
        "exactly the noise": Wrong(choose(("< noise", "<= noise")), says="exactly `noise` below"),
        "twice the noise": Wrong(choose(("< noise", "< 2 * noise")), says="twice the noise"),
        "noise in percent": Wrong(
            choose(("< noise", "< noise / 100 * best")), says="percentage points"
        ),
        "best seed": Wrong(choose(("np.mean", "max")), says="best seed"),
        "first seed": Wrong(
            choose(('np.mean(c["accuracies"])', 'c["accuracies"][0]')), says="first seed"
        ),
        "sum of the seeds": Wrong(choose(("np.mean", "sum")), says="number of seeds"),
        "median": Wrong(choose(("np.mean", "np.median")), says="median"),
        "fastest": Wrong(choose(('["macs"]', '["milliseconds"]')), says="fewest MACs"),
        "dearest": Wrong(choose(("min(close", "max(close")), says="most MACs"),
        "first listed": Wrong(
            choose(('min(close, key=lambda c: c["costs"]["macs"])', "close[0]")),
            says="first listed",
        ),
        "the whole row": Wrong(choose((')["name"] if', ") if")), says="return its name"),
        "none as text": Wrong(choose(("return None", 'return "None"')), says="not text"),
        "nothing fits": Wrong(
            choose(("    if not fitting:\n        return None\n", "")), says="ValueError"
        ),
        "best although over": Wrong(
            choose(("return None", "fitting = candidates")), says="expected"
        ),
        "only the visible example": Wrong(
            'def choose(candidates, limits, noise):\n    return "slim"\n', says="expected"
        ),
    },
    "capstone.design": {
        "over in MACs": Wrong(
            design(rows="(1, 3, 1, 16, 1), (4, 3, 2, 20, 2), (4, 3, 2, 32, 2)", head_channels=96),
            says="over the limit of 4.276 M MACs",
        ),
        "wider everywhere": Wrong(
            "def design():\n    return scaled(base, width=1.15)\n", says="Most weights are"
        ),
        "deep and thin": Wrong(
            design(rows="(1, 3, 1, 8, 3), (3, 3, 2, 12, 4), (4, 3, 2, 24, 4)"),
            says="a deep, narrow network is slow",
        ),
        "wide head": Wrong(design(head_channels=400), says="last stage and at the head"),
        "a thousand classes": Wrong(design(num_classes=1000), says="1,000 classes"),
        "small pictures": Wrong(design(resolution=16), says="16 × 16 pixels"),
        "large pictures": Wrong(design(resolution=224), says="224 × 224 pixels"),
        "last map of one pixel": Wrong(
            design(rows="(1, 3, 4, 64, 2), (4, 3, 4, 36, 2), (4, 3, 4, 36, 2)"),
            says="last feature map of 1 × 1",
        ),
        "too small": Wrong(
            "def design():\n    return scaled(base, width=0.5)\n", says="spends only"
        ),
        "three blocks": Wrong(
            design(rows="(1, 3, 1, 12, 1), (4, 3, 2, 20, 1), (4, 3, 2, 36, 1)"),
            says="3 MBConv blocks",
        ),
        "bottlenecks": Wrong(
            """
def design():
    rows = [(2, 3, 1, 24, 2, 0), (2, 3, 2, 32, 2, 0), (2, 3, 2, 48, 2, 0)]
    stages = tuple(StageSpec(*row) for row in rows)
    return replace(base, stages=stages, block="bottleneck")
""",
            says="0 MBConv blocks",
        ),
        "the base": Wrong("def design():\n    return base\n", says="layers of the base"),
        "the base by another name": Wrong(
            'def design():\n    return replace(base, name="mine", dropout=0.3)\n',
            says="layers of the base",
        ),
        "the base for small pictures": Wrong(
            "def design():\n    return CIFAR_BASE\n", says="layers of the base"
        ),
        "B0": Wrong(
            "from effnet_lab.arch import B0\n\ndef design():\n    return B0\n",
            says="1,000 classes",
        ),
        "B0 for these pictures": Wrong(
            "from effnet_lab.arch import B0\n\ndef design():\n"
            "    return replace(B0, resolution=32, num_classes=10)\n",
            says="last feature map of 1 × 1",
        ),
        "hundreds of blocks": Wrong(
            design(rows="(1, 3, 1, 8, 200), (4, 3, 2, 16, 200), (4, 3, 2, 36, 200)"),
            says="600 blocks",
        ),
        "an even kernel": Wrong(
            design(rows="(1, 4, 1, 12, 1), (4, 3, 2, 20, 2)"), says="kernel is 4"
        ),
        "a table": Wrong(
            "def design():\n    return [[1, 3, 1, 12, 1], [4, 3, 2, 20, 2]]\n",
            says="should give a NetworkSpec",
        ),
        "a row": Wrong(
            "def design():\n    return StageSpec(4, 3, 2, 20, 2)\n",
            says="gives a StageSpec",
        ),
        "its fields": Wrong(
            design() + "\nspec = design\n\ndef design():\n    return spec().to_dict()\n",
            says="gives a dict",
        ),
        "the class": Wrong("def design():\n    return NetworkSpec\n", says="gives a type"),
        "its costs": Wrong(
            design() + "\nspec = design\n\ndef design():\n    return cost(spec())\n",
            says="gives a NetworkCost",
        ),
        "a network of torch": Wrong(
            design() + "\nspec = design\n\ndef design():\n    return EfficientNet(spec())\n",
            says="gives an EfficientNet",
        ),
        "only the visible example": Wrong(
            "def design():\n    return scaled(base, depth=2)\n",
            says="takes some time",
        ),
    },
}

RIGHT = {
    "capstone.fit_latency": {
        "normal equations": fit(
            "return np.linalg.solve(table.T @ table, table.T @ times).tolist()"
        ),
        "pseudo-inverse": fit("return np.linalg.pinv(table) @ times"),
        "QR": fit("q, r = np.linalg.qr(table)\nreturn tuple(np.linalg.solve(r, q.T @ times))"),
        "raw units, then scaled": """
def fit_latency(networks, milliseconds):
    rows = [[sum(x["macs"] for x in n), sum(x["bytes"] for x in n), len(n)] for n in networks]
    found, *_ = np.linalg.lstsq(np.array(rows, float), milliseconds, rcond=None)
    return found * [1e6, 1e6, 1]
""",
    },
    "capstone.predict_latency": {
        "by a table": _TABLE
        + """
def predict_latency(networks, coefficients):
    return np.array([features(network) for network in networks]) @ coefficients
""",
        "layer by layer": """
def predict_latency(networks, coefficients):
    a, b, c = coefficients
    return [sum(a * x["macs"] / 1e6 + b * x["bytes"] / 1e6 + c for x in n) for n in networks]
""",
    },
    "capstone.worst_error": {
        "numpy": """
def worst_error(predicted, measured):
    return np.abs(np.array(predicted) / measured - 1).max()
""",
        "a loop": """
def worst_error(predicted, measured):
    worst = 0
    for p, m in zip(predicted, measured):
        error = (p - m) / m
        if error < 0:
            error = -error
        if error > worst:
            worst = error
    return worst
""",
    },
    "capstone.weight_kilobytes": {
        "a loop in bits": """
def weight_kilobytes(layers, bits=8):
    total = 0
    for layer in layers:
        seen = layer["in"] // layer["groups"]
        total += layer["kernel"] * layer["kernel"] * seen * layer["out"] * bits
        total += layer["out"] * 2 * 32
    return total / 8000
""",
        "filter by filter": """
def weight_kilobytes(layers, bits=8):
    def of_filter(x):
        return x["kernel"] ** 2 * x["in"] / x["groups"] * bits / 8 + 4 + 4
    return sum(1e-3 * x["out"] * of_filter(x) for x in layers)
""",
    },
    "capstone.over_budget": {
        "a loop": """
def over_budget(costs, limits):
    exceeded = {}
    for name in limits:
        above = costs[name] - limits[name]
        if above > 0:
            exceeded[name] = above / limits[name]
    return exceeded
""",
        "ratios first": """
def over_budget(costs, limits):
    ratios = {name: costs[name] / limits[name] for name in limits}
    return {name: ratio - 1 for name, ratio in ratios.items() if ratio > 1}
""",
        "through the costs": """
def over_budget(costs, limits):
    return {n: c / limits[n] - 1 for n, c in costs.items() if n in limits and c > limits[n]}
""",
    },
    "capstone.choose": {
        "sorted": """
def choose(candidates, limits, noise):
    def mean(c):
        return sum(c["accuracies"]) / len(c["accuracies"])
    fits = [c for c in candidates if all(c["costs"][n] <= limits[n] for n in limits)]
    fits.sort(key=mean, reverse=True)
    near = [c for c in fits if mean(c) > mean(fits[0]) - noise]
    near.sort(key=lambda c: c["costs"]["macs"])
    return near[0]["name"] if near else None
""",
        "from the cheapest": """
def choose(candidates, limits, noise):
    means = {}
    for c in sorted(candidates, key=lambda c: c["costs"]["macs"]):
        if over_budget(c["costs"], limits) == {}:
            means[c["name"]] = np.mean(c["accuracies"])
    for name, mean in means.items():
        if mean + noise > max(means.values()):
            return name
""",
    },
    "capstone.design": {
        "another one": design(),
        "without squeeze-and-excitation": """
def design():
    rows = [(1, 3, 1, 12, 1, 0), (3, 3, 2, 20, 2, 0), (3, 3, 2, 36, 3, 0)]
    return replace(base, stages=tuple(StageSpec(*row) for row in rows), head_channels=96)
""",
        "5x5 kernels": """
def design():
    first, second, third = base.stages
    return replace(base, stages=(first, replace(second, expand=4, kernel=5), third))
""",
        "written out": """
def design():
    return NetworkSpec(
        "mine",
        (StageSpec(1, 3, 1, 12, 1), StageSpec(4, 3, 2, 20, 2), StageSpec(4, 5, 2, 32, 2)),
        resolution=32, num_classes=10, stem_channels=12, stem_stride=1, head_channels=96,
        channel_divisor=4,
    )
""",
    },
}

EQUIVALENT = {
    "capstone.weight_kilobytes": {
        "layer['in'] // layer['groups'] -> layer['in'] / layer['groups']": (
            "the groups divide the channels"
        )
    },
    "capstone.design": {
        "replace(base, name='wider start', stages=(first, middle, last)) -> "
        "replace(base, stages=(first, middle, last))": "a name is for people",
        **dict.fromkeys(
            ("12 -> 13", "12 -> 11", "20 -> 21", "20 -> 19"),
            "channels are rounded to multiples of 4: the same network",
        ),
        **dict.fromkeys(
            (
                "replace(first, channels=12) -> replace(first)",
                "replace(middle, channels=20, expand=4) -> replace(middle, expand=4)",
                "replace(middle, channels=20, expand=4) -> replace(middle, channels=20)",
                "4 -> 3",
            ),
            "another network that keeps every limit, and as right",
        ),
    },
}

SKIPPED = {
    "capstone.design": {"changes its arguments, then right": "it has no arguments"},
}
