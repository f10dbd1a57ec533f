"""Answers to assignment 07 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

WRONG = {
    "macs.mean_and_std": {
        "population": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), np.std(accuracies)
""",
            says="divide by one less",
        ),
        "population, single is zero": Wrong(
            """
def mean_and_std(accuracies):
    return np.mean(accuracies), np.std(accuracies)
""",
            says="divide by one less",
        ),
        "single is zero": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], 0.0
    return np.mean(accuracies), np.std(accuracies, ddof=1)
""",
            says="not the same as a spread of 0",
        ),
        "single is nan": Wrong(
            """
def mean_and_std(accuracies):
    return np.mean(accuracies), np.std(accuracies, ddof=1)
""",
            says="return None in its place",
        ),
        "single raises": Wrong(
            """
import statistics
def mean_and_std(accuracies):
    return statistics.mean(accuracies), statistics.stdev(accuracies)
""",
            says="StatisticsError",
        ),
        "variance": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), np.var(accuracies, ddof=1)
""",
            says="points squared",
        ),
        "standard error": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), np.std(accuracies, ddof=1) / len(accuracies) ** 0.5
""",
            says="uncertainty of the mean",
        ),
        "range": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), max(accuracies) - min(accuracies)
""",
            says="between the best and the worst",
        ),
        "half of the range": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), (max(accuracies) - min(accuracies)) / 2
""",
            says="looks at two of them only",
        ),
        "absolute deviation": Wrong(
            """
def mean_and_std(accuracies):
    mean = np.mean(accuracies)
    if len(accuracies) == 1:
        return mean, None
    return mean, np.mean(np.abs(np.array(accuracies) - mean))
""",
            says="root of a mean of squares",
        ),
        "median": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.median(accuracies), np.std(accuracies, ddof=1)
""",
            says="the median",
        ),
        "best": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return accuracies[0], None
    return max(accuracies), np.std(accuracies, ddof=1)
""",
            says="best seed",
        ),
        "std first": Wrong(
            """
def mean_and_std(accuracies):
    if len(accuracies) == 1:
        return None, accuracies[0]
    return np.std(accuracies, ddof=1), np.mean(accuracies)
""",
            says="the mean comes first",
        ),
        "mean only": Wrong(
            """
def mean_and_std(accuracies):
    return np.mean(accuracies)
""",
            says="the mean alone",
        ),
        "std only": Wrong(
            """
def mean_and_std(accuracies):
    return np.std(accuracies, ddof=1) if len(accuracies) > 1 else None
""",
            says="the standard deviation alone",
        ),
        "sorts in place": Wrong(
            """
def mean_and_std(accuracies):
    accuracies.sort()
    if len(accuracies) == 1:
        return accuracies[0], None
    return np.mean(accuracies), np.std(accuracies, ddof=1)
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def mean_and_std(accuracies):
    return 71.4, 1.1135528725660022
""",
            says="expected",
        ),
    },
    "macs.pareto_front": {
        "strictly better in both": Wrong(
            """
def pareto_front(points):
    front = []
    for i, (macs, acc) in enumerate(points):
        if not any(m < macs and a > acc for m, a in points):
            front.append(i)
    return sorted(front, key=lambda i: points[i][0])
""",
            says="beaten in both numbers",
        ),
        "running best, sorted by cost alone": Wrong(
            """
def pareto_front(points):
    best, front = -1, []
    for i in sorted(range(len(points)), key=lambda i: points[i][0]):
        if points[i][1] > best:
            best = points[i][1]
            front.append(i)
    return front
""",
            says="costs the same as another and is less accurate",
        ),
        "running best, not strictly": Wrong(
            """
def pareto_front(points):
    best, front = -1, []
    for i in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        if points[i][1] >= best:
            best = points[i][1]
            front.append(i)
    return front
""",
            says="no more accurate",
        ),
        "only a better one at lower cost beats": Wrong(
            """
def pareto_front(points):
    front = []
    for i, (macs, acc) in enumerate(points):
        if not any(m < macs and a >= acc for m, a in points):
            front.append(i)
    return sorted(front, key=lambda i: points[i][0])
""",
            says="costs the same as another and is less accurate",
        ),
        "only a more accurate one beats": Wrong(
            """
def pareto_front(points):
    front = []
    for i, (macs, acc) in enumerate(points):
        if not any(m <= macs and a > acc for m, a in points):
            front.append(i)
    return sorted(front, key=lambda i: points[i][0])
""",
            says="costs more than another and is no more accurate",
        ),
        "one of two equal ones": Wrong(
            """
def pareto_front(points):
    best, front = -1, []
    for i in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        if points[i][1] > best:
            best = points[i][1]
            front.append(i)
    return front
""",
            says="only the first of several equal",
        ),
        "neither of two equal ones": Wrong(
            """
def pareto_front(points):
    front = []
    for i, (macs, acc) in enumerate(points):
        others = points[:i] + points[i + 1:]
        if not any(m <= macs and a >= acc for m, a in others):
            front.append(i)
    return sorted(front, key=lambda i: points[i][0])
""",
            says="cross each other out",
        ),
        "beaten by itself": Wrong(
            """
def pareto_front(points):
    front = []
    for i, (macs, acc) in enumerate(points):
        if not any(m <= macs and a >= acc for m, a in points):
            front.append(i)
    return sorted(front, key=lambda i: points[i][0])
""",
            says="with itself",
        ),
        "in the order of the list": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    return [i for i, p in enumerate(points) if not any(beats(q, p) for q in points)]
""",
            says="their order is not",
        ),
        "dearest first": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    front = [i for i, p in enumerate(points) if not any(beats(q, p) for q in points)]
    return sorted(front, key=lambda i: points[i][0], reverse=True)
""",
            says="cheapest first, not dearest",
        ),
        "the points themselves": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    return sorted(p for p in points if not any(beats(q, p) for q in points))
""",
            says="the points themselves",
        ),
        "places after sorting": Wrong(
            """
def pareto_front(points):
    points = sorted(points, key=lambda p: (p[0], -p[1]))
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    found = []
    for p in points:
        if not any(beats(q, p) for q in points):
            found.append(points.index(p))
    return found
""",
            says="places in the sorted list",
        ),
        "better than the neighbour": Wrong(
            """
def pareto_front(points):
    before, front = -1, []
    for i in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        if points[i][1] > before:
            front.append(i)
        before = points[i][1]
    return front
""",
            says="next cheaper one",
        ),
        "not sorted": Wrong(
            """
def pareto_front(points):
    best, front = -1, []
    for i, (macs, acc) in enumerate(points):
        if acc > best:
            best = acc
            front.append(i)
    return front
""",
            says="sort by cost first",
        ),
        "the beaten ones": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    found = [i for i, p in enumerate(points) if any(beats(q, p) for q in points)]
    return sorted(found, key=lambda i: points[i][0])
""",
            says="networks that are beaten",
        ),
        "less accuracy is better": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] <= q[1] and p != q
    found = [i for i, p in enumerate(points) if not any(beats(q, p) for q in points)]
    return sorted(found, key=lambda i: points[i][0])
""",
            says="of the accuracy more",
        ),
        "most accurate only": Wrong(
            """
def pareto_front(points):
    return [max(range(len(points)), key=lambda i: points[i][1])]
""",
            says="most accurate network alone",
        ),
        "sorts in place": Wrong(
            """
def pareto_front(points):
    def beats(p, q):
        return p[0] <= q[0] and p[1] >= q[1] and p != q
    front = [i for i, p in enumerate(points) if not any(beats(q, p) for q in points)]
    front.sort(key=lambda i: points[i][0])
    points.sort()
    return front
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def pareto_front(points):
    return [1, 0]
""",
            says="expected",
        ),
    },
    "macs.matched_pairs": {
        "nominal factor": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if a["factor"] == b["factor"]]
""",
            says="compare the actual MACs",
        ),
        "factor and MACs": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return max(a, b) <= (1 + tolerance) * min(a, b)
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if a["factor"] == b["factor"] and close(a["macs"], b["macs"])]
""",
            says="ask for an equal factor, too",
        ),
        "share of the dearer": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return 1 - min(a, b) / max(a, b) <= tolerance
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="share of the dearer one",
        ),
        "share of the first": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return abs(a - b) / a <= tolerance
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="comes first in the table",
        ),
        "share of the second": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return abs(a / b - 1) <= tolerance
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="comes second in the table",
        ),
        "share of the mean": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return abs(a - b) / ((a + b) / 2) <= tolerance
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="share of the mean",
        ),
        "one-sided": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if b["macs"] <= (1 + tolerance) * a["macs"]]
""",
            says="Either may be the dearer",
        ),
        "strictly less": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return max(a, b) < (1 + tolerance) * min(a, b)
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="exactly the tolerance",
        ),
        "tolerance ignored": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return max(a, b) <= 1.1 * min(a, b)
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if close(a["macs"], b["macs"])]
""",
            says="always allow a tenth",
        ),
        "tolerance in MACs": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if abs(a["macs"] - b["macs"]) <= tolerance]
""",
            says="ten percent",
        ),
        "each pair twice": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    pairs = []
    for a in networks:
        for b in networks:
            close = max(a["macs"], b["macs"]) <= (1 + tolerance) * min(a["macs"], b["macs"])
            if a["name"] != b["name"] and close:
                pairs.append([a["name"], b["name"]])
    return pairs
""",
            says="each pair twice",
        ),
        "with itself": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    pairs = []
    for i, a in enumerate(networks):
        for b in networks[i:]:
            if max(a["macs"], b["macs"]) <= (1 + tolerance) * min(a["macs"], b["macs"]):
                pairs.append([a["name"], b["name"]])
    return pairs
""",
            says="with itself",
        ),
        "neighbours": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    pairs = []
    for a, b in zip(networks, networks[1:]):
        if max(a["macs"], b["macs"]) <= (1 + tolerance) * min(a["macs"], b["macs"]):
            pairs.append([a["name"], b["name"]])
    return pairs
""",
            says="next to each other",
        ),
        "sorted by cost": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    networks = sorted(networks, key=lambda network: network["macs"])
    return [[a["name"], b["name"]] for a, b in combinations(networks, 2)
            if b["macs"] <= (1 + tolerance) * a["macs"]]
""",
            says="order of the table",
        ),
        "sorts the table": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return max(a, b) <= (1 + tolerance) * min(a, b)
    pairs = [[a["name"], b["name"]] for a, b in combinations(networks, 2)
             if close(a["macs"], b["macs"])]
    networks.sort(key=lambda network: network["macs"])
    return pairs
""",
            says="changes what it is given",
        ),
        "rows in place of names": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    def close(a, b):
        return max(a, b) <= (1 + tolerance) * min(a, b)
    return [[a, b] for a, b in combinations(networks, 2) if close(a["macs"], b["macs"])]
""",
            says="expected",
        ),
        "only the visible example": Wrong(
            """
def matched_pairs(networks, tolerance=0.1):
    pairs = [["narrow", "deep"], ["deep", "sharp"]]
    return pairs if tolerance > 0.1 else pairs[:1]
""",
            says="expected",
        ),
    },
    "macs.compare": {
        "verdict by means": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    verdict = "first" if difference > 0 else "second"
    return {"low": difference - half, "high": difference + half, "verdict": verdict}
""",
            says="looks at the means alone",
        ),
        "verdict by overlapping bars": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    bars = np.std(first, ddof=1) + np.std(second, ddof=1)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    verdict = "within noise"
    if abs(difference) > bars:
        verdict = "first" if difference > 0 else "second"
    return {"low": difference - half, "high": difference + half, "verdict": verdict}
""",
            says="bars of one standard deviation",
        ),
        "verdict turned round": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "second" if low > 0 else "first" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="names the loser",
        ),
        "zero at the end": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low >= 0 else "second" if high <= 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="ends at zero",
        ),
        "second less first": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(second) - np.mean(first)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "second" if low > 0 else "first" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="that of second - first",
        ),
        "not divided by the seeds": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) + np.var(second, ddof=1)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="spread of single seeds",
        ),
        "errors added": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    error = np.std(first, ddof=1) / len(first) ** 0.5 + np.std(second, ddof=1) / len(second) ** 0.5
    low, high = difference - t * error, difference + t * error
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="squares that add up",
        ),
        "deviations added": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.std(first, ddof=1) + np.std(second, ddof=1))
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="add the standard deviations",
        ),
        "population": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first) / len(first) + np.var(second) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="divide by one less",
        ),
        "not squared": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.std(first, ddof=1) / len(first) + np.std(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="without squaring",
        ),
        "no root": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second))
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="forgot the root",
        ),
        "no t": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="leave t out",
        ),
        "1.96": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = 1.96 * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="1.96",
        ),
        "half on each side": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * (np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)) ** 0.5
    half /= 2
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="half of it on each side",
        ),
        "pooled": Wrong(
            """
def compare(first, second, t):
    n, m = len(first), len(second)
    difference = np.mean(first) - np.mean(second)
    pooled = (n - 1) * np.var(first, ddof=1) + (m - 1) * np.var(second, ddof=1)
    half = t * (pooled / (n + m - 2) * (1 / n + 1 / m)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="keep the two apart",
        ),
        "all seeds together": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    n = len(first) + len(second)
    half = t * ((np.var(first, ddof=1) + np.var(second, ddof=1)) / n) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="all seeds together",
        ),
        "seeds of the first": Wrong(
            """
def compare(first, second, t):
    difference = np.mean(first) - np.mean(second)
    half = t * ((np.var(first, ddof=1) + np.var(second, ddof=1)) / len(first)) ** 0.5
    low, high = difference - half, difference + half
    verdict = "first" if low > 0 else "second" if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}
""",
            says="number of its own",
        ),
        "only the visible example": Wrong(
            """
def compare(first, second, t):
    return {"low": 0.5360878571670429, "high": 4.663912142832945, "verdict": "first"}
""",
            says="expected",
        ),
    },
    "macs.rank_agreement": {
        "the accuracies themselves": Wrong(
            """
def rank_agreement(first, second):
    return np.corrcoef(first, second)[0, 1]
""",
            says="correlate the ranks",
        ),
        "argsort once": Wrong(
            """
def rank_agreement(first, second):
    return np.corrcoef(np.argsort(first, kind="stable"), np.argsort(second, kind="stable"))[0, 1]
""",
            says="argsort",
        ),
        "ties as they are listed": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return np.argsort(np.argsort(values, kind="stable"))
    return np.corrcoef(ranks(first), ranks(second))[0, 1]
""",
            says="as they are listed",
        ),
        "lowest rank": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sorted(values).index(value) + 1 for value in values]
    return np.corrcoef(ranks(first), ranks(second))[0, 1]
""",
            says="lowest of their places",
        ),
        "highest rank": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(other <= value for other in values) for value in values]
    return np.corrcoef(ranks(first), ranks(second))[0, 1]
""",
            says="highest of their places",
        ),
        "dense ranks": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return np.unique(values, return_inverse=True)[1]
    return np.corrcoef(ranks(first), ranks(second))[0, 1]
""",
            says="leave no place out",
        ),
        "the formula": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(o < v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]
    n = len(first)
    squares = sum((a - b) ** 2 for a, b in zip(ranks(first), ranks(second)))
    return 1 - 6 * squares / (n * (n**2 - 1))
""",
            says="sum of squares",
        ),
        "the formula, ties as listed": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return np.argsort(np.argsort(values, kind="stable"))
    n = len(first)
    squares = np.sum((ranks(first) - ranks(second)) ** 2)
    return 1 - 6 * squares / (n * (n**2 - 1))
""",
            says="places",
        ),
        "one side turned round": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(o < v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]
    return np.corrcoef(ranks(first), [-rank for rank in ranks(second)])[0, 1]
""",
            says="The sign is wrong",
        ),
        "squared": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(o < v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]
    return np.corrcoef(ranks(first), ranks(second))[0, 1] ** 2
""",
            says="square of the correlation",
        ),
        "Kendall": Wrong(
            """
def rank_agreement(first, second):
    pairs = list(combinations(range(len(first)), 2))
    signs = [np.sign((first[i] - first[j]) * (second[i] - second[j])) for i, j in pairs]
    return sum(signs) / len(pairs)
""",
            says="Kendall",
        ),
        "share in the same place": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(o < v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]
    return sum(a == b for a, b in zip(ranks(first), ranks(second))) / len(first)
""",
            says="keep their place",
        ),
        "n and n - 1 mixed": Wrong(
            """
def rank_agreement(first, second):
    def ranks(values):
        return [sum(o < v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]
    a, b = ranks(first), ranks(second)
    return np.cov(a, b)[0, 1] / (np.std(a) * np.std(b))
""",
            says="by the same number",
        ),
        "only the visible example": Wrong(
            """
def rank_agreement(first, second):
    return 0.5
""",
            says="same for every input",
        ),
    },
    "macs.luck_of_the_best": {
        "the mean not taken away": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return np.mean([max(chosen) for chosen in combinations(accuracies, k)])
""",
            says="mean of the best ones",
        ),
        "best of all": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return max(accuracies) - np.mean(accuracies)
""",
            says="whatever k is",
        ),
        "first k": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return max(accuracies[:k]) - np.mean(accuracies)
""",
            says="first k seeds only",
        ),
        "neighbours": Wrong(
            """
def luck_of_the_best(accuracies, k):
    best = [max(accuracies[i : i + k]) for i in range(len(accuracies) - k + 1)]
    return np.mean(best) - np.mean(accuracies)
""",
            says="next to each other",
        ),
        "with replacement": Wrong(
            """
from itertools import product
def luck_of_the_best(accuracies, k):
    best = [max(chosen) for chosen in product(accuracies, repeat=k)]
    return np.mean(best) - np.mean(accuracies)
""",
            says="same seed be drawn again",
        ),
        "mean of the top": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return np.mean(sorted(accuracies)[-k:]) - np.mean(accuracies)
""",
            says="mean of the k best seeds",
        ),
        "median taken away": Wrong(
            """
def luck_of_the_best(accuracies, k):
    best = [max(chosen) for chosen in combinations(accuracies, k)]
    return np.mean(best) - np.median(accuracies)
""",
            says="take away the median",
        ),
        "worst taken away": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return np.mean([max(chosen) - min(chosen) for chosen in combinations(accuracies, k)])
""",
            says="take away the worst",
        ),
        "turned round": Wrong(
            """
def luck_of_the_best(accuracies, k):
    best = [max(chosen) for chosen in combinations(accuracies, k)]
    return np.mean(accuracies) - np.mean(best)
""",
            says="The sign is wrong",
        ),
        "one seed too few": Wrong(
            """
def luck_of_the_best(accuracies, k):
    best = [max(chosen) for chosen in combinations(accuracies, max(k - 1, 1))]
    return np.mean(best) - np.mean(accuracies)
""",
            says="choose k - 1 seeds",
        ),
        "standard deviation": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return np.std(accuracies, ddof=1)
""",
            says="standard deviation",
        ),
        "drawn at random": Wrong(
            """
def luck_of_the_best(accuracies, k):
    random = np.random.default_rng(0)
    best = [max(random.choice(accuracies, k, replace=False)) for _ in range(2000)]
    return np.mean(best) - np.mean(accuracies)
""",
            says="draw at random",
        ),
        "sorts in place": Wrong(
            """
def luck_of_the_best(accuracies, k):
    accuracies.sort()
    best = [max(chosen) for chosen in combinations(accuracies, k)]
    return np.mean(best) - np.mean(accuracies)
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def luck_of_the_best(accuracies, k):
    return 0.7333333333333343
""",
            says="same for every input",
        ),
    },
}

RIGHT = {
    "macs.mean_and_std": {
        "numpy": """
def mean_and_std(accuracies):
    values = np.array(accuracies)
    std = values.std(ddof=1) if len(values) > 1 else None
    return [values.mean(), std]
""",
        "statistics": """
import statistics
def mean_and_std(accuracies):
    if len(accuracies) < 2:
        return accuracies[0], None
    return statistics.mean(accuracies), statistics.stdev(accuracies)
""",
        "squares first": """
def mean_and_std(values):
    pass

def mean_and_std(accuracies):
    n, total = len(accuracies), sum(accuracies)
    if n == 1:
        return total, None
    return total / n, (sum((n * v - total) ** 2 for v in accuracies) / n**2 / (n - 1)) ** 0.5
""",
    },
    "macs.pareto_front": {
        "running best": """
def pareto_front(points):
    front, best = [], None
    order = sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1]))
    for i in order:
        if best is None or points[i][1] > best[1] or points[i] == best:
            best = points[i]
            front.append(i)
    return front
""",
        "numpy": """
def pareto_front(points):
    cost, score = np.array(points).T
    no_worse = (cost[:, None] <= cost) & (score[:, None] >= score)
    better = (cost[:, None] < cost) | (score[:, None] > score)
    front = np.flatnonzero(~(no_worse & better).any(0))
    return front[np.argsort(cost[front], kind="stable")]
""",
        "by different points": """
def pareto_front(points):
    kept = [i for i, p in enumerate(points)
            if all(q == p or q[0] > p[0] or q[1] < p[1] for q in points)]
    kept.sort(key=lambda i: points[i])
    return tuple(kept)
""",
    },
    "macs.matched_pairs": {
        "two loops": """
def matched_pairs(networks, tolerance=0.1):
    pairs = []
    for i in range(len(networks)):
        for j in range(i + 1, len(networks)):
            a, b = networks[i]["macs"], networks[j]["macs"]
            if abs(a - b) <= tolerance * min(a, b):
                pairs.append([networks[i]["name"], networks[j]["name"]])
    return pairs
""",
        "ratio": """
def matched_pairs(networks, tolerance=0.1):
    def ratio(a, b):
        return max(a["macs"] / b["macs"], b["macs"] / a["macs"])
    return [(a["name"], b["name"]) for a, b in combinations(networks, 2)
            if ratio(a, b) - 1 <= tolerance]
""",
        "either side": """
def matched_pairs(networks, tolerance=0.1):
    limit = 1 + tolerance
    return [(a["name"], b["name"]) for a, b in combinations(networks, 2)
            if 1 / limit <= a["macs"] / b["macs"] <= limit]
""",
    },
    "macs.compare": {
        "numpy": """
def compare(first, second, t):
    a, b = np.array(first), np.array(second)
    error = np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size)
    low, high = a.mean() - b.mean() + t * error * np.array([-1, 1])
    if low <= 0 <= high:
        verdict = "within noise"
    else:
        verdict = "first" if a.mean() > b.mean() else "second"
    return {"verdict": verdict, "low": low, "high": high}
""",
        "statistics": """
import statistics
def compare(first, second, t):
    def squared_error(values):
        return statistics.variance(values) / len(values)
    difference = statistics.mean(first) - statistics.mean(second)
    half = t * math.sqrt(squared_error(first) + squared_error(second))
    verdict = "within noise"
    if abs(difference) > half:
        verdict = "first" if difference > 0 else "second"
    return dict(low=difference - half, high=difference + half, verdict=verdict)
""",
        "hypot": """
def compare(first, second, t):
    errors = [np.std(values, ddof=1) / np.sqrt(len(values)) for values in (first, second)]
    middle, half = np.mean(first) - np.mean(second), t * math.hypot(*errors)
    verdict = ["second", "within noise", "first"][1 + (middle - half > 0) - (middle + half < 0)]
    return {"low": middle - half, "high": middle + half, "verdict": verdict}
""",
    },
    "macs.rank_agreement": {
        "plain Python": """
def rank_agreement(first, second):
    def ranks(values):
        order = sorted(values)
        return [order.index(v) + (order.count(v) - 1) / 2 + 1 for v in values]
    a, b = ranks(first), ranks(second)
    middle = (len(a) + 1) / 2
    a, b = [x - middle for x in a], [x - middle for x in b]
    along = sum(x * y for x, y in zip(a, b))
    return along / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
""",
        "numpy": """
def rank_agreement(first, second):
    def ranks(values):
        values, place, count = np.unique(values, return_inverse=True, return_counts=True)
        last = np.cumsum(count)
        return (last - (count - 1) / 2)[place]
    a, b = ranks(first), ranks(second)
    return np.mean((a - a.mean()) * (b - b.mean())) / (a.std() * b.std())
""",
        "from the best": """
def rank_agreement(first, second):
    def ranks(values):
        values = np.array(values)
        return (values > values[:, None]).sum(1) + (values == values[:, None]).sum(1) / 2
    return np.corrcoef(ranks(first), ranks(second))[1, 0]
""",
    },
    "macs.luck_of_the_best": {
        "by counting": """
def luck_of_the_best(accuracies, k):
    n = len(accuracies)
    ways = [math.comb(place, k - 1) for place in range(n)]
    best = sum(way * value for way, value in zip(ways, sorted(accuracies)))
    return best / math.comb(n, k) - np.mean(accuracies)
""",
        "choice by choice": """
def luck_of_the_best(accuracies, k):
    chosen = np.array(list(combinations(accuracies, k)))
    return (chosen.max(1) - chosen.mean(1)).mean()
""",
        "in every order": """
from itertools import permutations
def luck_of_the_best(accuracies, k):
    mean = sum(accuracies) / len(accuracies)
    luck = [max(chosen) - mean for chosen in permutations(accuracies, k)]
    return sum(luck) / len(luck)
""",
    },
}

EQUIVALENT = {
    "macs.pareto_front": dict.fromkeys(
        ("0 -> 1 (3)", "0 -> -1 (3)"),
        "on a front more MACs go with more accuracy, so either gives the same order",
    ),
    "macs.matched_pairs": {
        f"{name}(one['macs'], other['macs']) -> {name}(other['macs'], one['macs'])": (
            "the same two numbers"
        )
        for name in ("min", "max")
    },
    "macs.rank_agreement": {
        "np.corrcoef(ranks(first), ranks(second)) -> np.corrcoef(ranks(second), ranks(first))": (
            "a correlation is the same from either side"
        ),
        **dict.fromkeys(
            ("equal + 1 -> equal - 1", "1 -> 2 (2)", "1 -> 0 (2)"),
            "all ranks move by the same amount, which leaves the correlation as it is",
        ),
    },
}
