"""Answers to assignment 01 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

PARAMS = "def conv_params(in_channels, out_channels, kernel, groups=1, bias=False):\n    "
MACS = "def conv_macs(in_channels, out_channels, kernel, size, stride=1, groups=1):\n    "
SHARE = "def separable_share(in_channels, out_channels, kernel):\n    "
INTENSITY = "def intensity(in_channels, out_channels, kernel, size, stride=1, groups=1):\n    "
NETWORK = "def network_macs(layers, size, channels=3):\n    "
MEMORY = "def activation_bytes(layers, size, batch, training=False):\n    "

#: A convolution's weights, and sides that are rounded up.
WEIGHTS = "kernel**2 * (in_channels // groups) * out_channels"
UP = "-(-size // stride)"


def macs(places: str, weights: str = WEIGHTS) -> str:
    return f"{MACS}return {weights} * {places}"


def intensity(
    inputs: str = "in_channels * size**2", weights: str = "w",
    outputs: str = "out_channels * out**2", flops: str = "2 * w * out**2", each: str = "4 *",
) -> str:  # fmt: skip
    return (
        f"{INTENSITY}w = {WEIGHTS}\n    out = {UP}\n"
        f"    return {flops} / ({each} ({inputs} + {weights} + {outputs}))"
    )


def network(
    layer: str = "conv_macs(channels, d['out'], d['kernel'], size, d['stride'], d['groups'])",
    channels: str = "channels = d['out']",
    size: str = "size = -(-size // d['stride'])",
    end: str = "return total",
    begin: str = "total = 0",
    first: str = "pass",
) -> str:
    return (
        f"{NETWORK}{begin}\n    for d in layers:\n        {first}\n        total += {layer}\n"
        f"        {channels}\n        {size}\n    {end}"
    )


def memory(
    side: str = "size = -(-size // layer['stride'])",
    kept: str = "layer['out'] * size**2",
    end: str = "return 4 * batch * (sum(kept) if training else max(kept))",
    begin: str = "kept = []",
) -> str:
    return (
        f"{MEMORY}{begin}\n    for layer in layers:\n        {side}\n"
        f"        kept.append({kept})\n    {end}"
    )


WRONG = {
    "counting_cost.conv_params": {
        "only the visible example": Wrong(PARAMS + "return 896 if bias else 864", "expected"),
        "kernel not squared": Wrong(
            PARAMS + "return kernel * (in_channels // groups) * out_channels + bias * out_channels",
            "the kernel is a square: 3 × 3",
        ),
        "groups ignored": Wrong(
            PARAMS + "return kernel**2 * in_channels * out_channels + bias * out_channels",
            "you leave the groups out",
        ),
        "groups divide twice": Wrong(
            PARAMS + "return kernel**2 * (in_channels // groups) * (out_channels // groups)"
            " + bias * out_channels",
            "divide by the groups twice",
        ),
        "groups multiply": Wrong(
            PARAMS + "return kernel**2 * in_channels * out_channels * groups + bias * out_channels",
            "you multiply by the groups",
        ),
        "no bias": Wrong(f"{PARAMS}return {WEIGHTS}", "leave the bias out"),
        "always a bias": Wrong(f"{PARAMS}return {WEIGHTS} + out_channels", "bias where there is"),
        "bias is one number": Wrong(f"{PARAMS}return {WEIGHTS} + bias", "not one for the layer"),
        "bias of inputs": Wrong(
            f"{PARAMS}return {WEIGHTS} + bias * in_channels", "not to an input channel"
        ),
        "no inputs": Wrong(
            PARAMS + "return kernel**2 * out_channels + bias * out_channels",
            "leave the input channels out",
        ),
        "no outputs": Wrong(
            PARAMS + "return kernel**2 * (in_channels // groups) + bias * out_channels",
            "leave the output channels out",
        ),
        "a float": Wrong(
            PARAMS + "return kernel**2 * in_channels / groups * out_channels + bias * out_channels",
            "return an int: int(...) makes one of it",
        ),
        "prints": Wrong(f"{PARAMS}print({WEIGHTS} + bias * out_channels)", "end with return"),
        "kernel doubled": Wrong(
            PARAMS + "return 2 * kernel * (in_channels // groups) * out_channels"
            " + bias * out_channels",
            "expected",
        ),
        "other names": Wrong(
            "def conv_params(c_in, c_out, k, groups=1, bias=False):\n    return k * k * c_in",
            "unexpected keyword argument 'in_channels'",
        ),
    },
    "counting_cost.conv_macs": {
        "only the visible example": Wrong(MACS + "return 10_838_016", "same for every input"),
        "stride ignored": Wrong(macs("size**2"), "with stride 2 the output has a side of"),
        "rounds down": Wrong(macs("(size // stride) ** 2"), "round the side of the output down"),
        "not rounded": Wrong(macs("(size / stride) ** 2"), "there is no part of a pixel"),
        "not rounded, cut off": Wrong(macs("int((size / stride) ** 2)"), "expected"),
        "stride not squared": Wrong(macs(f"size * ({UP})"), "shortens both sides"),
        "size not squared": Wrong(macs(UP), "its side counts twice"),
        "no padding": Wrong(macs("((size - kernel) // stride + 1) ** 2"), "padded with zeros"),
        "parameters": Wrong(f"{MACS}return {WEIGHTS}", "these are the parameters"),
        "groups ignored": Wrong(
            macs(f"({UP}) ** 2", "kernel**2 * in_channels * out_channels"),
            "you leave the groups out",
        ),
        "two for a MAC": Wrong(macs(f"2 * ({UP}) ** 2"), "two operations for each MAC"),
        "no inputs": Wrong(
            macs(f"({UP}) ** 2", "kernel**2 * out_channels"), "leave the input channels out"
        ),
        "float division": Wrong(
            f"import math\n{macs('float(math.ceil(size / stride)) ** 2')}", "return an int"
        ),
    },
    "counting_cost.separable_share": {
        "only the visible example": Wrong(SHARE + "return 0.1150173611", "same for every input"),
        "inverse": Wrong(SHARE + "return 1 / (1 / out_channels + 1 / kernel**2)", "one over it"),
        "inputs for outputs": Wrong(
            SHARE + "return 1 / in_channels + 1 / kernel**2", "where the output channels belong"
        ),
        "kernel not squared": Wrong(
            SHARE + "return 1 / out_channels + 1 / kernel", "of side 3 has 9 pixels"
        ),
        "product": Wrong(SHARE + "return 1 / out_channels / kernel**2", "added, not multiplied"),
        "depthwise only": Wrong(SHARE + "return 1 / out_channels", "the depthwise half alone"),
        "pointwise only": Wrong(SHARE + "return 1 / kernel**2", "the pointwise half alone"),
        "saved": Wrong(SHARE + "return 1 - 1 / out_channels - 1 / kernel**2", "share that remains"),
        "percent": Wrong(
            SHARE + "return 100 * (1 / out_channels + 1 / kernel**2)", "that is in percent"
        ),
        "depthwise on outputs": Wrong(
            SHARE + "return 1 / in_channels + 1 / kernel**2 + 0 * out_channels",
            "where the output channels belong",
        ),
        "whole division": Wrong(
            SHARE + "return (kernel**2 * in_channels + in_channels * out_channels)"
            " // (kernel**2 * in_channels * out_channels)",
            "divided with //",
        ),
        "rounded": Wrong(
            SHARE + "return round(1 / out_channels + 1 / kernel**2, 3)", "it is rounded"
        ),
        "as text": Wrong(SHARE + "return f'{1 / out_channels + 1 / kernel**2:.3f}'", "gives text"),
    },
    "counting_cost.intensity": {
        "only the visible example": Wrong(
            INTENSITY + "return 2.24677599 if groups > 1 else 131.88785", "expected"
        ),
        "MACs for FLOPs": Wrong(intensity(flops="w * out**2"), "so there are two"),
        "numbers for bytes": Wrong(intensity(each=""), "each takes four bytes"),
        "no weights": Wrong(intensity(weights="0"), "leave the weights out"),
        "no input": Wrong(intensity(inputs="0"), "leave the input out"),
        "no output": Wrong(intensity(outputs="0"), "leave the output out"),
        "output as large as input": Wrong(
            intensity(outputs="out_channels * size**2"), "let the output be as large as the input"
        ),
        "input as large as output": Wrong(
            intensity(inputs="in_channels * out**2"), "let the input be as small as the output"
        ),
        "weights of all groups": Wrong(
            intensity(weights="kernel**2 * in_channels * out_channels"), "leave the groups out"
        ),
        "inverse": Wrong(
            intensity().replace("return ", "return 1 / (") + ")", "bytes for each FLOP"
        ),
        "eight bytes": Wrong(
            intensity(each="8 *", flops="2 * w * out**2"), "expected"
        ),
        "sizes not squared": Wrong(
            intensity(inputs="in_channels * size", outputs="out_channels * out"), "expected"
        ),
    },
    "counting_cost.network_macs": {
        "only the visible example": Wrong(NETWORK + "return 147_456", "same for every input"),
        "size stays": Wrong(
            network(
                "conv_macs(channels, d['out'], d['kernel'], size, 1, d['groups'])", size="pass"
            ),
            "every layer the size of the picture",
        ),
        "own stride only": Wrong(network(size="pass"), "have shrunk it already"),
        "strides late": Wrong(
            network("conv_macs(channels, d['out'], d['kernel'], size, 1, d['groups'])"),
            "at the size of its input",
        ),
        "rounds down": Wrong(
            network(
                "conv_macs(channels, d['out'], d['kernel'], size, 1, d['groups'])",
                size="pass", first="size //= d['stride']",
            ),
            "you round sizes down",
        ),
        "channels stay": Wrong(network(channels="pass"), "every layer the channels of the picture"),
        "always three channels": Wrong(
            network(begin="total, channels = 0, 3"), "you begin with 3 channels"
        ),
        "groups ignored": Wrong(
            network("conv_macs(channels, d['out'], d['kernel'], size, d['stride'])"),
            "leave the groups out",
        ),
        "last layer only": Wrong(
            network().replace("total +=", "total ="), "the last layer alone"
        ),
        "returns too early": Wrong(network(size="return total"), "does your loop return too early"),
        "parameters": Wrong(
            network("conv_params(channels, d['out'], d['kernel'], d['groups'])"),
            "the parameters of all layers",
        ),
        "a list": Wrong(
            network("[conv_macs(channels, d['out'], d['kernel'], size, d['stride'], d['groups'])]",
                    begin="total = []"),
            "return a single number",
        ),
        "empties the table": Wrong(
            network(first="d = dict(d)", end="layers.clear(); return total"),
            "changes what it is given",
        ),
        "writes into the table": Wrong(network(first="d['size'] = size"), "afterwards layers is"),
        "wrong key": Wrong(network(channels="channels = d['channels']"), "KeyError"),
        "nothing": Wrong(network(end="total"), "end with return"),
    },
    "counting_cost.activation_bytes": {
        "only the visible example": Wrong(MEMORY + "return 131_072 * (1 + training)", "expected"),
        "numbers for bytes": Wrong(
            memory(end="return batch * (sum(kept) if training else max(kept))"),
            "each takes four bytes",
        ),
        "always all": Wrong(memory(end="return 4 * batch * sum(kept)"), "keep all layers in both"),
        "always one": Wrong(memory(end="return 4 * batch * max(kept)"), "keep one layer in both"),
        "swapped": Wrong(
            memory(end="return 4 * batch * (max(kept) if training else sum(kept))"),
            "the wrong way round",
        ),
        "batch ignored": Wrong(
            memory(end="return 4 * (sum(kept) if training else max(kept))"), "leave the batch out"
        ),
        "batch in training only": Wrong(
            memory(end="return 4 * (batch * sum(kept) if training else max(kept))"),
            "count the batch in training only",
        ),
        "last layer": Wrong(
            memory(end="return 4 * batch * (sum(kept) if training else kept[-1])"),
            "the memory must hold the largest",
        ),
        "size stays": Wrong(memory(side="pass"), "a stride makes what follows smaller"),
        "rounds down": Wrong(memory(side="size = size // layer['stride']"), "round sizes down"),
        "size not squared": Wrong(memory(kept="layer['out'] * size"), "its side counts twice"),
        "picture counted": Wrong(
            memory(begin="kept = [3 * size**2]"), "you count the picture itself"
        ),
        "size late": Wrong(
            MEMORY
            + "kept = []\n    for layer in layers:\n"
            "        kept.append(layer['out'] * size**2)\n"
            "        size = -(-size // layer['stride'])\n"
            "    return 4 * batch * (sum(kept) if training else max(kept))",
            "at the size of its input",
        ),
    },
}  # fmt: skip

RIGHT = {
    "counting_cost.conv_params": {
        "by counting": PARAMS
        + "inputs = in_channels // groups\n    window = kernel * kernel\n    total = 0\n"
        "    for _ in range(out_channels):\n        total += inputs * window + (1 if bias else 0)\n"
        "    return total",
        "group by group": PARAMS
        + "one = kernel**2 * (in_channels // groups) * (out_channels // groups)\n"
        "    return groups * one + int(bias) * out_channels",
        "in numpy": "import numpy as np\n"
        + PARAMS
        + "shape = (out_channels, in_channels // groups, kernel, kernel)\n"
        "    return np.prod(shape) + (out_channels if bias else 0)",
    },
    "counting_cost.conv_macs": {
        "with math.ceil": f"import math\n{macs('math.ceil(size / stride) ** 2')}",
        "place by place": MACS
        + "places = [(y, x) for y in range(0, size, stride) for x in range(0, size, stride)]\n"
        f"    return len(places) * {WEIGHTS}",
        "by a lambda": "conv_macs = lambda in_channels, out_channels, kernel, size, stride=1, "
        "groups=1: conv_params(in_channels, out_channels, kernel, groups) * "
        "((size + stride - 1) // stride) ** 2",
    },
    "counting_cost.separable_share": {
        "the formula": SHARE + "return 1 / out_channels + 1 / kernel**2",
        "by the functions above": SHARE
        + "pair = conv_macs(in_channels, in_channels, kernel, 7, groups=in_channels)\n"
        "    pair += conv_macs(in_channels, out_channels, 1, 7)\n"
        "    return pair / conv_macs(in_channels, out_channels, kernel, 7)",
        "in float32": "import numpy as np\n"
        + SHARE
        + "return np.float32(1 / out_channels) + np.float32(1 / kernel**2)",
    },
    "counting_cost.intensity": {
        "all at once": intensity(),
        "half of the numbers": INTENSITY
        + f"out = {UP}\n    w = conv_params(in_channels, out_channels, kernel, groups)\n"
        "    numbers = sum([size * size * in_channels, w, out * out * out_channels])\n"
        "    return w * out * out / numbers / 2",
    },
    "counting_cost.network_macs": {
        "by recursion": NETWORK
        + "if not layers:\n        return 0\n    first, *rest = layers\n"
        "    here = conv_macs(channels, first['out'], first['kernel'], size, first['stride'],"
        " first['groups'])\n"
        "    return here + network_macs(rest, -(-size // first['stride']), first['out'])",
        "after the size": network(
            "conv_macs(channels, d['out'], d['kernel'], size, groups=d['groups'])",
            size="pass", first="size = -(-size // d['stride'])",
        ),
        "with pop, on a copy": network(
            "conv_macs(channels, d['out'], d.pop('kernel'), size, d['stride'], d['groups'])",
            first="d = dict(d)",
        ),
    },
    "counting_cost.activation_bytes": {
        "without a list": MEMORY
        + "total = largest = 0\n    for layer in layers:\n"
        "        size = (size + layer['stride'] - 1) // layer['stride']\n"
        "        here = size * size * layer['out']\n        total += here\n"
        "        if here > largest:\n            largest = here\n"
        "    return (total if training else largest) * batch * 4",
        "sorted": memory(
            end="kept.sort()\n    return 4 * batch * (sum(kept) if training else kept[-1])"
        ),
    },
}  # fmt: skip

_SQUARED = "the side is squared: its sign is lost"
_SYMMETRIC = "in and out channels are multiplied with each other, and both divide by the groups"

EQUIVALENT = {
    "counting_cost.conv_macs": {
        "-(-size // stride) -> -size // stride": _SQUARED,
        "conv_params(in_channels, out_channels, kernel, groups) -> "
        "conv_params(out_channels, in_channels, kernel, groups)": _SYMMETRIC,
    },
    "counting_cost.intensity": {
        "-(-size // stride) -> -size // stride": _SQUARED,
        "conv_macs(in_channels, out_channels, kernel, size, stride, groups) -> "
        "conv_macs(out_channels, in_channels, kernel, size, stride, groups)": _SYMMETRIC,
        "conv_params(in_channels, out_channels, kernel, groups) -> "
        "conv_params(out_channels, in_channels, kernel, groups)": _SYMMETRIC,
    },
    "counting_cost.network_macs": {
        "conv_macs(channels, layer['out'], kernel, size, stride, groups) -> "
        "conv_macs(layer['out'], channels, kernel, size, stride, groups)": _SYMMETRIC,
    },
}
