"""Answers to assignment 05 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

MULTIPLIERS = "def multipliers(alpha, beta, gamma, phi):\n    "
PHI = "def phi_for(times, alpha, beta, gamma):\n    "
GRID = "def candidates(step, target=2.0, tolerance=0.1):\n    "
CHOOSE = "def choose(records):\n    "
FIT = "def fit_phi(depth, width, resolution, alpha=1.2, beta=1.1, gamma=1.15):\n    "
BUDGET = "def scaled_to_budget(cost, budget, alpha, beta, gamma):\n    "

STEP = "(alpha * beta**2 * gamma**2)"


def multipliers(
    d: str = "alpha**phi",
    w: str = "beta**phi",
    r: str = "gamma**phi",
    macs: str = "d * w**2 * r**2",
    end: str = "{'depth': d, 'width': w, 'resolution': r, 'macs': macs}",
) -> str:
    return f"{MULTIPLIERS}d, w, r = {d}, {w}, {r}\n    macs = {macs}\n    return {end}"


def powers(power: str) -> str:
    """Write another operation in place of the power of `c`."""
    return multipliers(*(power.replace("c", name) for name in ("alpha", "beta", "gamma")))


def grid(
    keep: str = "abs(p - target) <= tolerance + 1e-9",
    product: str = "a * b**2 * c**2",
    first: str = "0",
    row: str = "[a, b, c]",
    limit: str = "target + tolerance",
    begin: str = "pass",
    end: str = "return found",
) -> str:
    return f"""{GRID}{begin}
    count = int(({limit} - 1) / step + 1e-9) + 1
    values = [1 + step * n for n in range({first}, count)]
    found = []
    for a in values:
        for b in values:
            for c in values:
                p = {product}
                if {keep}:
                    found.append({row})
    {end}"""


def picked(triples: str, slack: str = "1e-9") -> str:
    """Write a grid whose triples come from itertools."""
    return f"""{GRID}from itertools import combinations, combinations_with_replacement, permutations
    values = [1 + step * n for n in range(int((target + tolerance - 1) / step + 1e-9) + 1)]
    return [[a, b, c] for a, b, c in {triples}
            if abs(a * b**2 * c**2 - target) <= tolerance + {slack}]"""


def added_up(limit: str) -> str:
    """Write a grid whose values are added up to a limit; floats miss the edges, too."""
    return f"""{GRID}values, v = [], 1.0
    while v <= {limit}:
        values.append(v)
        v += step
    return [[a, b, c] for a in values for b in values for c in values
            if abs(a * b**2 * c**2 - target) <= tolerance]"""


def choose(
    val: str = "r['val']",
    average: str = "mean(val[n])",
    spread: str = "math.sqrt(squares / (runs - len(val)))",
    error: str = "spread * math.sqrt(1 / len(val[n]) + 1 / len(val[best]))",
    tie: str = "n != best and average[best] - average[n] < 2 * error",
    best: str = "max",
    end: str = "return {'best': best, 'ties': ties}",
) -> str:
    return f"""{CHOOSE}from statistics import mean, median, pstdev, stdev
    val = {{r['name']: {val} for r in records}}
    average = {{n: {average} for n in val}}
    squares = sum((v - mean(val[n])) ** 2 for n in val for v in val[n])
    runs = sum(len(val[n]) for n in val)
    spread = {spread}
    best = {best}(average, key=average.get)
    ties = []
    for n in val:
        error = {error}
        if {tie}:
            ties.append(n)
    {end}"""


def fit(
    phi: str = "sum(x * y for x, y in logs) / sum(x * x for x, _ in logs)",
    spread: str = "max(each) - min(each)",
    begin: str = "pass",
) -> str:
    return f"""{FIT}from statistics import mean, median, pstdev, stdev
    {begin}
    pairs = [(alpha, depth), (beta, width), (gamma, resolution)]
    logs = [(math.log(c), math.log(m)) for c, m in pairs]
    each = [y / x for x, y in logs]
    phi = {phi}
    return {{'phi': phi, 'spread': {spread}}}"""


def budget(
    order: str = "beta**middle, alpha**middle, gamma**middle",
    halvings: str = "40",
    end: str = "low",
    compare: str = "<=",
    cost: str = "cost",
    high: str = "10.0",
) -> str:
    return f"""{BUDGET}low, high = 0.0, {high}
    for _ in range({halvings}):
        middle = (low + high) / 2
        if {cost}({order}) {compare} budget:
            low = middle
        else:
            high = middle
    return {end}"""


def scan(step: str, end: str = "fits") -> str:
    return f"""{BUDGET}fits, n = 0, 0
    while n * {step} < 10:
        phi = n * {step}
        if cost(beta**phi, alpha**phi, gamma**phi) <= budget:
            fits = phi
        n += 1
    return {end}"""


WRONG = {
    "compound.multipliers": {
        "only the visible example": Wrong(
            f"{MULTIPLIERS}return {{'depth': 1.2, 'width': 1.1, 'resolution': 1.15, "
            "'macs': 1.92027}",
            "expected",
        ),
        "times phi": Wrong(powers("c * phi"), "you multiply by φ"),
        "simple interest": Wrong(powers("1 + (c - 1) * phi"), "excess over 1 for each step"),
        "power the wrong way": Wrong(powers("abs(phi) ** c"), "the other way round"),
        "whole steps": Wrong(powers("c ** int(phi)"), "cut φ off"),
        "no phi": Wrong(powers("c"), "you leave φ out"),
        "no squares": Wrong(multipliers(macs="d * w * r"), "leave the squares out"),
        "all squared": Wrong(multipliers(macs="(d * w * r) ** 2"), "square the depth, too"),
        "resolution not squared": Wrong(
            multipliers(macs="d * w**2 * r"), "do not square the resolution"
        ),
        "width not squared": Wrong(multipliers(macs="d * w * r**2"), "do not square the width"),
        "doubling": Wrong(multipliers(macs="2**phi"), "double with each step"),
        "MACs of one step": Wrong(multipliers(macs=STEP), "those of a single step"),
        "sum": Wrong(multipliers(macs="d + w**2 + r**2"), "are a sum"),
        "width and resolution swapped": Wrong(
            multipliers(w="gamma**phi", r="beta**phi"), "β is for width"
        ),
        "depth and width swapped": Wrong(
            multipliers(d="beta**phi", w="alpha**phi"), "α is for depth"
        ),
        "depth and resolution swapped": Wrong(
            multipliers(d="gamma**phi", r="alpha**phi"), "α is for depth, γ for resolution"
        ),
        "depth and width under each other's names": Wrong(
            multipliers(end="{'depth': w, 'width': d, 'resolution': r, 'macs': macs}"),
            "MACs are right, but depth and width",
        ),
        "depth and resolution under each other's names": Wrong(
            multipliers(end="{'depth': r, 'width': w, 'resolution': d, 'macs': macs}"),
            "MACs are right, but depth and resolution",
        ),
        "key in capitals": Wrong(
            multipliers(end="{'depth': d, 'width': w, 'resolution': r, 'MACs': macs}"),
            "letter for letter",
        ),
        "another key": Wrong(
            multipliers(end="{'d': d, 'w': w, 'r': r, 'macs': macs}"), "keys 'd', 'w', 'r', 'macs'"
        ),
        "a key too few": Wrong(
            multipliers(end="{'depth': d, 'width': w, 'resolution': r}"), "letter for letter"
        ),
        "rounded": Wrong(
            multipliers(
                end="{'depth': round(d, 2), 'width': round(w, 2), 'resolution': round(r, 2), "
                "'macs': round(macs, 2)}"
            ),
            "you round. Return",
        ),
        "rounded MACs": Wrong(multipliers(macs="round(d * w**2 * r**2, 3)"), "you round. Return"),
        "rounded, all but the MACs": Wrong(
            multipliers(
                end="{'depth': round(d, 1), 'width': round(w, 1), 'resolution': round(r, 1), "
                "'macs': macs}"
            ),
            "you round. Return",
        ),
        "nearest step": Wrong(powers("c ** round(phi)"), "you round φ to whole steps"),
        "step above": Wrong(powers("c ** -(-phi // 1)"), "you round φ up"),
        "step below": Wrong(powers("c ** (phi // 1)"), "cut φ off"),
        "steps in a loop": Wrong(
            f"""{MULTIPLIERS}d = w = r = 1
    for _ in range(int(phi)):
        d, w, r = d * alpha, w * beta, r * gamma
    return {{'depth': d, 'width': w, 'resolution': r, 'macs': d * w**2 * r**2}}""",
            "one after the other",
        ),
        "without its sign": Wrong(powers("c ** abs(phi)"), "the sign of φ"),
        "a tuple": Wrong(
            f"{MULTIPLIERS}return alpha**phi, beta**phi, gamma**phi, {STEP}**phi",
            "it should be a dict",
        ),
    },
    "compound.phi_for": {
        "only the visible example": Wrong(f"{PHI}return 3.1870506285623184", "expected"),
        "doublings": Wrong(f"{PHI}return math.log2(times)", "you count doublings"),
        "no squares": Wrong(
            f"{PHI}return math.log(times) / math.log(alpha * beta * gamma)",
            "leaves the squares out",
        ),
        "all squared": Wrong(
            f"{PHI}return math.log(times) / math.log(alpha * beta * gamma) / 2", "squares α, too"
        ),
        "the paper's": Wrong(
            f"{PHI}return math.log(times) / math.log(1.2 * 1.1**2 * 1.15**2)",
            "the paper's coefficients, whatever",
        ),
        "1.92": Wrong(f"{PHI}return math.log(times, 1.92)", "you take 1.92"),
        "quotient": Wrong(f"{PHI}return times / {STEP}", "a quotient of logarithms"),
        "second logarithm forgotten": Wrong(
            f"{PHI}return math.log(times) / {STEP}", "by the step itself"
        ),
        "no brackets": Wrong(
            f"{PHI}return math.log(times) / math.log(alpha) * beta**2 * gamma**2",
            "brackets are missing: α·β²·γ²",
        ),
        "no brackets and no second logarithm": Wrong(
            f"{PHI}return math.log(times) / alpha * beta**2 * gamma**2",
            "its logarithm that you divide by",
        ),
        "no brackets around the sum": Wrong(
            f"{PHI}return math.log(times) / math.log(alpha) + 2 * math.log(beta) "
            "+ 2 * math.log(gamma)",
            "sum of the logarithms as a whole",
        ),
        "product of logarithms": Wrong(
            f"{PHI}return math.log(times) / (math.log(alpha) * math.log(beta)**2 "
            "* math.log(gamma)**2)",
            "you multiply logarithms",
        ),
        "cut off": Wrong(f"{PHI}return int(math.log(times, {STEP}))", "cut off to whole steps"),
        "rounded down": Wrong(
            f"{PHI}return math.log(times) // math.log{STEP}", "round down to whole steps"
        ),
        "inverse": Wrong(f"{PHI}return math.log({STEP}) / math.log(times)", "the wrong way round"),
        "logarithm alone": Wrong(f"{PHI}return math.log(times)", "of the factor alone"),
        "logarithm of a quotient": Wrong(
            f"{PHI}return math.log(times / {STEP})", "the quotient of two logarithms"
        ),
        "rounded": Wrong(f"{PHI}return round(math.log(times, {STEP}))", "round to whole steps"),
        "rounded up": Wrong(
            f"{PHI}return math.ceil(math.log(times, {STEP}))", "round up to whole steps"
        ),
        "by depth": Wrong(f"{PHI}return math.log(times, alpha)", "depth alone reach"),
    },
    "compound.candidates": {
        "only the visible example": Wrong(
            f"{GRID}return [[1.25, 1.0, 1.25], [1.25, 1.25, 1.0], [2.0, 1.0, 1.0]]", "expected"
        ),
        "floats at the edge": Wrong(grid("abs(p - target) <= tolerance"), "floats are not exact"),
        "steps added up": Wrong(
            f"""{GRID}values = [1.0]
    while values[-1] + step <= target + tolerance:
        values.append(values[-1] + step)
    return [[a, b, c] for a in values for b in values for c in values
            if abs(a * b * b * c * c - target) <= tolerance]""",
            "floats are not exact",
        ),
        "without the edge": Wrong(
            grid("abs(p - target) < tolerance - 1e-9"), "floats are not exact"
        ),
        "no squares": Wrong(grid(product="a * b * c"), "count twice each"),
        "all squared": Wrong(grid(product="(a * b * c) ** 2"), "you square α, too"),
        "none above": Wrong(
            grid("target - tolerance - 1e-9 <= p <= target + 1e-9"), "no product above the target"
        ),
        "none below": Wrong(
            grid("target - 1e-9 <= p <= target + tolerance + 1e-9"), "no product below the target"
        ),
        "all that are small": Wrong(
            grid("p <= target + tolerance + 1e-9"), "every product that is small enough"
        ),
        "no ones": Wrong(grid(first="1"), "values begin above 1"),
        "below one": Wrong(grid(first="-2"), "no coefficient may be below 1"),
        "a share of the target": Wrong(
            grid("abs(p / target - 1) <= tolerance + 1e-9"), "share of the target"
        ),
        "math.isclose": Wrong(
            grid("math.isclose(p, target, rel_tol=tolerance + 1e-9)"), "as in math.isclose"
        ),
        "combinations with replacement": Wrong(
            picked("combinations_with_replacement(values, 3)"), "the order counts: [1.1"
        ),
        "combinations": Wrong(picked("combinations(values, 3)"), "coefficients may be equal"),
        "permutations": Wrong(picked("permutations(values, 3)"), "coefficients may be equal"),
        "combinations with replacement, and floats at the edge": Wrong(
            picked("combinations_with_replacement(values, 3)", slack="0"), "the order counts"
        ),
        "no ones, and floats at the edge": Wrong(
            grid("abs(p - target) <= tolerance", first="1"), "values begin above 1"
        ),
        "steps added up to 2": Wrong(added_up("2"), "values end too early"),
        "steps added up to the target": Wrong(added_up("target"), "values end too early"),
        "stops at the target": Wrong(grid(limit="target"), "values end too early"),
        "target ignored": Wrong(grid(begin="target, tolerance = 2.0, 0.1"), "a product of 2"),
        "tolerance ignored": Wrong(grid(begin="tolerance = 0.1"), "leave the tolerance"),
        "steps of a tenth": Wrong(grid(begin="step = 0.1"), "in steps of 0.1"),
        "another order": Wrong(grid(row="[b, a, c]"), "α comes first"),
        "alpha last": Wrong(grid(row="[b, c, a]"), "α comes first"),
        "stops too early": Wrong(grid(limit="1.5"), "values end too early"),
        "numbers alone": Wrong(grid(row="p"), "lists of three numbers"),
        "dicts": Wrong(grid(row="{'alpha': a, 'beta': b, 'gamma': c}"), "lists of three numbers"),
        "twice": Wrong(grid(end="return found + found"), "is there twice"),
        "how many": Wrong(grid(end="return len(found)"), "lists of three numbers"),
        "rounded to tenths": Wrong(grid("round(p, 1) == target"), "expected"),
    },
    "compound.choose": {
        "only the visible example": Wrong(
            f"{CHOOSE}return {{'best': 'sharper', 'ties': ['both']}}", "expected"
        ),
        "test pictures": Wrong(choose("r['test']"), "choose by the test pictures"),
        "all pictures": Wrong(choose("r['val'] + r['test']"), "mix test pictures"),
        "best run": Wrong(choose(average="max(val[n])"), "compare the best runs"),
        "medians": Wrong(choose(average="median(val[n])"), "compare medians"),
        "lowest": Wrong(
            choose(best="min", tie="n != best and average[n] - average[best] < 2 * error"),
            "with the lowest mean.",
        ),
        "min for max": Wrong(choose(best="min"), "all others are above it"),
        "by the number of runs": Wrong(
            choose(spread="math.sqrt(squares / runs)"), "runs less one for each"
        ),
        "spread of all runs": Wrong(
            choose(spread="stdev([v for n in val for v in val[n]])"), "of all runs together"
        ),
        "mean of spreads": Wrong(
            choose(spread="mean(stdev(val[n]) for n in val)"), "average standard deviations"
        ),
        "population spread of all runs": Wrong(
            choose(spread="pstdev([v for n in val for v in val[n]])"), "of all runs together"
        ),
        "distance from the grand mean": Wrong(
            choose(
                spread="math.sqrt(sum((v - mean(u for m in val for u in val[m])) ** 2 "
                "for n in val for v in val[n]) / (runs - len(val)))"
            ),
            "from the mean of all runs",
        ),
        "one less in all": Wrong(
            choose(spread="math.sqrt(squares / (runs - 1))"), "by all runs less one"
        ),
        "mean of numpy's var": Wrong(
            choose(spread="math.sqrt(np.mean([np.var(val[n]) for n in val]))"),
            "numpy's var does so unless it gets ddof=1",
        ),
        "mean of numpy's std": Wrong(
            choose(spread="np.mean([np.std(val[n]) for n in val])"),
            "numpy's std does so unless it gets ddof=1",
        ),
        "mean of variances": Wrong(
            choose(spread="math.sqrt(np.mean([np.var(val[n], ddof=1) for n in val]))"),
            "the same weight",
        ),
        "n of the best for both": Wrong(
            choose(error="spread * math.sqrt(2 / len(val[best]))"), "the best's number of runs"
        ),
        "n of the other for both": Wrong(
            choose(error="spread * math.sqrt(2 / len(val[n]))"), "the other candidate's number"
        ),
        "n of the first record": Wrong(
            choose(error="spread * math.sqrt(2 / len(records[0]['val']))"), "of the first record"
        ),
        "n of the last record": Wrong(
            choose(error="spread * math.sqrt(2 / len(records[-1]['val']))"), "of the last record"
        ),
        "mean number of runs": Wrong(
            choose(error="spread * math.sqrt(2 * len(val) / runs)"), "one number of runs for all"
        ),
        "one over the sum": Wrong(
            choose(error="spread * math.sqrt(1 / (len(val[n]) + len(val[best])))"),
            "1/n + 1/m is not 1/(n + m)",
        ),
        "two over the sum": Wrong(
            choose(error="spread * math.sqrt(2 / (len(val[n]) + len(val[best])))"),
            "1/n + 1/m is not 2/(n + m)",
        ),
        "no root of the fractions": Wrong(
            choose(error="spread * (1 / len(val[n]) + 1 / len(val[best]))"),
            "the root of 1/n + 1/m",
        ),
        "root over the spread": Wrong(
            choose(error="math.sqrt(spread * (1 / len(val[n]) + 1 / len(val[best])))"),
            "your root is over s",
        ),
        "the numbers are told": Wrong(choose(tie="False"), "standard errors, less than two: a tie"),
        "the means are told": Wrong(choose(best="min"), "the means of 'val' are"),
        "whole records": Wrong(
            choose(end="return {'best': max(records, key=lambda r: mean(r['val'])), 'ties': ties}"),
            "gives whole records",
        ),
        "records as ties": Wrong(
            choose(end="return {'best': best, 'ties': [r for r in records if r['name'] in ties]}"),
            "gives whole records",
        ),
        "another key": Wrong(choose(end="return {'best': best, 'tie': ties}"), "letter for letter"),
        "no root": Wrong(choose(spread="squares / (runs - len(val))"), "forget to take the root"),
        "spread of single runs": Wrong(choose(error="spread"), "spread of single runs"),
        "error of one": Wrong(
            choose(error="spread / math.sqrt(len(val[n]))"), "the best one is uncertain, too"
        ),
        "error of the best": Wrong(
            choose(error="spread / math.sqrt(len(val[best]))"), "the other one is uncertain, too"
        ),
        "errors added": Wrong(
            choose(error="spread / math.sqrt(len(val[n])) + spread / math.sqrt(len(val[best]))"),
            "add the two means' errors",
        ),
        "one error": Wrong(
            choose(tie="n != best and average[best] - average[n] < error"), "one standard error"
        ),
        "own spreads": Wrong(
            choose(
                error="math.sqrt(stdev(val[n])**2 / len(val[n]) "
                "+ stdev(val[best])**2 / len(val[best]))"
            ),
            "of the two candidates alone",
        ),
        "overlap": Wrong(
            choose(tie="n != best and max(val[n]) >= min(val[best])"), "if runs overlap"
        ),
        "best among the ties": Wrong(
            choose(tie="average[best] - average[n] < 2 * error"), "among its own ties"
        ),
        "told apart": Wrong(
            choose(tie="n != best and average[best] - average[n] >= 2 * error"),
            "that can be told apart",
        ),
        "no ties": Wrong(choose(tie="False"), "never list a tie"),
        "the name alone": Wrong(choose(end="return best"), "return a dict with"),
        "sorts the list itself": Wrong(
            f"{CHOOSE}records.sort(key=lambda r: r['name'])\n    " + choose().removeprefix(CHOOSE),
            "changes what it is given",
        ),
    },
    "compound.fit_phi": {
        "only the visible example": Wrong(
            f"{FIT}return {{'phi': 6.62879943929952, 'spread': 1.0670096843227181}}", "expected"
        ),
        "mean": Wrong(fit("mean(each)"), "is the mean of the three"),
        "median": Wrong(fit("median(each)"), "the one in the middle"),
        "middle of the range": Wrong(fit("(max(each) + min(each)) / 2"), "halfway between"),
        "sums": Wrong(fit("sum(y for _, y in logs) / sum(x for x, _ in logs)"), "quotient of sums"),
        "no squares below": Wrong(
            fit("sum(x * y for x, y in logs) / sum(x for x, _ in logs)"), "below belong the squares"
        ),
        "square of the sum below": Wrong(
            fit("sum(x * y for x, y in logs) / sum(x for x, _ in logs) ** 2"),
            "the sum of the squares",
        ),
        "minus": Wrong(fit("-sum(x * y for x, y in logs) / sum(x * x for x, _ in logs)"), "sign"),
        "searched in hundredths": Wrong(
            fit(
                "min((n / 100 for n in range(-200, 1200)), "
                "key=lambda p: sum((y - p * x) ** 2 for x, y in logs))"
            ),
            "2 digits after the point only",
        ),
        "searched with numpy": Wrong(
            fit(
                "grid[np.argmin(((y - grid[:, None] * x) ** 2).sum(axis=1))]",
                begin="x, y = np.log([alpha, beta, gamma]), np.log([depth, width, resolution])\n"
                "    grid = np.arange(-2, 12, 0.1)",
            ),
            "1 digits after the point only",
        ),
        "rounded": Wrong(
            fit(spread="round(max(each) - min(each), 3)").replace(
                "'phi': phi", "'phi': round(phi, 3)"
            ),
            "you round. Return",
        ),
        "spread negative": Wrong(fit(spread="min(each) - max(each)"), "the other way round"),
        "width less depth": Wrong(
            fit(spread="each[1] - each[0]"), "φ of the width less that of the depth"
        ),
        "depth less width": Wrong(
            fit(spread="each[0] - each[1]"), "φ of the depth less that of the width"
        ),
        "resolution less depth": Wrong(
            fit(spread="each[2] - each[0]"), "φ of the resolution less that of the depth"
        ),
        "between width and depth": Wrong(
            fit(spread="abs(each[0] - each[1])"), "between the φ of the width and that of the depth"
        ),
        "another key": Wrong(f"{fit()}".replace("'phi':", "'φ':"), "letter for letter"),
        "without logarithms": Wrong(
            fit(
                "search(lambda p: sum((c**p - m) ** 2 for c, m in pairs))",
                begin="""
    def search(misfit, low=-5, high=15):
        for _ in range(200):
            a, b = (2 * low + high) / 3, (low + 2 * high) / 3
            low, high = (low, b) if misfit(a) < misfit(b) else (a, high)
        return low
""",
            ),
            "fit the multipliers themselves",
        ),
        "by MACs": Wrong(
            fit(f"math.log(depth * width**2 * resolution**2) / math.log({STEP})"), "right MACs"
        ),
        "by depth": Wrong(fit("each[0]"), "that of the depth alone"),
        "the paper's": Wrong(fit(begin="alpha, beta, gamma = 1.2, 1.1, 1.15"), "whatever is given"),
        "spread from the fit": Wrong(
            fit(spread="max(abs(e - phi) for e in each)"), "distance from the fitted φ"
        ),
        "standard deviation": Wrong(fit(spread="stdev(each)"), "is a standard deviation"),
        "population": Wrong(fit(spread="pstdev(each)"), "is a standard deviation"),
        "spread of residuals": Wrong(
            fit(spread="max(y - phi * x for x, y in logs) - min(y - phi * x for x, y in logs)"),
            "left over in the logarithms",
        ),
        "phi alone": Wrong(f"{fit()}['phi']", "it should be a dict"),
    },
    "compound.scaled_to_budget": {
        "only the visible example": Wrong(f"{BUDGET}return 3.085050582885742", "expected"),
        "formula": Wrong(
            f"{BUDGET}return math.log(budget / cost(1, 1, 1)) / math.log({STEP})",
            "that is φ by the formula",
        ),
        "doublings": Wrong(
            f"{BUDGET}return math.log2(budget / cost(1, 1, 1))", "how often the cost doubles"
        ),
        "depth and width swapped": Wrong(
            budget("alpha**middle, beta**middle, gamma**middle"), "depth and width the wrong way"
        ),
        "width and resolution swapped": Wrong(
            budget("gamma**middle, alpha**middle, beta**middle"),
            "width and resolution the wrong way",
        ),
        "order mixed up": Wrong(
            budget("alpha**middle, gamma**middle, beta**middle"), "you give it others"
        ),
        "upper end": Wrong(budget(end="high"), "but from above"),
        "upper end, 20 halvings": Wrong(budget(halvings="20", end="high"), "but from above"),
        "upper end, coarse": Wrong(
            budget(halvings="12", end="high"), "you return the upper end of the interval"
        ),
        "middle": Wrong(
            budget(halvings="12", end="(low + high) / 2"), "the middle of the interval"
        ),
        "the example's cost": Wrong(budget(cost="small_cost"), "you ask `small_cost`"),
        "no cost": Wrong(
            f"{BUDGET}return math.log(budget / 1e8) / math.log({STEP})", "you never ask `cost`"
        ),
        "ends exchanged": Wrong(budget(compare=">"), "you keep the wrong half"),
        "ends exchanged, high": Wrong(budget(compare=">", end="high"), "you keep the wrong half"),
        "times phi": Wrong(
            budget("beta * middle, alpha * middle, gamma * middle"), "multiply the coefficients"
        ),
        "simple interest": Wrong(
            budget("1 + (beta - 1) * middle, 1 + (alpha - 1) * middle, 1 + (gamma - 1) * middle"),
            "excess over 1 for each step",
        ),
        "ends at the formula": Wrong(
            budget(high=f"math.log(budget / cost(1, 1, 1)) / math.log({STEP})"),
            "no further than to φ by the formula",
        ),
        "ends at the doublings": Wrong(
            budget(high="math.log2(budget / cost(1, 1, 1))"), "the number of doublings"
        ),
        "strictly below": Wrong(budget(compare="<"), "costs exactly the budget"),
        "few halvings": Wrong(budget(halvings="5"), "interval is still 0.3125 long"),
        "three halvings": Wrong(budget(halvings="3"), "interval is still 1.25 long"),
        "ten halvings": Wrong(budget(halvings="10"), "interval is still 0.009766 long"),
        "whole numbers": Wrong(scan("1"), "whole numbers only"),
        "tenths": Wrong(scan("0.1"), "you try tenths only"),
        "all thousandths": Wrong(scan("0.0005"), "asks for a cost"),
        "where it began": Wrong(budget(halvings="0"), "where the search began"),
        "where it began, above": Wrong(budget(halvings="0", end="high"), "where the search began"),
        "the cost": Wrong(
            budget(end="cost(beta**low, alpha**low, gamma**low)"), "or up to 0.001 less"
        ),
        "rounded": Wrong(budget(end="round(low, 1)"), "you round, and rounding up"),
        "rounded to hundredths": Wrong(budget(end="round(low, 2)"), "you round, and rounding up"),
        "rounded to thousandths": Wrong(budget(end="round(low, 3)"), "you round, and rounding up"),
        "hundredths": Wrong(scan("0.01"), "you try hundredths only"),
        "an interval": Wrong(budget(end="low, high"), "return a single number"),
    },
}

RIGHT = {
    "compound.multipliers": {
        "by logarithms": f"""{MULTIPLIERS}names = ("depth", "width", "resolution")
    logs = dict(zip(names, map(math.log, (alpha, beta, gamma))))
    logs["macs"] = logs["depth"] + 2 * logs["width"] + 2 * logs["resolution"]
    return {{name: math.exp(phi * log) for name, log in logs.items()}}""",
        "the product to the power": f"""{MULTIPLIERS}step = alpha * beta * beta * gamma * gamma
    return dict(depth=pow(alpha, phi), width=pow(beta, phi), resolution=pow(gamma, phi),
                macs=pow(step, phi))""",
    },
    "compound.phi_for": {
        "logarithm to a base": f"{PHI}return math.log(times, {STEP})",
        "sums of logarithms": f"{PHI}return math.log2(times) / (\n"
        "        math.log2(alpha) + 2 * math.log2(beta) + 2 * math.log2(gamma))",
        "by halving": f"""{PHI}low, high = -50.0, 50.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if {STEP} ** middle < times:
            low = middle
        else:
            high = middle
    return (low + high) / 2""",
    },
    "compound.candidates": {
        "in whole hundredths": f"""{GRID}s, t = round(100 * step), round(100 * target)
    o = round(100 * tolerance)
    values = range(100, t + o + 1, s)
    return [(a / 100, b / 100, c / 100) for a in values for b in values for c in values
            if abs(a * b * b * c * c - t * 100**4) <= o * 100**4]""",
        "rounded": f"""{GRID}import itertools
    values, value = [], 1.0
    while value < target + tolerance + 1e-6:
        values.append(value)
        value = round(value + step, 6)
    return [list(t) for t in itertools.product(values, repeat=3)
            if round(abs(t[0] * t[1] ** 2 * t[2] ** 2 - target), 6) <= tolerance][::-1]""",
        "with numpy": f"""{GRID}import numpy as np
    v = np.arange(1, target + tolerance + step / 2, step)
    a, b, c = np.meshgrid(v, v, v, indexing="ij")
    keep = np.abs(a * b**2 * c**2 - target) < tolerance + 1e-7
    return np.stack([a[keep], b[keep], c[keep]], axis=1)""",
    },
    "compound.choose": {
        "with numpy": f"""{CHOOSE}import numpy as np
    order = sorted(records, key=lambda r: -np.mean(r["val"]))
    n = np.array([len(r["val"]) for r in order])
    variances = np.array([np.var(r["val"], ddof=1) for r in order])
    spread = np.sqrt(np.sum(variances * (n - 1)) / np.sum(n - 1))
    means = np.array([np.mean(r["val"]) for r in order])
    close = means[0] - means < 2 * spread * np.sqrt(1 / n + 1 / n[0])
    return {{"best": order[0]["name"],
            "ties": [r["name"] for r, c in zip(order[1:], close[1:]) if c]}}""",
        "with statistics": f"""{CHOOSE}from statistics import mean, variance
    best = max(records, key=lambda r: mean(r["val"]))
    total = sum(variance(r["val"]) * (len(r["val"]) - 1) for r in records)
    s = (total / sum(len(r["val"]) - 1 for r in records)) ** 0.5
    ties = set()
    for r in records:
        behind = mean(best["val"]) - mean(r["val"])
        limit = 2 * s * (1 / len(r["val"]) + 1 / len(best["val"])) ** 0.5
        if r["name"] != best["name"] and behind < limit:
            ties.add(r["name"])
    return {{"ties": sorted(ties), "best": best["name"]}}""",
    },
    "compound.fit_phi": {
        "with numpy": f"""{FIT}import numpy as np
    x, y = np.log([alpha, beta, gamma]), np.log([depth, width, resolution])
    phi = np.linalg.lstsq(x[:, None], y, rcond=None)[0][0]
    return {{"phi": phi, "spread": np.ptp(y / x)}}""",
        "as a weighted mean": f"""{FIT}phis, weights = [], []
    for base, value in ((alpha, depth), (beta, width), (gamma, resolution)):
        phis.append(math.log(value, base))
        weights.append(math.log(base) ** 2)
    phi = sum(p * w for p, w in zip(phis, weights)) / sum(weights)
    phis.sort()
    return {{"spread": phis[2] - phis[0], "phi": phi}}""",
    },
    "compound.scaled_to_budget": {
        "until it is short": f"""{BUDGET}def fits(phi):
        return cost(width=beta**phi, depth=alpha**phi, resolution=gamma**phi) <= budget
    low, length = 0.0, 10.0
    while length > 0.0005:
        length /= 2
        if fits(low + length):
            low += length
    return low""",
        "digit by digit": f"""{BUDGET}phi = 0
    for step in (1, 0.1, 0.01, 0.001, 0.0001):
        while cost(beta ** (phi + step), alpha ** (phi + step), gamma ** (phi + step)) <= budget:
            phi += step
    return phi""",
        "recursively": f"""{BUDGET}def search(low, high):
        if high - low < 1e-6:
            return low
        m = 0.5 * (low + high)
        if cost(beta**m, alpha**m, gamma**m) > budget:
            return search(low, m)
        return search(m, high)
    return search(0, 10)""",
    },
}

LARGER = "only tries values too large to be kept"
SHORTER = "the interval is short enough, and not too many costs are asked for"
LONGER = "the interval is only longer; its end is found all the same"

EQUIVALENT = {
    "compound.candidates": {
        "range(round((most - 1) / step) + 1) -> range(round((most - 1) / step) + 1 + 1)": LARGER,
        "1 -> 2 (2)": LARGER,
        "most - 1 -> most + 1": LARGER,
        "1 -> 0 (3)": LARGER,
        "abs(product - target) <= tolerance + 1e-09 -> abs(product - target) < tolerance + 1e-09": (
            "no product is so near to the edge without lying on it"
        ),
    },
    "compound.choose": {
        "means[best] - means[name] < 2 * error -> means[best] - means[name] <= 2 * error": (
            "no means differ by exactly two errors"
        ),
    },
    "compound.scaled_to_budget": {
        "range(20) -> range(20 + 1)": SHORTER,
        "range(20) -> range(20 - 1)": SHORTER,
        "20 -> 21": SHORTER,
        "20 -> 19": SHORTER,
        "0 -> -1": LONGER,
        "10 -> 11": LONGER,
    },
}
