"""Answers to assignment 02 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

# Source of answers, with a part replaced.


def width(body):
    return f"def squeeze_width(in_channels, expand, se_ratio=0.25):\n    {body}\n"


def padding(body):
    return (
        "def same_padding(size, kernel, stride=1):\n"
        "    places = -(-size // stride)\n"
        "    zeros = (places - 1) * stride + kernel - size\n"
        f"    {body}\n"
    )


def excite(
    pool="x.mean((2, 3), keepdim=True)", inner="F.silu", outer="torch.sigmoid",
    reduce_bias="weights['reduce_bias']", gate_bias="weights['gate_bias']", result="x * gates",
):  # fmt: skip
    return f"""
def squeeze_excite(x, weights):
    pooled = {pool}
    units = ({inner})(F.conv2d(pooled, weights["reduce"], {reduce_bias}))
    gates = ({outer})(F.conv2d(units, weights["gate"], {gate_bias}))
    return {result}
"""


def norm(
    use="training", mean="x.mean((0, 2, 3))", var="x.var((0, 2, 3), correction=0)",
    root="(var + 0.001).sqrt()", move="training", old=0.99, new=0.01, late=False,
    weight="norm['weight']", bias="norm['bias']",
):  # fmt: skip
    normalise = f"""
    mean, var = (new_mean, new_var) if {use} else (norm["mean"], norm["var"])
    mean, var = mean.view(-1, 1, 1), var.view(-1, 1, 1)
    y = (x - mean) / ({root}) * {weight}.view(-1, 1, 1) + {bias}.view(-1, 1, 1)"""
    average = f"""
    old_mean, old_var = norm["mean"], norm["var"]
    running = old_mean, old_var
    if {move}:
        running = {old} * old_mean + {new} * new_mean, {old} * old_var + {new} * new_var"""
    updated = "\n    new_mean, new_var = running" if late else ""
    body = average + updated + normalise if late else normalise + average
    return f"""
def batch_norm(x, norm, training=False):
    new_mean, new_var = {mean}, {var}{body}
    return y, *running
"""


def drop(body):
    return (
        f"def drop_path(y, kept, rate, training):\n    mask = kept.view(-1, 1, 1, 1)\n    {body}\n"
    )


def block(
    bend="F.silu(normed(name, y))", middle="F.silu(normed(name, y))",
    before="", pads="same_padding(y.shape[-1], kernel, stride)", groups="y.shape[1]",
    gated="squeeze_excite(y, weights) if 'reduce' in weights else y",
    project="normed('project', y)",
    skips="stride == 1 and y.shape[1] == x.shape[1]",
    drops="kept is not None", dropped="drop_path(y, kept, rate, training)",
    joined="x + y", norm_training="training", unjoined="y",
):  # fmt: skip
    return f"""
def mbconv(x, weights, stride=1, training=False, kept=None, rate=0.0):
    def normed(name, y):
        return batch_norm(y, weights[name + "_norm"], {norm_training})[0]

    y, name = x, "expand"
    if "expand" in weights:
        y = F.conv2d(y, weights["expand"])
        y = {bend}
    {before}
    kernel = weights["depthwise"].shape[-1]
    first, last = {pads}
    y = F.pad(y, (first, last, first, last))
    y = F.conv2d(y, weights["depthwise"], stride=stride, groups={groups})
    name = "depthwise"
    y = {middle}
    y = {gated}
    y = F.conv2d(y, weights["project"])
    y = {project}
    if not ({skips}):
        return {unjoined}
    if {drops}:
        y = {dropped}
    return {joined}
"""


#: What is said of a slip in `mbconv`, where there is a second one.
WITH_ANOTHER = {
    "ReLU": (
        {"bend": "F.relu(normed(name, y))", "middle": "F.relu(normed(name, y))"}, "You use ReLU"
    ),
    "linear": ({"middle": "normed(name, y)"}, "An activation is missing"),
    "no gates": ({"gated": "y"}, "Squeeze-excite is left out"),
    "symmetric": ({"pads": "(kernel // 2, kernel // 2)"}, "hand the stride on"),
    "no norm": ({"project": "y"}, "A normalisation is missing"),
    "no skip": ({"joined": "y"}, "The skip is missing"),
    "activated": ({"project": "F.relu(normed('project', y))"}, "activate after the projection"),
}  # fmt: skip

GATED = "(lambda y: squeeze_excite(y, weights) if 'reduce' in weights else y)({})"
DROPPED_SUM = "x + y if kept is None else drop_path(x + y, kept, rate, training)"

WRONG = {
    "mbconv.squeeze_width": {
        "only the visible example": Wrong(width("return 8"), "It gives the same for every input"),
        "of the expanded channels": Wrong(
            width("return max(1, int(in_channels * expand * se_ratio)) if se_ratio else 0"),
            "squeeze width follows the expanded channels",
        ),
        "of the expanded channels, no least": Wrong(
            width("return int(in_channels * expand * se_ratio)"),
            "squeeze width follows the expanded channels",
        ),
        "no least": Wrong(width("return int(in_channels * se_ratio)"), "there is one"),
        "one at ratio 0": Wrong(
            width("return max(1, int(in_channels * se_ratio))"), "so there are 0 units"
        ),
        "to the nearest": Wrong(
            width("return max(1, round(in_channels * se_ratio)) if se_ratio else 0"),
            "You round to the nearest unit",
        ),
        "up": Wrong(width("return -int(-in_channels * se_ratio // 1)"), "You round up"),
        "not rounded": Wrong(
            width("return max(1, in_channels * se_ratio) if se_ratio else 0"),
            "no part of a unit",
        ),
        "ratio ignored": Wrong(
            width("return max(1, in_channels // 4)"), "You always take a quarter"
        ),
        "multiples of 8": Wrong(
            width("return max(8, int(in_channels * se_ratio + 4) // 8 * 8) if se_ratio else 0"),
            "multiple of 8",
        ),
        "the expanded width": Wrong(
            width("return in_channels * expand"), "These are the expanded channels"
        ),
        "divided by the expansion": Wrong(
            width("return max(1, int(in_channels / expand * se_ratio)) if se_ratio else 0"),
            "You divide by the expansion",
        ),
        "right, but a float": Wrong(
            width("return max(1, in_channels * se_ratio // 1) if se_ratio else 0"), "return an int"
        ),
        "of the expanded channels, not rounded": Wrong(
            width("return max(1, in_channels * expand * se_ratio) if se_ratio else 0"),
            "Two things: (1) Your squeeze width follows the expanded channels",
        ),
        "divided by the expansion, up": Wrong(
            width("return -int(-in_channels / expand * se_ratio // 1)"),
            "(2) You divide by the expansion",
        ),
        "a quarter, one at ratio 0, multiples of 8": Wrong(
            width("return max(8, (in_channels // 4 + 4) // 8 * 8)"), "You always take a quarter"
        ),
    },
    "mbconv.same_padding": {
        "only the visible example": Wrong(
            padding("return (1, 2) if stride == 2 else (2, 2)"), "expected [1, 1], got [2, 2]"
        ),
        "symmetric": Wrong(padding("return kernel // 2, kernel // 2"), "kernel // 2 on each side"),
        "the lesson's rule": Wrong(
            padding("zeros = kernel - stride; return zeros // 2, zeros - zeros // 2"),
            "(2) There cannot be fewer than no zeros",
        ),
        "the lesson's rule, from zero": Wrong(
            padding("zeros = max(kernel - stride, 0); return zeros // 2, zeros - zeros // 2"),
            "only where the stride divides the size",
        ),
        "extra before": Wrong(
            padding("zeros = max(zeros, 0); return zeros - zeros // 2, zeros // 2"),
            "You put the extra zero before",
        ),
        "negative": Wrong(padding("return zeros // 2, zeros - zeros // 2"), "fewer than no zeros"),
        "places rounded down": Wrong(
            padding(
                "zeros = max(0, (size // stride - 1) * stride + kernel - size); "
                "return zeros // 2, zeros - zeros // 2"
            ),
            "You round the places down",
        ),
        "a step too much": Wrong(
            padding("zeros = max(0, zeros + stride); return zeros // 2, zeros - zeros // 2"),
            "You count a step too much",
        ),
        "not split": Wrong(
            padding("return max(zeros, 0), max(zeros, 0)"), "half go before, half after"
        ),
        "all after": Wrong(padding("return 0, max(zeros, 0)"), "You put all zeros after"),
        "half on each side": Wrong(
            padding("return max(zeros, 0) // 2, max(zeros, 0) // 2"), "You lose a zero"
        ),
        "their sum": Wrong(padding("return max(zeros, 0)"), "return how many go before"),
        "floats": Wrong(
            padding("zeros = max(zeros, 0); return zeros / 2, zeros / 2"), "no half of a zero"
        ),
        "one float": Wrong(
            padding("half = max(zeros, 0) // 2; return half, max(zeros, 0) - half * 1.0"),
            "return whole numbers",
        ),
        "the rest of the size": Wrong(
            padding(
                "zeros = max(0, kernel - size % stride); return zeros // 2, zeros - zeros // 2"
            ),
            "begins a whole stride before the end",
        ),
        "the lesson's rule, on each side": Wrong(
            padding("zeros = max(kernel - stride, 0); return zeros, zeros"),
            "(2) These are all zeros on each side",
        ),
        "negative, extra before": Wrong(
            padding("return zeros - zeros // 2, zeros // 2"), "Two things: (1) You put the extra"
        ),
        "symmetric, sum": Wrong(padding("return kernel - 1"), "(2) That is how many zeros"),
        "stride left out": Wrong(
            padding("return (kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2"),
            "whatever the stride",
        ),
        "none": Wrong(padding("return 0, 0"), "You pad nothing"),
    },
    "mbconv.squeeze_excite": {
        "only the visible example": Wrong(
            "def squeeze_excite(x, weights):\n"
            "    return x * torch.tensor([0.9676, 0.3321]).mean()\n",
            "numbers are off",
        ),
        "half": Wrong("def squeeze_excite(x, weights):\n    return x * 0.5\n", "It gives half"),
        "unchanged": Wrong("def squeeze_excite(x, weights):\n    return x\n", "the gates are not"),
        "relu": Wrong(excite(inner="F.relu"), "you use ReLU"),
        "no activation": Wrong(excite(inner="lambda y: y"), "SiLU is missing"),
        "sigmoid for SiLU": Wrong(excite(inner="torch.sigmoid"), "the sigmoid alone"),
        "swapped": Wrong(excite(inner="torch.sigmoid", outer="F.silu"), "are swapped"),
        "SiLU twice": Wrong(excite(outer="F.silu"), "gates come from a SiLU"),
        "no sigmoid": Wrong(excite(outer="lambda y: y"), "The sigmoid is missing"),
        "softmax": Wrong(excite(outer="lambda y: y.softmax(1)"), "softmax"),
        "hard sigmoid": Wrong(excite(outer="F.hardsigmoid"), "hard sigmoid"),
        "max": Wrong(excite(pool="x.amax((2, 3), keepdim=True)"), "largest number"),
        "sum": Wrong(excite(pool="x.sum((2, 3), keepdim=True)"), "each channel's sum"),
        "mean over the batch": Wrong(
            excite(pool="x.mean((0, 2, 3), keepdim=True)"), "pictures of the batch"
        ),
        "no pooling": Wrong(excite(pool="x"), "You do not squeeze"),
        "rows": Wrong(excite(pool="x.mean(2, keepdim=True)"), "one of the two sides only"),
        "columns": Wrong(excite(pool="x.mean(3, keepdim=True)"), "one of the two sides only"),
        "no biases": Wrong(excite(reduce_bias=None, gate_bias=None), "You leave the biases out"),
        "no first bias": Wrong(excite(reduce_bias=None), "first convolution's bias"),
        "no second bias": Wrong(excite(gate_bias=None), "second convolution's bias"),
        "gates only": Wrong(excite(result="gates"), "the gates alone"),
        "gates only, as large": Wrong(excite(result="gates.expand_as(x)"), "the gates alone"),
        "added": Wrong(excite(result="x + gates"), "You add the gates"),
        "with a skip": Wrong(excite(result="x + x * gates"), "as a skip"),
        "averages": Wrong(excite(result="pooled * gates"), "You multiply the averages"),
        "in place": Wrong(excite(result="x.mul_(gates)"), "which it is given"),
        "dimensions lost": Wrong(excite(pool="x.mean((2, 3))"), "keepdim=True"),
        "no activation, sum": Wrong(
            excite(inner="lambda y: y", pool="x.sum((2, 3), keepdim=True)"),
            "Two things: (1) SiLU is missing",
        ),
        "relu, no second bias": Wrong(
            excite(inner="F.relu", gate_bias=None), "(2) You leave the second convolution's bias"
        ),
        "no sigmoid, with a skip": Wrong(
            excite(outer="lambda y: y", result="x + x * gates"), "(2) You add the input once more"
        ),
        "numpy": Wrong(excite(result="(x * gates).numpy()"), "it gives a numpy array in place of"),
        "list": Wrong(excite(result="(x * gates).tolist()"), "in place of a tensor of shape"),
    },
    "mbconv.batch_norm": {
        "only the visible example": Wrong(
            "def batch_norm(x, norm, training=False):\n"
            "    y = (-1.499 if training else 2.499) * x\n"
            "    return y, norm['mean'] + 0.02, norm['var']\n",
            "numbers are off",
        ),
        "eps of torch": Wrong(norm(root="(var + 1e-5).sqrt()"), "torch's own, 0.00001"),
        "no eps": Wrong(norm(root="var.sqrt()"), "You leave eps out"),
        "eps outside": Wrong(norm(root="var.sqrt() + 0.001"), "added to the variance, under"),
        "no root": Wrong(norm(root="var + 0.001"), "You divide by the variance"),
        "momentum reversed": Wrong(norm(old=0.01, new=0.99), "the wrong way round"),
        "momentum of torch": Wrong(norm(old=0.9, new=0.1), "You keep 90%"),
        "averages stay": Wrong(norm(move="False"), "averages stay as they are"),
        "averages replaced": Wrong(norm(old=0.0, new=1.0), "those of the last batch"),
        "averages always move": Wrong(norm(move="True"), "move at test time, too"),
        "always the batch": Wrong(norm(use="True"), "from the batch at test time, too"),
        "always training": Wrong(norm(use="True", move="True"), "what belongs to training"),
        "never the batch": Wrong(norm(use="False"), "running averages in training, too"),
        "never training": Wrong(norm(use="False", move="False"), "what belongs to test time"),
        "flipped": Wrong(norm(use="not training", move="not training"), "the wrong way round"),
        "updated averages": Wrong(norm(late=True), "first and normalise by them"),
        "unbiased": Wrong(norm(var="x.var((0, 2, 3))"), "divides by one number less"),
        "by torch, in place": Wrong(
            "def batch_norm(x, norm, training=False):\n"
            "    mean, var = norm['mean'].clone(), norm['var'].clone()\n"
            "    learned = norm['weight'], norm['bias']\n"
            "    y = F.batch_norm(x, mean, var, *learned, training, 0.01, 1e-3)\n"
            "    return y, mean, var\n",
            "Your running variance takes in",
        ),
        "no bias": Wrong(norm(bias="torch.zeros(1)"), "added at the end, the bias"),
        "no weight": Wrong(norm(weight="torch.ones(1)"), "multiplied by, the weight"),
        "nothing learned": Wrong(
            norm(weight="torch.ones(1)", bias="torch.zeros(1)"), "what is learned"
        ),
        "by picture": Wrong(
            norm().replace(
                "    return y",
                "    if training:\n"
                "        var, mean = torch.var_mean(x, (2, 3), correction=0, keepdim=True)\n"
                "        y = (x - mean) / (var + 0.001).sqrt() * norm['weight'].view(-1, 1, 1)\n"
                "        y = y + norm['bias'].view(-1, 1, 1)\n"
                "    return y",
            ),
            "You normalise each picture by itself",
        ),
        "in place": Wrong(
            norm().replace(
                "    return y, *running",
                "    norm['mean'].copy_(running[0])\n    return y, norm['mean'], running[1]",
            ),
            "which it is given",
        ),
        "output alone": Wrong(
            norm().replace("return y, *running", "return y"), "in place of 3 tensors"
        ),
        "unbiased, updated averages": Wrong(
            norm(var="x.var((0, 2, 3))", late=True), "(2) Your variance divides by one number less"
        ),
        "unbiased, momentum reversed": Wrong(
            norm(var="x.var((0, 2, 3))", old=0.01, new=0.99),
            "Two things: (1) Your momentum is the wrong way round",
        ),
        "torch's settings": Wrong(
            norm(root="(var + 1e-5).sqrt()", old=0.9, new=0.1), "Both settings are torch's own"
        ),
        "by torch as it is": Wrong(
            "def batch_norm(x, norm, training=False):\n"
            "    mean, var = norm['mean'].clone(), norm['var'].clone()\n"
            "    y = F.batch_norm(x, mean, var, norm['weight'], norm['bias'], training)\n"
            "    return y, mean, var\n",
            "Two things: (1) Both settings are torch's own",
        ),
        "no eps, always the batch": Wrong(
            norm(root="var.sqrt()", use="True"), "(2) You take mean and variance from the batch"
        ),
        "three at once": Wrong(
            norm(root="(var + 1e-5).sqrt()", var="x.var((0, 2, 3))", old=0.01, new=0.99),
            "As to the output: Two things: (1) Your eps is torch's own",
        ),
        "five at once": Wrong(
            norm(
                root="var.sqrt() + 1e-5",
                var="x.var((0, 2, 3))",
                old=0.9,
                new=0.1,
                weight="torch.ones(1)",
            ),
            "in the output",
        ),
        "of all channels": Wrong(
            norm(mean="x.mean().repeat(x.shape[1])", var="x.var(correction=0).repeat(x.shape[1])"),
            "Each channel has its own",
        ),
        "along the columns": Wrong(norm().replace(".view(-1, 1, 1)", ""), "the shape (C, 1, 1)"),
        "numpy": Wrong(
            norm().replace("return y", "return y.numpy()"), "in the output, it gives a numpy array"
        ),
        "wrong in training only": Wrong(
            norm(mean="x.amax((0, 2, 3))"), "Off are all inputs in training, and no others"
        ),
    },
    "mbconv.drop_path": {
        "only the visible example": Wrong(drop("return y * mask * 1.25"), "numbers are off"),
        "not rescaled": Wrong(drop("return y * mask if training else y"), "You do not rescale"),
        "smaller at test time": Wrong(
            drop("return y * mask if training else y * (1 - rate)"), "smaller at test time"
        ),
        "multiplied": Wrong(
            drop("return y * mask * (1 - rate) if training else y"), "You multiply by the survival"
        ),
        "by the rate": Wrong(
            drop("return y * mask / rate if training else y"), "You divide by the rate"
        ),
        "by the share kept": Wrong(
            drop("return y * mask / kept.float().mean() if training else y"),
            "the share that happened to be kept",
        ),
        "at test time, too": Wrong(drop("return y * mask / (1 - rate)"), "at test time, too"),
        "not rescaled, at test time, too": Wrong(drop("return y * mask"), "you do not rescale"),
        "scaled at test time": Wrong(
            drop("return (y * mask if training else y) / (1 - rate)"), "divide at test time, too"
        ),
        "flipped": Wrong(
            drop("return y if training else y * mask / (1 - rate)"), "the wrong way round"
        ),
        "drops nothing": Wrong(drop("return y"), "You drop nothing in training"),
        "scales only": Wrong(drop("return y / (1 - rate) if training else y"), "but drop nothing"),
        "inverted": Wrong(
            drop("return y * ~mask / (1 - rate) if training else y"), "what should be kept"
        ),
        "columns": Wrong(
            drop("return y * kept / (1 - rate) if training else y"), "along the columns"
        ),
        "channels": Wrong(
            drop("return y * kept.view(-1, 1, 1) / (1 - rate) if training else y"),
            "along the channels",
        ),
        "left out": Wrong(
            drop("return y[kept] / (1 - rate) if training else y"), "leave the dropped pictures out"
        ),
        "a draw of its own": Wrong(
            drop("return F.dropout(y, rate, training)"), "do not draw again"
        ),
        "a draw of its own, by picture": Wrong(
            drop(
                "mask = torch.rand(len(y), 1, 1, 1) > 0.5; mask[0] = ~kept[0]\n"
                "    return y * mask / (1 - rate) if training else y"
            ),
            "do not draw again",
        ),
        "columns, not rescaled": Wrong(
            drop("return y * kept if training else y"), "Two things: (1) You do not rescale"
        ),
        "columns, not rescaled, at test time, too": Wrong(
            drop("return y * kept"), "(2) Your mask runs along the columns"
        ),
        "inverted, multiplied": Wrong(
            drop("return y * ~mask * (1 - rate) if training else y"), "(2) You drop what should be"
        ),
        "list": Wrong(
            drop("return (y * mask / (1 - rate) if training else y).tolist()"),
            "in place of a tensor of shape",
        ),
        "in place": Wrong(
            drop("return y.mul_(mask).div_(1 - rate) if training else y"),
            "which it is given",
        ),
    },
    "mbconv.mbconv": {
        "only the visible example": Wrong(
            block(bend="y", middle="F.silu(y / 1.001 ** 0.5)", gated="y"), "numbers are off"
        ),
        "activated projection": Wrong(
            block(project="F.silu(normed('project', y))"), "You activate after the projection"
        ),
        "activated sum": Wrong(
            block(joined="F.silu(x + y)", unjoined="F.silu(y)"), "You activate the sum"
        ),
        "relu": Wrong(
            block(bend="F.relu(normed(name, y))", middle="F.relu(normed(name, y))"), "You use ReLU"
        ),
        "linear expansion": Wrong(block(bend="normed(name, y)"), "An activation is missing"),
        "linear depthwise": Wrong(block(middle="normed(name, y)"), "An activation is missing"),
        "linear both": Wrong(
            block(bend="normed(name, y)", middle="normed(name, y)"), "An activation is missing"
        ),
        "activation first": Wrong(
            block(bend="normed(name, F.silu(y))", middle="normed(name, F.silu(y))"),
            "You activate before you normalise",
        ),
        "no norm of the expansion": Wrong(block(bend="F.silu(y)"), "A normalisation is missing"),
        "no norm of the depthwise": Wrong(block(middle="F.silu(y)"), "A normalisation is missing"),
        "no norm of the projection": Wrong(block(project="y"), "A normalisation is missing"),
        "norm after the add": Wrong(
            block(project="y", unjoined="normed('project', y)", joined="normed('project', x + y)"),
            "You normalise after the add",
        ),
        "norms at test time": Wrong(block(norm_training="False"), "do not know of training"),
        "norms in training": Wrong(block(norm_training="True"), "as in training at test time"),
        "eps of torch": Wrong(
            block().replace(
                'return batch_norm(y, weights[name + "_norm"], training)[0]',
                'norm = weights[name + "_norm"]\n'
                "        learned = norm['weight'], norm['bias']\n"
                "        averages = norm['mean'].clone(), norm['var'].clone()\n"
                "        return F.batch_norm(y, *averages, *learned, training)",
            ),
            "torch's own eps",
        ),
        "no gates": Wrong(block(gated="y"), "Squeeze-excite is left out"),
        "gates first": Wrong(
            block(before="y = squeeze_excite(y, weights) if 'reduce' in weights else y", gated="y"),
            "comes too early",
        ),
        "symmetric": Wrong(block(pads="(kernel // 2, kernel // 2)"), "as for stride 1"),
        "no padding": Wrong(block(pads="(0, 0)"), "pad it before"),
        "no groups": Wrong(block(groups="1"), "as many groups as channels"),
        "no skip": Wrong(block(joined="y"), "The skip is missing"),
        "no skip, nothing dropped": Wrong(block(joined="y", drops="False"), "The skip is missing"),
        "skip everywhere": Wrong(block(skips="True"), "where there is no skip"),
        "skip at stride 2": Wrong(
            block(skips="y.shape[1] == x.shape[1]"), "where there is no skip"
        ),
        "skip where channels differ": Wrong(block(skips="stride == 1"), "where there is no skip"),
        "drops the sum": Wrong(
            block(dropped="drop_path(x + y, kept, rate, training) - x"), "drop the skip with the"
        ),
        "drops without a skip": Wrong(
            block(unjoined="y if kept is None else drop_path(y, kept, rate, training)"),
            "where there is no skip",
        ),
        "drops at test time": Wrong(
            block(dropped="drop_path(y, kept, rate, True)"), "at test time, too"
        ),
        "never drops": Wrong(block(drops="False"), "you do not drop the branches"),
        "drops without rescaling": Wrong(
            block(dropped="y * kept.view(-1, 1, 1, 1) if training else y"), "without rescaling"
        ),
        "in place": Wrong(block(joined="x.add_(y)"), "which it is given"),
        "ReLU after the projection": Wrong(
            block(project="F.relu(normed('project', y))"), "You activate after the projection"
        ),
        "ReLU after the skip": Wrong(block(joined="F.relu(x + y)"), "You activate the sum"),
        "activated after the skip": Wrong(block(joined="F.silu(x + y)"), "You activate the sum"),
        "ReLU after the sum": Wrong(
            block(joined="F.relu(x + y)", unjoined="F.relu(y)"), "You activate the sum"
        ),
        "expansion activated first": Wrong(
            block(bend="normed(name, F.silu(y))"), "normalise after the expansion"
        ),
        "depthwise activated first": Wrong(
            block(middle="normed(name, F.silu(y))"), "normalise after the depthwise"
        ),
        "no norms": Wrong(
            block(bend="F.silu(y)", middle="F.silu(y)", project="y"), "normalisations are missing"
        ),
        "gates before the activation": Wrong(
            block(middle=f"F.silu({GATED.format('normed(name, y)')})", gated="y"),
            "normalised and activated first",
        ),
        "zeros swapped": Wrong(
            block(pads="same_padding(y.shape[-1], kernel, stride)[::-1]"),
            "what comes before stand first",
        ),
        "zeros by axis": Wrong(
            block().replace("(first, last, first, last)", "(first, first, last, last)"),
            "first the two sides of the last axis",
        ),
        "stride not handed on": Wrong(
            block(pads="same_padding(y.shape[-1], kernel)"), "hand the stride on to same_padding"
        ),
        "no stride": Wrong(block().replace("stride=stride, ", ""), "to the depthwise convolution"),
        "stride of the expansion": Wrong(
            block().replace('weights["expand"])', 'weights["expand"], stride=stride)'),
            "Your expansion has a stride, too",
        ),
        "stride of the projection": Wrong(
            block().replace('weights["project"])', 'weights["project"], stride=stride)'),
            "Your projection has a stride, too",
        ),
        "stride of the expansion alone": Wrong(
            block()
            .replace("stride=stride, ", "")
            .replace('weights["expand"])', 'weights["expand"], stride=stride)'),
            "(2) Your expansion has a stride, too",
        ),
        "drops the sum, with any": Wrong(
            block(joined=DROPPED_SUM, unjoined=DROPPED_SUM.replace("x + y", "y"), drops="False"),
            "Two things: (1) You drop the skip with the branch",
        ),
        **{
            f"drops without a skip, {what}": Wrong(
                block(
                    unjoined="drop_path(y, kept, rate, training) if kept is not None else y", **how
                ),
                says,
            )
            for what, (how, says) in WITH_ANOTHER.items()
        },
        "ReLU, torch's padding": Wrong(
            block(
                bend="F.relu(normed(name, y))",
                middle="F.relu(normed(name, y))",
                pads="(kernel // 2, kernel // 2)",
            ),
            "Two things: (1) You use ReLU",
        ),
        "always drops": Wrong(block(drops="True"), "call drop_path only if it is given"),
        "three tensors": Wrong(
            block(middle="F.silu(batch_norm(y, weights['depthwise_norm'], training))"),
            "the first is the output",
        ),
        "three tensors at the end": Wrong(
            block(project="batch_norm(y, weights['project_norm'], training)", skips="False"),
            "the first is the output",
        ),
        "training off by a trifle": Wrong(
            block(joined="x + y * (1.01 if training and kept is not None else 1)"),
            "Off are all inputs in training with kept and a skip",
        ),
        "squeeze_excite not written": Wrong(
            f"def squeeze_excite(x, weights):\n    raise NotImplementedError()\n{block()}",
            "mbconv calls squeeze_excite, which is not written yet",
        ),
        "squeeze_excite wrong": Wrong(
            excite(inner="lambda y: y") + block(), "Your squeeze_excite is not right yet"
        ),
        "squeeze_excite raises": Wrong(
            excite(pool="x.mean((2, 3))") + block(), "Your squeeze_excite is not right yet"
        ),
        "batch_norm wrong": Wrong(
            norm(root="(var + 1e-5).sqrt()", use="False") + block(middle="normed(name, y)"),
            "Your batch_norm is not right yet",
        ),
        "batch_norm gives the output alone": Wrong(
            norm().replace("return y, *running", "return y") + block(),
            "Your batch_norm is not right yet",
        ),
        "same_padding wrong": Wrong(
            padding("return kernel // 2, kernel // 2") + block(), "Your same_padding is not right"
        ),
        "drop_path wrong": Wrong(
            drop("return y * mask if training else y") + block(), "Your drop_path is not right yet"
        ),
    },
}

RIGHT = {
    "mbconv.squeeze_width": {
        "by floor": (
            "import math\n"
            + width("return 0 if not se_ratio else max(math.floor(in_channels * se_ratio), 1)")
        ),
        "by cases": width(
            "units = int(se_ratio * in_channels)\n    return units or int(se_ratio > 0)"
        ),
    },
    "mbconv.same_padding": {
        "by the rest": (
            "def same_padding(size, kernel, stride=1):\n"
            "    rest = size % stride or stride\n"
            "    zeros = kernel - rest if kernel > rest else 0\n"
            "    return [zeros // 2, (zeros + 1) // 2]\n"
        ),
        "by trying": (
            "def same_padding(size, kernel, stride=1):\n"
            "    places = (size + stride - 1) // stride\n"
            "    zeros = 0\n"
            "    while (size + zeros - kernel) // stride + 1 < places:\n"
            "        zeros += 1\n"
            "    return divmod(zeros, 2)[0], zeros - divmod(zeros, 2)[0]\n"
        ),
    },
    "mbconv.squeeze_excite": {
        "by einsum": (
            "def squeeze_excite(x, weights):\n"
            "    means = x.flatten(2).mean(-1)\n"
            "    units = torch.einsum('nc,uc->nu', means, weights['reduce'][:, :, 0, 0])\n"
            "    units = units + weights['reduce_bias']\n"
            "    units = units * units.sigmoid()\n"
            "    gates = torch.einsum('nu,cu->nc', units, weights['gate'][:, :, 0, 0])\n"
            "    gates = (gates + weights['gate_bias']).sigmoid()\n"
            "    return torch.einsum('nchw,nc->nchw', x, gates)\n"
        ),
        "by modules": (
            "def squeeze_excite(x, weights):\n"
            "    units, channels = weights['reduce'].shape[:2]\n"
            "    reduce = torch.nn.Conv2d(channels, units, 1)\n"
            "    gate = torch.nn.Conv2d(units, channels, 1)\n"
            "    for name, layer in (('reduce', reduce), ('gate', gate)):\n"
            "        given = {'weight': weights[name], 'bias': weights[name + '_bias']}\n"
            "        layer.load_state_dict(given)\n"
            "    pooled = F.adaptive_avg_pool2d(x, 1)\n"
            "    return x * torch.sigmoid(gate(F.silu(reduce(pooled))))\n"
        ),
        "picture by picture": (
            "def squeeze_excite(x, weights):\n"
            "    done = []\n"
            "    for picture in x:\n"
            "        means = picture.mean(2).mean(1)\n"
            "        units = F.silu(F.linear(means, weights['reduce'].flatten(1),"
            " weights['reduce_bias']))\n"
            "        gates = F.linear(units, weights['gate'].flatten(1), weights['gate_bias'])\n"
            "        done.append(picture * gates.sigmoid()[:, None, None])\n"
            "    return torch.stack(done)\n"
        ),
    },
    "mbconv.batch_norm": {
        "by torch": (
            "def batch_norm(x, norm, training=False):\n"
            "    y = F.batch_norm(x, norm['mean'].clone(), norm['var'].clone(), norm['weight'],\n"
            "                     norm['bias'], training, 0.01, 1e-3)\n"
            "    if not training:\n"
            "        return [y, norm['mean'], norm['var']]\n"
            "    var, mean = torch.var_mean(x, (0, 2, 3), correction=0)\n"
            "    mean, var = norm['mean'].lerp(mean, 0.01), norm['var'].lerp(var, 0.01)\n"
            "    return [y, mean, var]\n"
        ),
        "channel by channel": (
            "def batch_norm(x, norm, training=False):\n"
            "    y, means, variances = torch.empty_like(x), [], []\n"
            "    for c in range(x.shape[1]):\n"
            "        channel = x[:, c]\n"
            "        mean, var = norm['mean'][c], norm['var'][c]\n"
            "        new_mean, new_var = mean, var\n"
            "        if training:\n"
            "            m = channel.mean()\n"
            "            v = ((channel - m) ** 2).mean()\n"
            "            new_mean, new_var = mean + (m - mean) / 100, var + (v - var) / 100\n"
            "            mean, var = m, v\n"
            "        normed = (channel - mean) * (var + 1e-3) ** -0.5\n"
            "        y[:, c] = norm['weight'][c] * normed + norm['bias'][c]\n"
            "        means.append(new_mean)\n"
            "        variances.append(new_var)\n"
            "    return y, torch.stack(means), torch.stack(variances)\n"
        ),
    },
    "mbconv.drop_path": {
        "by where": drop(
            "return torch.where(mask, y / (1 - rate), torch.zeros(())) if training else y.clone()"
        ),
        "picture by picture": (
            "def drop_path(y, kept, rate, training):\n"
            "    if training:\n"
            "        y = torch.stack([b / (1 - rate) if k else 0 * b for b, k in zip(y, kept)])\n"
            "    return y\n"
        ),
        "by einsum": (
            "def drop_path(y, kept, rate, training):\n"
            "    factors = kept.float() / (1 - rate) if training else torch.ones(len(y))\n"
            "    return torch.einsum('nchw,n->nchw', y, factors)\n"
        ),
    },
    "mbconv.mbconv": {
        "in other words": block(
            middle="normed(name, y) * torch.sigmoid(normed(name, y))",
            skips="stride == 1 and len(weights['project']) == x.shape[1]",
            drops="training and kept is not None",
            dropped="torch.where(kept[:, None, None, None], y / (1 - rate), torch.zeros(()))",
        ),
        "on its own": (
            "def mbconv(x, weights, stride=1, training=False, kept=None, rate=0.0):\n"
            "    def normed(name, y):\n"
            "        n = weights[name + '_norm']\n"
            "        return F.batch_norm(y, n['mean'].clone(), n['var'].clone(), n['weight'],\n"
            "                            n['bias'], training, 0.01, 0.001)\n"
            "    wide, _, k, _ = weights['depthwise'].shape\n"
            "    y = x\n"
            "    if wide != x.shape[1]:\n"
            "        y = F.silu(normed('expand', F.conv2d(y, weights['expand'])))\n"
            "    size = y.shape[-1]\n"
            "    rest = size % stride or stride\n"
            "    zeros = max(k - rest, 0)\n"
            "    y = torch.nn.ZeroPad2d([zeros // 2, zeros - zeros // 2] * 2)(y)\n"
            "    y = F.conv2d(y, weights['depthwise'], None, stride, 0, 1, wide)\n"
            "    y = F.silu(normed('depthwise', y))\n"
            "    if 'gate' in weights:\n"
            "        mean = y.mean((-1, -2), True)\n"
            "        unit = F.silu(F.conv2d(mean, weights['reduce'], weights['reduce_bias']))\n"
            "        y = y * F.conv2d(unit, weights['gate'], weights['gate_bias']).sigmoid()\n"
            "    y = normed('project', F.conv2d(y, weights['project']))\n"
            "    if x.shape == y.shape and stride == 1:\n"
            "        if training and kept is not None:\n"
            "            y = y * (kept / (1 - rate)).reshape(len(x), 1, 1, 1)\n"
            "        y = y + x\n"
            "    return y\n"
        ),
        "without a helper that is not right": (
            "def drop_path(y, kept, rate, training):\n    return 0\n"
            "def squeeze_excite(x, weights):\n    raise NotImplementedError\n"
            + block(
                gated="gates_of(y, weights) if 'reduce' in weights else y",
                dropped="y * kept.view(-1, 1, 1, 1) / (1 - rate) if training else y",
            )
            + excite().replace("squeeze_excite(x, weights)", "gates_of(x, weights)")
        ),
    },
}

_ORDER = "the larger of two numbers, in whichever order"
_SQUARE = "maps and kernels are square"
_UNUSED = "without kept nothing is dropped, whatever the rate"

EQUIVALENT = {
    "mbconv.squeeze_width": {
        "max(1, int(in_channels * se_ratio)) -> max(int(in_channels * se_ratio), 1)": _ORDER,
    },
    "mbconv.same_padding": {"max(0, reach - size) -> max(reach - size, 0)": _ORDER},
    "mbconv.mbconv": {
        "0.0 -> 1.0": _UNUSED,
        "0.0 -> -1.0": _UNUSED,
        "1 -> 2 (2)": _SQUARE,
        "1 -> 2 (4)": _SQUARE,
    },
}
