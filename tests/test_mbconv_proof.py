import random
import warnings

import pytest
import torch
from efficientnet_pytorch import EfficientNet as PeerNet
from learner_blocks import Functional, RawParameters, learner_block
from torch import nn

from effnet_lab.arch import B0, resolve
from effnet_lab.arch.block import BlockSetting, single_block
from effnet_lab.blocks.peer import peer_block
from effnet_lab.blocks.proof import SETTINGS, known_slip, prove_mbconv
from effnet_lab.blocks.slips import OUTPUT_SLIPS, SHAPE_SLIPS
from effnet_lab.blocks.slots import copy_slots, slots_of, watched
from effnet_lab.blocks.trial import Trial, same_outputs
from effnet_lab.blocks.variants import block_output, draw_slots
from effnet_lab.nn import EfficientNet, MBConv


def packages_block(*numbers):
    """The course's own block, called as a learner's class is."""
    block, _ = single_block(BlockSetting(*numbers), size=8)
    return MBConv(block)


STYLES = {
    "modules in order": learner_block(),
    "functions, other order": Functional,
    "parameters of its own": RawParameters,
    "the course's own": packages_block,
}

#: Planted mistake -> what is replaced in the learner's text, what names it, and a part of the
#: message that says what is right. The first six are the lesson's.
DROP = "keep / (1 - self.rate)"
SKIP = "stride == 1 and in_channels == out_channels"
LAST = "y = self.last_norm(self.project(y))"
ADD = "return x + self.drop(y)"
GATE = "y = y * self.gates(y)"
DEPTHWISE = "nn.Conv2d(wide, wide, kernel, stride, groups=wide, bias=False)"
PLANTED = [
    # the lesson's six
    (
        [("int(in_channels * se_ratio)", "int(wide * se_ratio)")],
        "se-on-expanded-width",
        ["48 channels give 12 units", "int(8 × 0.25) = 2"],
    ),
    (
        [
            (LAST, "y = self.project(y)"),
            (ADD, "return self.last_norm(x + self.drop(y))"),
            ("return y\n\n\ndef", "return self.last_norm(y)\n\n\ndef"),
        ],
        "norm-after-add",
        ["after the add", "x + norm(project(y))"],
    ),
    (
        [(SKIP, "in_channels == out_channels")],
        "skip-at-stride-2",
        ["stride 2", "only if stride == 1 and in_channels == out_channels"],
    ),
    (
        [(LAST, "y = F.silu(self.last_norm(self.project(y)))")],
        "activation-after-projection",
        ["the projection is linear", "norm(project(y))"],
    ),
    ([(", groups=wide", "")], "missing-groups", ["groups=48", "(48, 1, 3, 3)"]),
    (
        [(DROP, "keep")],
        "drop-path-without-rescale",
        ["rescaling is missing", "survival probability 1 - rate", "1.67"],
    ),
    # weights
    (
        [
            (
                "self.expand = nn.Sequential(\n                nn.Conv2d(in_channels, wide, 1, ",
                "self.expand = nn.Sequential(nn.Conv2d(in_channels, wide, 3, padding=1, ",
            )
        ],
        "wide-expansion-kernel",
        ["1x1"],
    ),
    ([("if expand != 1:", "if True:")], "expansion-at-ratio-1", ["nothing to widen"]),
    (
        [
            ("wide = in_channels", "wide = out_channels"),
        ],
        "expansion-from-output-width",
        ["8 × 6 = 48"],
    ),
    ([("groups=wide", "groups=in_channels")], "groups-of-input-width", ["one group for each"]),
    ([("bias=False", "bias=True")], "conv-bias", ["bias=False"]),
    ([("norm(wide), nn.SiLU()", "nn.SiLU()")], "missing-norm", ["projection have one each"]),
    (
        [(LAST, "y = self.project(y)"), ("self.last_norm = norm(out_channels)", "")],
        "missing-norm",
        [],
    ),
    ([("if se_ratio:", "if False:")], "missing-se", ["Your block has none"]),
    ([("if se_ratio:", "if True:")], "se-at-ratio-0", ["Yours keeps it"]),
    (
        [
            ("squeeze, 1)", "squeeze, 1, bias=False)"),
            ("squeeze, wide, 1)", "squeeze, wide, 1, bias=False)"),
        ],
        "se-without-bias",
        ["have biases"],
    ),
    (
        [
            ("nn.Conv2d(wide, squeeze, 1)", "nn.Conv2d(out_channels, squeeze, 1)"),
            ("nn.Conv2d(squeeze, wide, 1)", "nn.Conv2d(squeeze, out_channels, 1)"),
            (GATE, "pass"),
            (LAST, f"{LAST}\n        y = y * self.gates(y) if self.gates else y"),
        ],
        "se-after-projection",
        ["between depthwise convolution and projection"],
    ),
    (
        [
            (
                "self.drop = ",
                "self.short = nn.Conv2d(in_channels, out_channels, 1, stride) "
                f"if not ({SKIP}) else None\n        self.drop = ",
            ),
            ("return y\n\n\ndef", "return y + self.short(x)\n\n\ndef"),
        ],
        "projected-skip",
        ["ResNet"],
    ),
    # outputs
    ([(SKIP, "True")], "skip-everywhere", ["cannot be added", "only if stride == 1"]),
    ([(SKIP, "stride == 1")], "skip-where-channels-differ", ["8 and 12 channels"]),
    (
        [
            (SKIP, "in_channels == out_channels"),
            (
                ADD,
                "s = x.shape[-1] // y.shape[-1]\n"
                "            return x[:, :, ::s, ::s] + self.drop(y)",
            ),
        ],
        "shrunken-skip",
        ["stride 2"],
    ),
    (
        [
            (SKIP, "in_channels == out_channels"),
            (ADD, "return F.adaptive_avg_pool2d(x, y.shape[-2:]) + self.drop(y)"),
        ],
        "shrunken-skip",
        ["stride 2"],
    ),
    ([(SKIP, "False")], "missing-skip", ["is added"]),
    (
        [
            (ADD, "return F.silu(x + self.drop(y))"),
        ],
        "activation-after-add",
        ["ResNet"],
    ),
    ([("nn.SiLU()", "nn.ReLU()")], "relu-for-silu", ["You use ReLU.", "x × sigmoid(x)"]),
    ([("nn.SiLU()", "nn.Hardswish()")], "hard-swish-for-silu", ["You use hard swish."]),
    ([("norm(wide), nn.SiLU()", "norm(wide)")], "missing-activation", ["is missing"]),
    (
        [("            norm(wide),\n            nn.SiLU(),", "            norm(wide),")],
        "missing-activation",
        ["is missing"],
    ),
    (
        [
            ("norm(wide), nn.SiLU()", "nn.SiLU(), norm(wide)"),
            ("norm(wide),\n            nn.SiLU(),", "nn.SiLU(), norm(wide),"),
        ],
        "activation-before-norm",
        ["convolution, normalisation, activation"],
    ),
    (
        [("1),\n                nn.SiLU(),", "1),\n                nn.ReLU(),")],
        "se-relu-for-silu",
        ["you use ReLU"],
    ),
    ([("1),\n                nn.SiLU(),", "1),")], "se-no-silu", ["linear map"]),
    ([("nn.Sigmoid(),", "")], "se-no-sigmoid", ["between 0 and 1"]),
    (
        [
            ("1),\n                nn.SiLU(),", "1), nn.Sigmoid(),"),
            ("wide, 1),\n                nn.Sigmoid(),", "wide, 1), nn.SiLU(),"),
        ],
        "se-swapped",
        ["swapped"],
    ),
    ([("nn.Sigmoid()", "nn.Hardsigmoid()")], "se-hard-sigmoid", ["the sigmoid itself"]),
    ([(GATE, "y = y + self.gates(y)")], "se-gates-added", ["multiply"]),
    ([(GATE, "self.gates(y)")], "se-unused", ["its gates are not used"]),
    ([(GATE, "y = self.gates(y).expand_as(y)")], "se-gates-only", ["the gates alone"]),
    ([("AdaptiveAvgPool2d", "AdaptiveMaxPool2d")], "se-max-pooling", ["takes the average"]),
    (
        [
            ("y = self.depthwise(self.expand(x))", "y = self.expand(x)"),
            (GATE, f"{GATE}\n        y = self.depthwise(y)"),
        ],
        "se-before-depthwise",
        ["comes too early"],
    ),
    (
        [
            ("            norm(wide),\n            nn.SiLU(),", "            norm(wide),"),
            (GATE, f"{GATE}\n        y = F.silu(y)"),
        ],
        "se-before-activation",
        ["comes too early"],
    ),
    (
        [
            ("in_channels, wide, 1, bias", "in_channels, wide, 1, stride, bias"),
            ("kernel - stride)", "kernel - 1)"),
            ("kernel - stride - before", "kernel - 1 - before"),
            (DEPTHWISE, DEPTHWISE.replace("stride", "1")),
        ],
        "stride-in-wrong-place",
        ["depthwise"],
    ),
    (
        [
            ("wide, out_channels, 1, bias", "wide, out_channels, 1, stride, bias"),
            ("kernel - stride)", "kernel - 1)"),
            ("kernel - stride - before", "kernel - 1 - before"),
            (DEPTHWISE, DEPTHWISE.replace("stride", "1")),
        ],
        "stride-in-wrong-place",
        ["depthwise"],
    ),
    (
        [
            ("kernel - stride)", "kernel - 1)"),
            ("kernel - stride - before", "kernel - 1 - before"),
            (DEPTHWISE, DEPTHWISE.replace("stride", "1")),
        ],
        "missing-stride",
        ["no effect"],
    ),
    ([("eps=1e-3", "eps=1e-5")], "norm-eps", ["0.00001", "0.001"]),
    (
        [("(kernel - stride) // 2", "kernel // 2"), ("kernel - stride - before", "before")],
        "symmetric-padding",
        ["right and bottom"],
    ),
    ([("nn.ZeroPad2d((before, after, before, after)),", "")], "missing-padding", ["loses pixels"]),
    # training
    ([("momentum=0.01", "momentum=0.99")], "norm-momentum", ["0.99", "1 - 0.99"]),
    ([("momentum=0.01", "momentum=0.1")], "norm-momentum", ["torch's own"]),
    ([("not self.training or ", "")], "drop-path-at-test-time", ["self.training"]),
    (
        [
            (DROP, "keep"),
            (
                "            return y\n        keep",
                "            return y * (1 - self.rate)\n        keep",
            ),
        ],
        "drop-path-rescaled-at-test-time",
        ["divide what is kept"],
    ),
    (
        [("torch.rand(len(y), 1, 1, 1)", "torch.rand(1)")],
        "drop-path-per-batch",
        ["each picture by itself"],
    ),
    (
        [("torch.rand(len(y), 1, 1, 1)", "torch.rand(y.shape)")],
        "drop-path-of-parts",
        ["(N, 1, 1, 1)"],
    ),
    (
        [("torch.rand(len(y), 1, 1, 1)", "torch.rand(*y.shape[:2], 1, 1)")],
        "drop-path-of-parts",
        ["(N, 1, 1, 1)"],
    ),
    ([(ADD, "return self.drop(x + y)")], "drop-path-of-the-sum", ["branch alone"]),
    ([(ADD, "return x + y")], "drop-path-missing", ["never drops"]),
    ([(">= self.rate", "< self.rate")], "drop-path-rate", ["59%", "swapped"]),
    ([(DROP, "keep / self.rate")], "drop-path-rescale", ["2.5"]),
    ([(DROP, "keep * (1 - self.rate)")], "drop-path-rescale", ["0.6"]),
    (
        [("return y\n\n\ndef", "return self.drop(y)\n\n\ndef")],
        "drop-path-without-skip",
        ["no skip"],
    ),
    ([(ADD, "return x + F.dropout(y, 0.1, self.training)")], "other-in-training", ["mode"]),
]


@pytest.mark.parametrize("name", STYLES)
def test_a_correct_block_passes_whatever_its_style(name):
    result = prove_mbconv(STYLES[name])
    assert result.passed, result
    assert result.slip is None
    assert {row[1] for row in result.details.rows} == {"the same outputs"}
    assert len(result.details.rows) == len(SETTINGS)


@pytest.mark.parametrize(("changes", "slip", "says"), PLANTED)
def test_a_planted_mistake_is_named(changes, slip, says):
    result = prove_mbconv(learner_block(*changes))
    assert (result.status, result.slip) == ("incorrect", slip), result
    for part in says:
        assert part in result.message
    assert "{" not in result.message


def test_every_slip_of_the_weights_is_planted():
    assert {slip.name for slip in SHAPE_SLIPS} <= {slip for _, slip, _ in PLANTED}


def trial_of(setting, options):
    """A block that goes wrong by options, as if a learner had written it."""
    torch.manual_seed(0)
    given = draw_slots(setting)
    x = torch.randn(2, setting.in_channels, 8, 8, dtype=torch.float64)
    trial = Trial(setting, x, given, block_output(given, setting, x))
    try:
        trial.output = block_output(given, setting, x, **options)
    except ValueError as error:
        trial.error = error
    return trial


@pytest.mark.parametrize("slip", OUTPUT_SLIPS, ids=lambda slip: slip.name)
def test_every_slip_of_the_outputs_is_told_from_all_others(slip):
    same = {"se-gates-unused": "se-unused", "se-relu6-for-silu": "se-relu-for-silu"}
    for way in slip.of(block_output):
        found = known_slip([trial_of(setting, way.options) for setting in SETTINGS])
        assert found.slip == same.get(slip.name, slip.name), way.options
        assert "{" not in found.message


def test_two_slips_at_once_are_both_named():
    result = prove_mbconv(learner_block(("eps=1e-3", "eps=1e-5"), ("nn.Sigmoid(),", "")))
    assert result.slip == "norm-eps-and-se-no-sigmoid"
    assert result.message.startswith("Two things: (1) Your normalisations have torch's own eps")


@pytest.mark.slow
def test_a_slip_that_nobody_foresaw_is_placed():
    result = prove_mbconv(learner_block((GATE, "y = y * self.gates(y) ** 2")))
    assert result.slip == "other-outputs"
    assert "What enters the projection is different" in result.message
    assert "look after the second convolution of squeeze-excite" in result.message
    assert "1 of 8 settings agree" in result.message
    result = prove_mbconv(learner_block((LAST, f"{LAST} * 1.5")))
    assert "what comes after it" in result.message
    assert "up to the normalisation of the projection" in result.message


def test_other_weights_are_described():
    extra = ("self.drop = ", "self.extra = nn.Conv2d(5, 7, 3)\n        self.drop = ")
    result = prove_mbconv(learner_block(extra))
    assert result.slip == "other-weights"
    assert "has a 3 x 3 convolution with 7 outputs of 5 inputs each with bias" in result.message


# What is no block


@pytest.mark.parametrize("nothing", [None, ...])
def test_nothing_is_not_attempted(nothing):
    assert prove_mbconv(nothing).status == "not attempted"


def test_a_template_is_not_attempted():
    class Empty(nn.Module):
        def __init__(self, *numbers):
            super().__init__()

    class Returns(Empty):
        def forward(self, x): ...

    class Todo(Empty):
        def forward(self, x):
            raise NotImplementedError("your turn")

    for cls in (Empty, Returns, Todo):
        result = prove_mbconv(cls)
        assert result.status == "not attempted", result


def raising(error):
    class Raises(nn.Module):
        def __init__(self, *numbers):
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 1)

        def forward(self, x):
            raise error

    return Raises


@pytest.mark.parametrize(
    "error", [NameError("wide"), SystemExit(1), RuntimeError(""), KeyError(3), RecursionError("x")]
)
def test_an_error_in_the_learners_code_is_reported_with_its_line(error):
    result = prove_mbconv(raising(error))
    assert result.status == "incorrect"
    assert result.broken
    assert type(error).__name__ in result.message
    assert "in forward, line" in result.message


def test_an_error_deep_in_torch_is_reported_at_the_learners_line():
    result = prove_mbconv(learner_block(("nn.Conv2d(squeeze, wide, 1)", "nn.Conv2d(7, wide, 1)")))
    assert "RuntimeError" in result.message
    assert "in forward, line" in result.message
    assert result.slip == "error"


@pytest.mark.parametrize(
    "thing", [3, "MBConv", int, lambda: 3, lambda *n: 3, nn.Identity(), nn.Conv2d, MBConv, object()]
)
def test_anything_at_all_may_be_handed_in(thing):
    result = prove_mbconv(thing)
    assert result.status == "incorrect"
    assert result.message


def test_a_class_with_other_arguments_is_told_the_signature():
    class Other(nn.Module):
        def __init__(self, channels):
            super().__init__()

    result = prove_mbconv(Other)
    assert "It is called as MBConv(in_channels, out_channels, expand" in result.message


@pytest.mark.parametrize(
    "output",
    [
        "None",
        *(
            pytest.param(o, marks=pytest.mark.slow)
            for o in ("(y, y)", "y.shape", "y.detach().numpy()")
        ),
    ],
)
def test_an_output_that_is_no_tensor_is_named(output):
    result = prove_mbconv(learner_block((ADD, f"return {output}")))
    assert result.status == "incorrect"
    assert result.slip == "no-tensor"


def test_an_error_in_training_alone_is_reported():
    result = prove_mbconv(learner_block(("len(y), 1, 1, 1", "len(z), 1, 1, 1")))
    assert "in training mode" in result.message
    assert "NameError" in result.message
    assert result.broken


def test_the_proof_leaves_random_numbers_threads_and_output_alone(capsys):
    class Warns(STYLES["modules in order"]):
        def forward(self, x):
            warnings.warn("mind the gap", stacklevel=2)
            print("looking at", x.shape)
            return super().forward(x)

    states = torch.random.get_rng_state(), random.getstate()
    threads = torch.get_num_threads()
    assert prove_mbconv(Warns).passed
    assert torch.equal(torch.random.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()
    assert capsys.readouterr() == ("", "")


def test_the_proof_can_be_asked_for_settings_of_ones_own():
    cls = learner_block((SKIP, "False"))
    assert prove_mbconv(cls, [BlockSetting(4, 8, 3, 7, 2)]).passed  # no skip to miss
    assert prove_mbconv(cls, [(4, 4, 3, 7, 1, 0.5)]).slip == "missing-skip"
    assert prove_mbconv(STYLES["modules in order"], [(4, 4, 3, 7, 1, 0.5)]).passed


# What the proof rests on


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_variant_without_habits_is_the_other_implementation(setting):
    torch.manual_seed(0)
    slots, peer = draw_slots(setting), peer_block(setting).eval()
    copy_slots(list(slots.values()), [slot for _, slot in slots_of(peer)])
    x = torch.randn(2, setting.in_channels, 8, 8, dtype=torch.float64)
    assert same_outputs(block_output(slots, setting, x), peer(x))


def test_weights_go_where_they_belong_in_any_order():
    setting = BlockSetting(8, 8, 6, 3, 1)
    one, other = Functional(*setting), learner_block()(*setting)
    x = torch.randn(2, 8, 8, 8)
    with watched(one) as calls:
        one.eval()(x)
    slots = [slot for _, slot in slots_of(one, calls)]
    copy_slots(slots, [slot for _, slot in slots_of(other)])
    torch.testing.assert_close(one(x), other.eval()(x))


# In the whole network


def peer_b0():
    """Give the other library's B0, its normalisation settled: else signals die out on the way,
    and a wrong network agrees with a right one."""
    torch.manual_seed(0)
    network = PeerNet.from_name("efficientnet-b0")
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        network.train()(torch.randn(4, 3, 224, 224))
    return network.eval()


def b0_of(cls, theirs):
    """B0 made of a learner's blocks, with the other network's weights."""
    network = EfficientNet(B0)
    network.blocks = nn.Sequential(
        *(
            cls(
                block.in_channels,
                block.out_channels,
                stage.expand,
                block.kernel,
                block.stride,
                stage.se_ratio,
                block.drop_path_rate,
            )
            for block in resolve(B0).blocks
            for stage in [B0.stages[block.stage - 2]]
        )
    )
    tensors = theirs.state_dict().values()
    network.load_state_dict(dict(zip(network.state_dict(), tensors, strict=True)))
    return network.eval()


def test_learners_blocks_in_b0_give_the_other_librarys_logits_and_no_skip_does_not():
    right = learner_block()

    class NoSkip(right):
        def forward(self, x):
            whole = super().forward(x)
            return whole - x if whole.shape == x.shape else whole

    theirs, x = peer_b0(), torch.randn(2, 3, 224, 224)
    with torch.no_grad():
        wanted = theirs(x)
        torch.testing.assert_close(b0_of(right, theirs)(x), wanted, rtol=1e-4, atol=1e-5)
        assert (b0_of(NoSkip, theirs)(x) - wanted).abs().max() > 0.01
