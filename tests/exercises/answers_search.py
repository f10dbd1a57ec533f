"""Answers to assignment 08 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

WRONG = {
    "search.space_size": {
        "sum within a stage": Wrong(
            """
def space_size(space, stages):
    return sum(len(choices) for choices in space.values()) ** stages
""",
            says="goes with each choice of the others: multiply",
        ),
        "all choices that are listed": Wrong(
            """
def space_size(space, stages):
    return stages * sum(len(choices) for choices in space.values())
""",
            says="how many choices are listed in all",
        ),
        "times stages": Wrong(
            """
def space_size(space, stages):
    return math.prod(len(choices) for choices in space.values()) * stages
""",
            says="a power, not a multiple",
        ),
        "one stage only": Wrong(
            """
def space_size(space, stages):
    return math.prod(len(choices) for choices in space.values())
""",
            says="the number for one stage",
        ),
        "power turned round": Wrong(
            """
def space_size(space, stages):
    return stages ** math.prod(len(choices) for choices in space.values())
""",
            says="Base and exponent are exchanged",
        ),
        "slots": Wrong(
            """
def space_size(space, stages):
    return len(space) ** stages
""",
            says="You count the slots",
        ),
        "one slot only": Wrong(
            """
def space_size(space, stages):
    return max(len(choices) for choices in space.values()) ** stages
""",
            says="one slot only",
        ),
        "stages in any order": Wrong(
            """
def space_size(space, stages):
    ways = math.prod(len(choices) for choices in space.values())
    return math.comb(ways + stages - 1, stages)
""",
            says="the same choices in another order",
        ),
        "no choice twice": Wrong(
            """
def space_size(space, stages):
    ways = math.prod(len(choices) for choices in space.values())
    return math.perm(ways, stages)
""",
            says="The stages are independent",
        ),
        "float": Wrong(
            """
def space_size(space, stages):
    return math.pow(math.prod(len(choices) for choices in space.values()), stages)
""",
            says="return an int",
        ),
        "float made whole": Wrong(
            """
def space_size(space, stages):
    return int(math.pow(math.prod(len(choices) for choices in space.values()), stages))
""",
            says="Only the first digits are right",
        ),
        "only the visible example": Wrong(
            """
def space_size(space, stages):
    return 24 if stages == 1 else 13824
""",
            says="expected",
        ),
    },
    "search.reward": {
        "w turned round": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (cost / target) ** -w
""",
            says="rises with the cost",
        ),
        "target divided by cost": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (target / cost) ** w
""",
            says="rises with the cost",
        ),
        "accuracy in the power": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return (accuracy * cost / target) ** w
""",
            says="raise the accuracy to the power",
        ),
        "no brackets": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * cost / target ** w
""",
            says="put the ratio in brackets",
        ),
        "no brackets, cost": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * cost ** w / target
""",
            says="put the ratio in brackets",
        ),
        "times w": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (cost / target) * w
""",
            says="w is an exponent",
        ),
        "no target": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * cost ** w
""",
            says="leave the target out",
        ),
        "factor alone": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return (cost / target) ** w
""",
            says="the factor alone",
        ),
        "added": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy + (cost / target) ** w
""",
            says="multiply the two",
        ),
        "straight line": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (1 + w * (cost - target) / target)
""",
            says="along a straight line",
        ),
        "difference": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy + w * (cost - target)
""",
            says="for each unit of cost",
        ),
        "cheaper is punished": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    ratio = cost / target
    return accuracy * max(ratio, 1 / ratio) ** w
""",
            says="punish a network for being cheaper",
        ),
        "no reward for cheaper": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * max(1, cost / target) ** w
""",
            says="never give a factor above 1",
        ),
        "no price for dearer": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * min(1, cost / target) ** w
""",
            says="never give a factor below 1",
        ),
        "hard limit": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (cost / target) ** w if cost <= target else 0
""",
            says="This objective is soft",
        ),
        "w ignored": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (cost / target) ** -0.07
""",
            says="always take the exponent",
        ),
        "default without its sign": Wrong(
            """
def reward(accuracy, cost, target, w=0.07):
    return accuracy * (cost / target) ** w
""",
            says="the default is negative",
        ),
        "no default": Wrong(
            """
def reward(accuracy, cost, target, w):
    return accuracy * (cost / target) ** w
""",
            says="TypeError",
        ),
        "logarithm": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy + w * math.log(cost / target)
""",
            says="logarithm",
        ),
        "rounded": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return round(accuracy * (cost / target) ** w, 3)
""",
            says="rounded",
        ),
        "only the visible example": Wrong(
            """
def reward(accuracy, cost, target, w=-0.07):
    return 0.9526379980439373 if cost > target else 1.0497166836230673
""",
            says="expected",
        ),
    },
    "search.two_sided_reward": {
        "exchanged": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy * (cost / target) ** (alpha if cost > target else beta)
""",
            says="The exponents are exchanged",
        ),
        "zero above": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy * (cost / target) ** alpha if cost <= target else 0.0
""",
            says="give nothing to a network that is dearer",
        ),
        "accuracy below": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy if cost <= target else accuracy * (cost / target) ** beta
""",
            says="leave the accuracy as it is below",
        ),
        "accuracy above": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy if cost > target else accuracy * (cost / target) ** alpha
""",
            says="leave the accuracy as it is above",
        ),
        "alpha only": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return reward(accuracy, cost, target, alpha)
""",
            says="use alpha on both sides",
        ),
        "beta only": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return reward(accuracy, cost, target, beta)
""",
            says="use beta on both sides",
        ),
        "both": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy * (cost / target) ** alpha * (cost / target) ** beta
""",
            says="both exponents at once",
        ),
        "the smaller factor": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    ratio = cost / target
    return accuracy * min(ratio**alpha, ratio**beta)
""",
            says="You take the smaller factor",
        ),
        "by the size of the exponents": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    low, high = sorted((alpha, beta))
    return accuracy * (cost / target) ** (high if cost <= target else low)
""",
            says="let the sizes of the exponents decide",
        ),
        "target divided by cost": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return accuracy * (target / cost) ** (alpha if cost <= target else beta)
""",
            says="divide the cost by the target",
        ),
        "ratio turned round from the start": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    ratio = target / cost
    return accuracy * ratio ** (alpha if ratio <= 1 else beta)
""",
            says="which also exchanges the exponents",
        ),
        "never above the accuracy": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return min(accuracy, reward(accuracy, cost, target, alpha if cost <= target else beta))
""",
            says="the reward is above the accuracy",
        ),
        "factor alone": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return (cost / target) ** (alpha if cost <= target else beta)
""",
            says="the factor alone",
        ),
        "fixed exponents": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha=0, beta=-1):
    return accuracy if cost <= target else accuracy * target / cost
""",
            says="expected",
        ),
        "only the visible example": Wrong(
            """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    return 0.75 if cost == 300 else 0.6
""",
            says="expected",
        ),
    },
    "search.samples_needed": {
        "one over share": Wrong(
            """
def samples_needed(share, confidence):
    return math.ceil(1 / share)
""",
            says="once on average",
        ),
        "confidence over share": Wrong(
            """
def samples_needed(share, confidence):
    return math.ceil(confidence / share)
""",
            says="Draws overlap",
        ),
        "rounded down": Wrong(
            """
def samples_needed(share, confidence):
    return int(math.log(1 - confidence) / math.log(1 - share))
""",
            says="one too few",
        ),
        "rounded": Wrong(
            """
def samples_needed(share, confidence):
    return round(math.log(1 - confidence) / math.log(1 - share))
""",
            says="round to the nearest",
        ),
        "a loop that goes one too far": Wrong(
            """
def samples_needed(share, confidence):
    n = 1
    while 1 - (1 - share) ** n < confidence:
        n += 1
    return n + 1
""",
            says="one too many",
        ),
        "not whole": Wrong(
            """
def samples_needed(share, confidence):
    return math.log(1 - confidence) / math.log(1 - share)
""",
            says="whole draws only",
        ),
        "a whole float": Wrong(
            """
def samples_needed(share, confidence):
    return float(math.ceil(math.log(1 - confidence) / math.log(1 - share)))
""",
            says="return an int",
        ),
        "exchanged": Wrong(
            """
def samples_needed(share, confidence):
    return math.ceil(math.log(1 - share) / math.log(1 - confidence))
""",
            says="exchanged share and confidence",
        ),
        "all in the top": Wrong(
            """
def samples_needed(share, confidence):
    n = 1
    while 1 - share**n < confidence:
        n += 1
    return n
""",
            says="One of them is enough",
        ),
        "all in the top with confidence": Wrong(
            """
def samples_needed(share, confidence):
    return math.ceil(math.log(confidence) / math.log(share))
""",
            says="One of them is enough",
        ),
        "all miss with confidence": Wrong(
            """
def samples_needed(share, confidence):
    return math.ceil(math.log(confidence) / math.log(1 - share))
""",
            says="one less the confidence",
        ),
        "only the visible example": Wrong(
            """
def samples_needed(share, confidence):
    return 4 if share == 0.5 else 299
""",
            says="expected",
        ),
    },
    "search.mutate": {
        "new choice among all": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    return {**parent, slot: rng.choice(space[slot])}
""",
            says="leave the parent's own out",
        ),
        "slot among all": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice(list(space))
    others = [c for c in space[slot] if c != parent[slot]] or [parent[slot]]
    return {**parent, slot: rng.choice(others)}
""",
            says="has a single choice, so it cannot change",
        ),
        "slot among all, no other choice": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice(list(space))
    return {**parent, slot: rng.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="IndexError",
        ),
        "all slots": Wrong(
            """
def mutate(parent, space, rng):
    return {slot: rng.choice(choices) for slot, choices in space.items()}
""",
            says="A mutation changes exactly one",
        ),
        "each slot, maybe": Wrong(
            """
def mutate(parent, space, rng):
    child = dict(parent)
    for slot, choices in space.items():
        if rng.random() < 0.5:
            child[slot] = rng.choice(choices)
    return child
""",
            says="A mutation changes exactly one",
        ),
        "the parent itself": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    parent[slot] = rng.choice([c for c in space[slot] if c != parent[slot]])
    return parent
""",
            says="changes parent, which it is given",
        ),
        "takes the own choice out of the space": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    space[slot].remove(parent[slot])
    return {**parent, slot: rng.choice(space[slot])}
""",
            says="changes space, which it is given",
        ),
        "unchanged": Wrong(
            """
def mutate(parent, space, rng):
    child = dict(parent)
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    rng.choice([c for c in space[slot] if c != child[slot]])
    return child
""",
            says="One slot must get another",
        ),
        "first slot": Wrong(
            """
def mutate(parent, space, rng):
    slot = next(slot for slot in space if len(space[slot]) > 1)
    return {**parent, slot: rng.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="draw it",
        ),
        "last slot never": Wrong(
            """
def mutate(parent, space, rng):
    slots = [slot for slot in space if len(space[slot]) > 1]
    slot = rng.choice(slots[:-1] if len(slots) > 2 else slots)
    return {**parent, slot: rng.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="may be the one that changes",
        ),
        "next choice": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    choices = space[slot]
    place = choices.index(parent[slot])
    return {**parent, slot: choices[(place + 1) % len(choices)]}
""",
            says="among all that the parent does not have",
        ),
        "neighbouring choice": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    choices = space[slot]
    place = choices.index(parent[slot])
    near = [n for n in (place - 1, place + 1) if 0 <= n < len(choices)]
    return {**parent, slot: choices[rng.choice(near)]}
""",
            says="among all that the parent does not have",
        ),
        "random, not rng": Wrong(
            """
def mutate(parent, space, rng):
    slot = random.choice([slot for slot in space if len(space[slot]) > 1])
    return {**parent, slot: random.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="never uses the generator",
        ),
        "partly random, not rng": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    return {**parent, slot: random.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="generators in the same state",
        ),
        "a new generator each time": Wrong(
            """
def mutate(parent, space, rng):
    rng = random.Random(0)
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    return {**parent, slot: rng.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="make none of your own",
        ),
        "choice of another slot": Wrong(
            """
def mutate(parent, space, rng):
    slots = [slot for slot in space if len(space[slot]) > 1]
    slot, other = rng.sample(slots, 2)
    return {**parent, slot: rng.choice(space[other])}
""",
            says="each slot has its own choices",
        ),
        "place instead of choice": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    return {**parent, slot: f"choice {rng.randrange(len(space[slot]))}"}
""",
            says="is no choice of",
        ),
        "the changed slot alone": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    return {slot: rng.choice([c for c in space[slot] if c != parent[slot]])}
""",
            says="it must have all slots",
        ),
        "among all neighbours": Wrong(
            """
def mutate(parent, space, rng):
    children = [
        {**parent, slot: choice}
        for slot in space for choice in space[slot] if choice != parent[slot]
    ]
    return rng.choice(children)
""",
            says="Draw the slot first",
        ),
        "a favourite choice": Wrong(
            """
def mutate(parent, space, rng):
    slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
    others = [c for c in space[slot] if c != parent[slot]]
    return {**parent, slot: others[0] if rng.random() < 0.9 else rng.choice(others)}
""",
            says="equally likely",
        ),
        "only the visible example": Wrong(
            """
def mutate(parent, space, rng):
    return {"kernel": 5, "expand": 6, "layers": 2, "skip": "identity"}
""",
            says="child",
        ),
    },
    "search.random_search": {
        "curve of each reward": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], rewards
""",
            says="the rewards one by one",
        ),
        "lowest reward": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(min(rewards))], list(accumulate(rewards, min))
""",
            says="a high reward is good",
        ),
        "lowest in the curve": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, min))
""",
            says="lowest reward so far",
        ),
        "last one": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    rewards = []
    for _ in range(samples):
        one = {slot: rng.choice(space[slot]) for slot in space}
        rewards.append(evaluate(one))
    return one, list(accumulate(rewards, max))
""",
            says="evaluated last",
        ),
        "one dict for all": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    one, tried, rewards = {}, [], []
    for _ in range(samples):
        for slot in space:
            one[slot] = rng.choice(space[slot])
        tried.append(one)
        rewards.append(evaluate(one))
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="make a new one for each",
        ),
        "first one": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[0], list(accumulate(rewards, max))
""",
            says="evaluated first",
        ),
        "best reward": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return max(rewards), list(accumulate(rewards, max))
""",
            says="return the architecture that got it",
        ),
        "place of the best": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return rewards.index(max(rewards)), list(accumulate(rewards, max))
""",
            says="the place of the best",
        ),
        "best with its reward": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    scored = [(evaluate(one), one) for one in tried]
    curve = list(accumulate((r for r, _ in scored), max))
    return max(scored, key=lambda pair: pair[0]), curve
""",
            says="return the architecture alone",
        ),
        "turned round": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return list(accumulate(rewards, max)), tried[rewards.index(max(rewards))]
""",
            says="the best architecture comes first",
        ),
        "best alone": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))]
""",
            says="the best architecture alone",
        ),
        "curve alone": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    return list(accumulate(map(evaluate, tried), max))
""",
            says="the curve alone",
        ),
        "evaluates twice": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    best, curve = None, []
    for _ in range(samples):
        one = {slot: rng.choice(space[slot]) for slot in space}
        if best is None or evaluate(one) > curve[-1]:
            best = one
        curve.append(max([evaluate(one), *curve[-1:]]))
    return best, curve
""",
            says="keep its reward beside it",
        ),
        "evaluates the best again": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    return max(tried, key=evaluate), list(accumulate(map(evaluate, tried), max))
""",
            says="keep its reward beside it",
        ),
        "one more": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples + 1)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="once too often",
        ),
        "one fewer": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(1, samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="end too early",
        ),
        "seen ones are not evaluated": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    seen, tried, rewards = {}, [], []
    for _ in range(5 * samples):
        one = {slot: rng.choice(space[slot]) for slot in space}
        if str(one) not in seen and len(seen) < samples - 2:
            seen[str(one)] = evaluate(one)
            tried.append(one)
    rewards = list(seen.values())
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="one that was seen before, too",
        ),
        "never evaluates": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    return tried[0], [0.0] * samples
""",
            says="Only evaluate can tell",
        ),
        "the same again and again": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried, rewards = [], []
    for _ in range(samples):
        rng = random.Random(0)
        tried.append({slot: rng.choice(space[slot]) for slot in space})
        rewards.append(evaluate(tried[-1]))
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="made anew in the loop",
        ),
        "drawn before the loop": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    one = {slot: rng.choice(space[slot]) for slot in space}
    rewards = [evaluate(one) for _ in range(samples)]
    return one, list(accumulate(rewards, max))
""",
            says="Draw a new one each time",
        ),
        "best begins with 0": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    best, highest, curve = None, 0, []
    for _ in range(samples):
        one = {slot: rng.choice(space[slot]) for slot in space}
        reward = evaluate(one)
        if reward > highest:
            best, highest = one, reward
        curve.append(highest)
    return best, curve
""",
            says="No reward is above 0",
        ),
        "curve from 0": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    curve = list(accumulate(rewards, max, initial=0.0))[1:]
    return tried[rewards.index(max(rewards))], curve
""",
            says="Rewards may be negative",
        ),
        "a value too many": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    curve = list(accumulate(rewards, max, initial=-math.inf))
    return tried[rewards.index(max(rewards))], curve
""",
            says="one value too many",
        ),
        "one step behind": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards, curve = [], []
    for one in tried:
        curve.append(max(rewards, default=-math.inf))
        rewards.append(evaluate(one))
    return tried[rewards.index(max(rewards))], curve
""",
            says="one step behind",
        ),
        "only improvements": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], sorted(set(accumulate(rewards, max)))
""",
            says="better than all before",
        ),
        "sorted": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], sorted(rewards)
""",
            says="sort the rewards",
        ),
        "best everywhere": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], [max(rewards)] * samples
""",
            says="again and again",
        ),
        "one number for all slots": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = []
    for _ in range(samples):
        u = rng.random()
        tried.append({slot: c[int(u * len(c))] for slot, c in space.items()})
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="independently of the other slots",
        ),
        "never the last choice": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [
        {slot: c[int(rng.random() * max(1, len(c) - 1))] for slot, c in space.items()}
        for _ in range(samples)
    ]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="among all its choices",
        ),
        "not uniform": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [
        {slot: c[int(rng.random() ** 3 * len(c))] for slot, c in space.items()}
        for _ in range(samples)
    ]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="equally likely",
        ),
        "mutations of the first": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space}]
    while len(tried) < samples:
        tried.append(mutate(tried[0], space, rng))
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="only",
        ),
        "random, not rng": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: random.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="never uses the generator",
        ),
        "all choices instead of one": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    rewards = [evaluate(space) for _ in range(samples)]
    return space, list(accumulate(rewards, max))
""",
            says="That is the list itself",
        ),
        "a list of choices": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [[rng.choice(space[slot]) for slot in space] for _ in range(samples)]
    rewards = [evaluate(one) for one in tried]
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="a dict with one choice for each slot",
        ),
        "a loop without an end": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    seen, tried, rewards = set(), [], []
    while len(tried) < samples:
        one = {slot: rng.choice(space[slot]) for slot in space}
        if str(one) not in seen:
            seen.add(str(one))
            tried.append(one)
            rewards.append(evaluate(one))
    return tried[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
            says="does a loop never end?",
        ),
        "only the visible example": Wrong(
            """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    for one in tried:
        evaluate(one)
    return tried[2], [0.61, 0.61, 0.66]
""",
            says="should be",
        ),
    },
}

#: Aging evolution, with parts that are filled in: most wrong answers differ in one of them.
_EVOLUTION = """
def aging_evolution(space, evaluate, population, tournament, samples, rng):
    history, living = [], []
    while len(history) < {end}:
        if len(history) < population:
            child = {first}
        else:
            {parent}
            child = {child}
        history.append((child, {reward}))
        {leaving}
    best = {best}
    curve = {curve}
    return {result}
"""

_PARTS = {
    "end": "samples",
    "first": "{slot: rng.choice(space[slot]) for slot in space}",
    "parent": "parent = max(rng.sample(living, tournament), key=lambda pair: pair[1])[0]",
    "child": "mutate(parent, space, rng)",
    "reward": "evaluate(child)",
    "leaving": "living = history[-population:]",
    "best": "max(history, key=lambda pair: pair[1])[0]",
    "curve": "list(accumulate((pair[1] for pair in history), max))",
    "result": "best, curve",
}


def evolution(**parts: str) -> str:
    """Return the code of an evolution of which some parts are other ones."""
    assert parts.keys() <= _PARTS.keys()
    return _EVOLUTION.format(**_PARTS | parts)


def joins_then(line: str) -> str:
    """Return the lines by which the child joins the living, and then some other line."""
    return f"living.append(history[-1])\n        {line}"


_REMOVE_WORST = "if len(living) > population: living.remove(min(living, key=lambda pair: pair[1]))"

WRONG["search.aging_evolution"] = {
    "the worst leaves": Wrong(
        evolution(leaving=joins_then(_REMOVE_WORST)), says="Do you remove the worst?"
    ),
    "nobody leaves": Wrong(
        evolution(leaving="living.append(history[-1])"), says="should have left by then"
    ),
    "one too many lives": Wrong(
        evolution(leaving="living = history[-population - 1:]"), says="should have left by then"
    ),
    "the youngest leaves": Wrong(
        evolution(leaving=joins_then("if len(living) > population: living.pop()")),
        says="all parents come from the first population",
    ),
    "the one before leaves": Wrong(
        evolution(leaving=joins_then("if len(living) > population: living.pop(-2)")),
        says="it is the youngest that leaves",
    ),
    "children never join": Wrong(
        evolution(leaving="living = history[:population]"),
        says="all parents come from the first population",
    ),
    "the child takes its parent's place": Wrong(
        evolution(
            parent="winner = max(rng.sample(living, tournament), key=lambda pair: pair[1])\n"
            "            parent = winner[0]\n            living.remove(winner)",
            leaving="living.append(history[-1])",
        ),
        says="takes its parent's place",
    ),
    "someone leaves": Wrong(
        evolution(
            leaving=joins_then(
                "if len(living) > population: living.pop(rng.randrange(len(living)))"
            )
        ),
        says="network",
    ),
    "the oldest leaves before the tournament": Wrong(
        evolution(
            parent="living = living[1:]\n            "
            "members = rng.sample(living, min(tournament, len(living)))\n            "
            "parent = max(members, key=lambda pair: pair[1])[0]"
        ),
        says="the oldest leaves before the tournament",
    ),
    "worst as parent": Wrong(
        evolution(parent="parent = min(rng.sample(living, tournament), key=lambda p: p[1])[0]"),
        says="the worst of the tournament",
    ),
    "random parent": Wrong(
        evolution(parent="parent = rng.choice(living)[0]"), says="is not good enough to win"
    ),
    "best of all as parent": Wrong(
        evolution(parent="parent = max(history, key=lambda pair: pair[1])[0]"),
        says="the best network that was ever evaluated",
    ),
    "best of the living as parent": Wrong(
        evolution(parent="parent = max(living, key=lambda pair: pair[1])[0]"),
        says="whoever is drawn",
    ),
    "tournament from the history": Wrong(
        evolution(parent="parent = max(rng.sample(history, tournament), key=lambda p: p[1])[0]"),
        says="should have left by then",
    ),
    "members drawn twice": Wrong(
        evolution(parent="parent = max(rng.choices(living, k=tournament), key=lambda p: p[1])[0]"),
        says="different living networks",
    ),
    "tournament of the first": Wrong(
        evolution(parent="parent = max(living[:tournament], key=lambda pair: pair[1])[0]"),
        says="the same place among the living",
    ),
    "tournament of the last": Wrong(
        evolution(parent="parent = max(living[-tournament:], key=lambda pair: pair[1])[0]"),
        says="the same place among the living",
    ),
    "tournament of fixed size": Wrong(
        evolution(parent="parent = max(rng.sample(living, 5), key=lambda pair: pair[1])[0]"),
        says="aging_evolution(",
    ),
    "newest as parent": Wrong(
        evolution(parent="parent = living[-1][0]"), says="the network that came last"
    ),
    "oldest as parent": Wrong(
        evolution(parent="parent = living[0][0]"), says="the parent is always the oldest"
    ),
    "population on top": Wrong(
        evolution(end="population + samples"), says="`samples` is the total"
    ),
    "one evaluation too many": Wrong(evolution(end="samples + 1"), says="once too often"),
    "one evaluation too few": Wrong(evolution(end="samples - 1"), says="end too early"),
    "population only": Wrong(evolution(end="population"), says="Each child must be evaluated"),
    "children are not evaluated": Wrong(
        evolution(reward="evaluate(child) if len(history) < population else 0.5"),
        says="Each child must be evaluated",
    ),
    "evaluated again in each tournament": Wrong(
        evolution(
            parent="parent = max(rng.sample(living, tournament), key=lambda p: evaluate(p[0]))[0]"
        ),
        says="keep its reward beside it",
    ),
    "best of the living returned": Wrong(
        evolution(best="max(living, key=lambda pair: pair[1])[0]"),
        says="the best of those that live at the end",
    ),
    "best of the living returned, and its curve": Wrong(
        evolution(
            best="max(living, key=lambda pair: pair[1])[0]",
            curve="[max(p[1] for p in history[max(0, n - population):n])"
            " for n in range(1, samples + 1)]",
        ),
        says="the best of those that live at the end",
    ),
    "curve of the living": Wrong(
        evolution(
            curve="[max(p[1] for p in history[max(0, n - population):n])"
            " for n in range(1, samples + 1)]"
        ),
        says="the best reward among the living",
    ),
    "curve of each reward": Wrong(
        evolution(curve="[pair[1] for pair in history]"), says="the rewards one by one"
    ),
    "curve of the children": Wrong(
        evolution(curve="list(accumulate((pair[1] for pair in history), max))[population:]"),
        says="those of the first population, too",
    ),
    "curve from 0": Wrong(
        evolution(curve="list(accumulate((p[1] for p in history), max, initial=0.0))[1:]"),
        says="Rewards may be negative",
    ),
    "last returned": Wrong(evolution(best="history[-1][0]"), says="evaluated last"),
    "reward returned": Wrong(
        evolution(best="max(pair[1] for pair in history)"), says="the architecture that got it"
    ),
    "history returned": Wrong(evolution(result="history"), says="Return two"),
    "best alone": Wrong(evolution(result="best"), says="the best architecture alone"),
    "children are random": Wrong(
        evolution(child="{slot: rng.choice(space[slot]) for slot in space}"),
        says="Is the child made by mutate",
    ),
    "mutated twice": Wrong(
        evolution(child="mutate(mutate(parent, space, rng), space, rng)"),
        says="Is the child made by mutate",
    ),
    "not mutated": Wrong(evolution(child="dict(parent)"), says="pass its check"),
    "a mutate that changes nothing now and then": Wrong(
        f"""
def mutate(parent, space, rng):
    slot = rng.choice(list(space))
    return {{**parent, slot: rng.choice(space[slot])}}
{evolution()}
""",
        says="differs from its parent in exactly one slot",
    ),
    "a mutate that changes the parent": Wrong(
        f"""
def mutate(parent, space, rng):
    slot = rng.choice(list(space))
    parent[slot] = rng.choice([c for c in space[slot] if c != parent[slot]])
    return parent
{evolution()}
""",
        says="Does your mutate leave the parent as it is?",
    ),
    "first population of one": Wrong(
        evolution(
            first="dict(history[0][0]) if history else"
            " {slot: rng.choice(space[slot]) for slot in space}"
        ),
        says="one and the same network",
    ),
    "first population of mutations": Wrong(
        evolution(
            first="mutate(history[0][0], space, rng) if history else"
            " {slot: rng.choice(space[slot]) for slot in space}"
        ),
        says="a random network and its mutations",
    ),
    "first population not random": Wrong(
        evolution(
            first="{slot: space[slot][0] if slot == list(space)[2] else rng.choice(space[slot])"
            " for slot in space}"
        ),
        says="Draw each slot at random",
    ),
    "random, not rng": Wrong(
        "import random as rng_of_all" + evolution(
            first="{slot: rng_of_all.choice(space[slot]) for slot in space}",
            parent="parent = max(rng_of_all.sample(living, tournament), key=lambda p: p[1])[0]",
            child="mutate(parent, space, rng_of_all)",
        ),
        says="never uses the generator",
    ),
    "tournament by random, not rng": Wrong(
        evolution(parent="parent = max(random.sample(living, tournament), key=lambda p: p[1])[0]"),
        says="generators in the same state",
    ),
    "space is changed": Wrong(
        evolution(result="best, [space.clear(), curve][1]"), says="changes space"
    ),
    "only the visible example": Wrong(
        evolution(result="best, [0.61, 0.72, 0.72, 0.72]"), says="should be"
    ),
}  # fmt: skip

RIGHT = {
    "search.space_size": {
        "by loops": """
def space_size(space, stages):
    count = 1
    for _ in range(stages):
        for choices in space.values():
            count *= len(choices)
    return count
""",
        "slot by slot": """
def space_size(space, stages):
    return math.prod(len(space[slot]) ** stages for slot in space)
""",
    },
    "search.reward": {
        "by logarithms": """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * math.exp(w * (math.log(cost) - math.log(target)))
""",
        "ratio turned round twice": """
def reward(accuracy, cost, target, w=-0.07):
    return accuracy * (target / cost) ** -w
""",
    },
    "search.two_sided_reward": {
        "by if": """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    ratio = cost / target
    if ratio < 1:
        return accuracy * ratio**alpha
    return accuracy * ratio**beta
""",
        "one factor for each side": """
def two_sided_reward(accuracy, cost, target, alpha, beta):
    below, above = min(1, cost / target), max(1, cost / target)
    return accuracy * below**alpha * above**beta
""",
    },
    "search.samples_needed": {
        "by a loop": """
def samples_needed(share, confidence):
    n = 1
    while 1 - (1 - share) ** n < confidence:
        n += 1
    return n
""",
        "by multiplication": """
def samples_needed(share, confidence):
    count, missed = 0, 1.0
    while missed > 1 - confidence:
        missed *= 1 - share
        count += 1
    return count
""",
    },
    "search.mutate": {
        "drawn until it differs": """
def mutate(parent, space, rng):
    while True:
        slot = rng.choice([slot for slot in space if len(space[slot]) > 1])
        choice = rng.choice(space[slot])
        while choice == parent[slot]:
            choice = rng.choice(space[slot])
        return {**parent, slot: choice}
""",
        "choices drawn for all slots first": """
def mutate(parent, space, rng):
    new = {}
    for slot in sorted(space):
        others = [choice for choice in space[slot] if choice != parent[slot]]
        if others:
            new[slot] = others[int(rng.random() * len(others))]
    slots = list(new)
    rng.shuffle(slots)
    return {slot: new[slot] if slot == slots[0] else parent[slot] for slot in space}
""",
    },
    "search.random_search": {
        "all drawn first": """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(architecture) for architecture in tried]
    place = max(range(samples), key=rewards.__getitem__)
    return tried[place], [max(rewards[: n + 1]) for n in range(samples)]
""",
        "the best kept": """
def random_search(space, evaluate, samples, rng):
    best, curve = None, []
    for _ in range(samples):
        architecture = {}
        for slot, choices in sorted(space.items()):
            architecture[slot] = choices[rng.randrange(len(choices))]
        reward = evaluate(architecture)
        if not curve or reward > curve[-1]:
            best = architecture
            curve.append(reward)
        else:
            curve.append(curve[-1])
    return [best, curve]
""",
        "minus infinity to begin with": """
def random_search(space, evaluate, samples, rng):
    best, highest, curve = None, -math.inf, ()
    for _ in range(samples):
        architecture = {slot: rng.choices(space[slot])[0] for slot in space}
        reward = evaluate(architecture)
        if reward > highest:
            best, highest = architecture, reward
        curve += (highest,)
    return best, curve
""",
    },
    "search.aging_evolution": {
        "the living as the end of the history": evolution(),
        "a deque, two loops": """
from collections import deque

def aging_evolution(space, evaluate, population, tournament, samples, rng):
    living, curve, best, highest = deque(maxlen=population), [], None, -math.inf

    def join(architecture):
        nonlocal best, highest
        reward = evaluate(architecture)
        if reward > highest:
            best, highest = architecture, reward
        curve.append(highest)
        living.append((reward, architecture))

    for _ in range(population):
        join({slot: rng.choice(space[slot]) for slot in space})
    for _ in range(samples - population):
        members = rng.sample(list(living), tournament)
        _, parent = max(members, key=lambda member: member[0])
        join(mutate(parent, space, rng))
    return best, curve
""",
        "places, and a tournament by shuffling": """
def aging_evolution(space, evaluate, population, tournament, samples, rng):
    made = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(population)]
    rewards = [evaluate(one) for one in made]
    for oldest in range(samples - population):
        places = list(range(oldest, oldest + population))
        rng.shuffle(places)
        winner = max(places[:tournament], key=lambda place: rewards[place])
        made.append(mutate(made[winner], space, rng))
        rewards.append(evaluate(made[-1]))
    best = made[rewards.index(max(rewards))]
    return best, list(accumulate(rewards, max))
""",
    },
}

EQUIVALENT = {
    "search.two_sided_reward": {
        "cost <= target -> cost < target": (
            "at the target itself the factor is 1, whatever the exponent"
        ),
    },
}
