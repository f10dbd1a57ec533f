"""MBConv as learners write it, in three styles, and with mistakes planted."""

import torch
import torch.nn.functional as F
from torch import nn

IN_ORDER = """
class DropPath(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, y):
        if not self.training or self.rate == 0:
            return y
        keep = (torch.rand(len(y), 1, 1, 1) >= self.rate).to(y.dtype)
        return y * keep / (1 - self.rate)


class MBConv(nn.Module):
    def __init__(self, in_channels, out_channels, expand, kernel, stride, se_ratio, drop_path_rate):
        super().__init__()
        wide = in_channels * expand
        before = (kernel - stride) // 2
        after = kernel - stride - before
        self.expand = nn.Identity()
        if expand != 1:
            self.expand = nn.Sequential(
                nn.Conv2d(in_channels, wide, 1, bias=False), norm(wide), nn.SiLU()
            )
        self.depthwise = nn.Sequential(
            nn.ZeroPad2d((before, after, before, after)),
            nn.Conv2d(wide, wide, kernel, stride, groups=wide, bias=False),
            norm(wide),
            nn.SiLU(),
        )
        self.gates = None
        if se_ratio:
            squeeze = max(1, int(in_channels * se_ratio))
            self.gates = nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(wide, squeeze, 1),
                nn.SiLU(),
                nn.Conv2d(squeeze, wide, 1),
                nn.Sigmoid(),
            )
        self.project = nn.Conv2d(wide, out_channels, 1, bias=False)
        self.last_norm = norm(out_channels)
        self.drop = DropPath(drop_path_rate)
        self.has_skip = stride == 1 and in_channels == out_channels

    def forward(self, x):
        y = self.depthwise(self.expand(x))
        if self.gates is not None:
            y = y * self.gates(y)
        y = self.last_norm(self.project(y))
        if self.has_skip:
            return x + self.drop(y)
        return y


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)
"""


def learner_block(*changes: tuple[str, str]) -> type[nn.Module]:
    """Return the block above with pieces of its text replaced; each must occur."""
    text = IN_ORDER
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in the text of the block")
        text = text.replace(old, new)
    names = {"nn": nn, "torch": torch, "F": F}
    exec(compile(text, "<learner>", "exec"), names)
    return names["MBConv"]


class Functional(nn.Module):
    """Weights first and in an order of their own; linear layers in squeeze-excite; `F` in forward.

    Pads by hand, and writes in place.
    """

    def __init__(self, c, o, t, k, s, ratio, p):
        super().__init__()
        wide = c * t
        self.k, self.s, self.p, self.add = k, s, p, s == 1 and c == o
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(n, 1e-3, 0.01) for n in ([wide] if t > 1 else []) + [wide, o]
        )
        self.out = nn.Conv2d(wide, o, 1, bias=False)
        if ratio:
            self.up = nn.Linear(max(1, int(ratio * c)), wide)
            self.down = nn.Linear(wide, max(1, int(ratio * c)))
        self.per_channel = nn.Conv2d(wide, wide, k, s, groups=wide, bias=False)
        if t > 1:
            self.widen = nn.Conv2d(c, wide, 1, bias=False)
        self.t, self.ratio = t, ratio

    def forward(self, x):
        norms = iter(self.norms)
        y = x
        if self.t > 1:
            y = F.silu(next(norms)(self.widen(y)), inplace=True)
        before = (self.k - self.s) // 2
        after = self.k - self.s - before
        y = self.per_channel(F.pad(y, (before, after, before, after)))
        y = F.silu(next(norms)(y), inplace=True)
        if self.ratio:
            gates = self.up(F.silu(self.down(y.mean((2, 3))))).sigmoid()
            y = y * gates[:, :, None, None]
        y = next(norms)(self.out(y))
        if not self.add:
            return y
        if self.training and self.p:
            y = y / (1 - self.p) * (torch.rand(x.shape[0], 1, 1, 1) < 1 - self.p)
        y += x
        return y


class RawParameters(nn.Module):
    """Keeps the weights of its convolutions itself."""

    def __init__(self, c, o, t, k, s, ratio, p):
        super().__init__()
        wide = c * t
        self.hyper = c, o, t, k, s, ratio, p
        if t > 1:
            self.expand_weight = nn.Parameter(torch.randn(wide, c, 1, 1))
            self.norm0 = nn.BatchNorm2d(wide, 1e-3, 0.01)
        self.depthwise_weight = nn.Parameter(torch.randn(wide, 1, k, k))
        self.norm1 = nn.BatchNorm2d(wide, 1e-3, 0.01)
        if ratio:
            squeeze = max(1, int(c * ratio))
            self.reduce_weight = nn.Parameter(torch.randn(squeeze, wide, 1, 1))
            self.reduce_bias = nn.Parameter(torch.zeros(squeeze))
            self.gate_weight = nn.Parameter(torch.randn(wide, squeeze, 1, 1))
            self.gate_bias = nn.Parameter(torch.zeros(wide))
        self.project_weight = nn.Parameter(torch.randn(o, wide, 1, 1))
        self.norm2 = nn.BatchNorm2d(o, 1e-3, 0.01)

    def forward(self, x):
        c, o, t, k, s, ratio, p = self.hyper
        y = x if t == 1 else F.silu(self.norm0(F.conv2d(x, self.expand_weight)))
        low = (k - s) // 2
        y = F.pad(y, (low, k - s - low, low, k - s - low))
        y = F.conv2d(y, self.depthwise_weight, stride=s, groups=c * t)
        y = F.silu(self.norm1(y))
        if ratio:
            z = F.silu(F.conv2d(y.mean((2, 3), True), self.reduce_weight, self.reduce_bias))
            y = y * F.conv2d(z, self.gate_weight, self.gate_bias).sigmoid()
        y = self.norm2(F.conv2d(y, self.project_weight))
        if s == 1 and c == o:
            if self.training and p > 0:
                y = y * (torch.empty(len(x), 1, 1, 1).bernoulli_(1 - p) / (1 - p))
            y = x + y
        return y
