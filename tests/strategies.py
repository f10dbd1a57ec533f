"""Random valid specs, small enough to build by the hundred."""

from dataclasses import replace

from hypothesis import strategies as st

from effnet_lab.arch import NetworkSpec, StageSpec
from effnet_lab.arch.specs import ACTIVATIONS, PADDINGS


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


stage_specs = st.builds(
    StageSpec,
    expand=st.sampled_from((1, 2, 3, 6)),
    kernel=st.sampled_from((1, 3, 5, 7)),
    stride=st.integers(1, 3),
    channels=st.integers(1, 48),
    layers=st.integers(1, 3),
    se_ratio=st.one_of(st.sampled_from((0, 0.25, 1)), floats(0, 1)),
)

network_specs = st.builds(
    NetworkSpec,
    name=st.text(max_size=8),
    stages=st.lists(stage_specs, min_size=1, max_size=4).map(tuple),
    width_mult=floats(0.05, 2.5),
    depth_mult=floats(0.05, 2.5),
    resolution=st.integers(1, 65),
    num_classes=st.integers(1, 20),
    stem_channels=st.integers(1, 40),
    stem_stride=st.integers(1, 3),
    head_channels=st.integers(1, 160),
    fixed_ends=st.booleans(),
    channel_divisor=st.sampled_from((1, 2, 8, 12, 16)),
    activation=st.sampled_from(ACTIVATIONS),
    padding=st.sampled_from(PADDINGS),
    norm_eps=floats(1e-6, 1e-2),
    norm_momentum=floats(0, 1),
    dropout=floats(0, 0.95),
    drop_path_rate=floats(0, 0.95),
)


def with_bottlenecks(spec: NetworkSpec) -> NetworkSpec:
    """The same table with the blocks of ResNet-50."""
    stages = tuple(replace(stage, se_ratio=0.0) for stage in spec.stages)
    return replace(spec, stages=stages, block="bottleneck")
