from itertools import product
from xml.etree import ElementTree

import pytest

from effnet_lab.arch.convolution import Convolution, arithmetic_intensity, separable
from effnet_lab.view.style import format_ratio
from effnet_lab.widgets.conv_costs import CONTROLS, DEFINITION

render = DEFINITION.view
SVG = "{http://www.w3.org/2000/svg}"
KINDS = CONTROLS.by_name["kind"].options
BESIDE = CONTROLS.by_name["beside"].options


def state(**changes):
    return CONTROLS.check(changes)


STATES = [
    state(
        kind=kind,
        in_channels=inputs,
        out_channels=outputs,
        kernel=kernel,
        stride=stride,
        size=size,
        beside=beside,
    )
    for kind, (inputs, outputs), kernel, (size, stride), beside in product(
        KINDS, ((3, 32), (24, 40), (64, 64), (1280, 1280)), (1, 7), ((8, 2), (224, 1)), BESIDE
    )
]


def layers(at) -> tuple[Convolution, ...]:
    """Build what a settled state says, by hand."""
    shape = at["in_channels"], at["out_channels"], at["kernel"], at["size"], at["stride"]
    if at["kind"] == "separable":
        return separable(*shape)
    groups = {"standard": 1, "depthwise": at["in_channels"]}
    number = groups.get(at["kind"]) or int(at["kind"].split()[0])
    return (Convolution(*shape, groups=number),)


def numbers(parts):
    return [
        *(
            sum(getattr(part, what) for part in parts)
            for what in ("params", "macs", "activations", "bytes_moved")
        ),
        arithmetic_intensity(parts),
    ]


def beside(at):
    if at["beside"] == "twice the size":
        return {**at, "size": 2 * at["size"]}
    if at["beside"] == "twice the channels":
        double = {name: 2 * at[name] for name in ("in_channels", "out_channels")}
        return {**at, **double}
    return {**at, "kind": "standard", "kernel": 3}


def test_the_numbers_are_those_of_arch():
    for at in STATES:
        view = render(at)
        this, other = numbers(layers(view.state)), numbers(layers(beside(view.state)))
        assert [row[1] for row in view.ledger.rows] == this
        assert [row[2] for row in view.ledger.rows] == other
        ratios = [format_ratio(b / a) for a, b in zip(this, other, strict=True)]
        assert [row[3] for row in view.ledger.rows] == ratios


def test_the_default_is_the_pair_of_the_lessons_hook():
    rows = {row[0]: row for row in render(CONTROLS.default).ledger.rows}
    assert rows["MACs"][3] == format_ratio(1 / (1 / 256 + 1 / 9))
    assert rows["FLOP per byte"][2] == pytest.approx(83.8, abs=0.05)


def test_bars_are_as_long_as_the_numbers():
    for at in STATES[::5]:
        view = render(at)
        boxes = list(ElementTree.fromstring(view.picture).iter(f"{SVG}rect"))[2:]
        lengths = [float(box.get("width")) for box in boxes]
        for row, this, other in zip(view.ledger.rows, lengths[::2], lengths[1::2], strict=True):
            assert max(this, other) == 412
            assert this / 412 == pytest.approx(row[1] / max(row[1], row[2]), abs=0.001)
            assert other / 412 == pytest.approx(row[2] / max(row[1], row[2]), abs=0.001)


def test_depthwise_settles_to_as_many_outputs_as_inputs():
    view = render(state(kind="depthwise", in_channels=64, out_channels=128))
    assert view.state == state(kind="depthwise", in_channels=64, out_channels=64)
    assert view.summary.startswith("A depthwise layer has as many outputs as inputs: 64, not 128.")
    assert view.values == {"out_channels": "64, as the input"}


@pytest.mark.parametrize(
    ("inputs", "outputs", "asked", "got"),
    [
        (24, 40, "32 groups", "8 groups"),
        (4, 64, "8 groups", "4 groups"),
        (3, 32, "2 groups", "standard"),
        (64, 96, "32 groups", "32 groups"),
    ],
)
def test_groups_settle_to_what_divides_both(inputs, outputs, asked, got):
    at = state(kind=asked, in_channels=inputs, out_channels=outputs)
    view = render(at)
    assert view.state == {**at, "kind": got}
    said = f"do not divide {inputs} and {outputs} channels: {got} instead. "
    assert (said in view.summary) == (asked != got)


def test_twice_the_channels_is_four_times_the_macs_only_where_channels_are_mixed():
    for kind, factor in (("standard", "4.00 x"), ("8 groups", "4.00 x"), ("depthwise", "2.00 x")):
        view = render(state(kind=kind, beside="twice the channels"))
        assert {row[0]: row[3] for row in view.ledger.rows}["MACs"] == factor


def test_twice_the_size_leaves_the_parameters():
    rows = {r[0]: r[3] for r in render(state(kind="standard", beside="twice the size")).ledger.rows}
    assert (rows["parameters"], rows["MACs"], rows["activations"]) == ("1.00 x", "4.00 x", "4.00 x")
