"""A learner's block, built and run with care: whatever happens becomes an outcome."""

import io
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from ..arch.block import BlockSetting
from .peer import peer_block
from .slots import Slot, copy_slots, signature, slots_of, watched
from .variants import Slots, draw_slots

#: A learner's class, which takes the seven numbers of a `BlockSetting`.
BlockClass = Callable[[int, int, int, int, int, float, float], nn.Module]

#: Side of the feature maps that blocks are tried on, and how many at once. Sides divide by 2.
SIZE, COUNT = 8, 2

_CLOSE = 1e-8


@dataclass(slots=True)
class Trial:
    """One setting: the learner's block, and what came of it.

    Parameters
    ----------
    setting
        The block.
    module, slots
        The learner's; none if it could not be made.
    error, place
        What was raised, and where in the learner's code.
    given
        The random weights that both blocks got.
    partners
        For each of them, its place in `slots`.
    x, expected, output
        The input; what the other implementation makes of it, and the learner's.
    """

    setting: BlockSetting
    x: Tensor
    given: Slots
    expected: Tensor
    module: nn.Module | None = None
    slots: list[tuple[nn.Module, Slot]] = field(default_factory=list)
    partners: list[int] = field(default_factory=list)
    output: object = None
    error: BaseException | None = None
    place: str = ""

    @property
    def same_weights(self) -> bool:
        """Whether the learner's block has the weights that it should have."""
        mine = signature([slot for _, slot in self.slots])
        return mine == signature(list(self.given.values()))

    @property
    def outcome(self) -> str:
        """What happened, in words."""
        if self.error is not None:
            return f"{type(self.error).__name__}: {first_line(self.error)}"
        if not self.same_weights:
            return "other weights"
        if not isinstance(self.output, Tensor):
            return f"gives {self.output!r:.30}"
        if self.output.shape != self.expected.shape:
            return f"shape {tuple(self.output.shape)}, not {tuple(self.expected.shape)}"
        if same_outputs(self.output, self.expected):
            return "the same outputs"
        return f"differs by up to {(self.output - self.expected).abs().max().item():.2g}"

    @property
    def right(self) -> bool:
        """Whether the outputs are the other implementation's."""
        return self.error is None and same_outputs(self.output, self.expected)


def same_outputs(output: object, expected: Tensor) -> bool:
    """Whether a learner's output is the expected one, up to rounding."""
    if not isinstance(output, Tensor) or output.shape != expected.shape:
        return False
    far = (output.double() - expected).abs().max().item()
    return far <= _CLOSE * (1 + expected.abs().max().item())


@contextmanager
def quiet(seed: int = 0) -> Iterator[None]:
    """Keep a check from changing the random numbers outside; hide warnings and printed lines.

    One thread: on tensors as small as these, several would wait for each other.
    """
    threads = torch.get_num_threads()
    with (
        torch.random.fork_rng(devices=[]),
        warnings.catch_warnings(),
        torch.no_grad(),
        redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def tried(cls: BlockClass, setting: BlockSetting) -> Trial:
    """Build a learner's block, give it random weights, and run it in evaluation mode."""
    given = draw_slots(setting)
    x = torch.randn(COUNT, setting.in_channels, SIZE, SIZE, dtype=torch.float64)
    peer = peer_block(setting).eval()
    copy_slots(list(given.values()), [slot for _, slot in slots_of(peer)])
    trial = Trial(setting, x, given, peer(x.clone()))
    try:
        trial.module = made(cls, setting).eval()
        trial.slots = slots_of(trial.module)
        with watched(trial.module) as calls:
            trial.output = trial.module(x.clone())
    except (Exception, SystemExit) as error:
        trial.error, trial.place = error, place_of(error)
    if trial.module is not None:
        trial.slots = slots_of(trial.module, calls)
        if trial.error is None and trial.same_weights:
            _run(trial)
    return trial


def made(cls: BlockClass, setting: BlockSetting) -> nn.Module:
    """Build a learner's block in double precision.

    Raises
    ------
    TypeError
        If the class makes something else than a module. Whatever the class raises goes on.
    """
    module = cls(*setting)
    if not isinstance(module, nn.Module):
        raise TypeError(f"the class must make a torch.nn.Module; it made {module!r:.60}")
    return module.double()


def _run(trial: Trial) -> None:
    assert trial.module is not None
    trial.partners = copy_slots(list(trial.given.values()), [slot for _, slot in trial.slots])
    try:
        trial.output = trial.module(trial.x.clone())
    except (Exception, SystemExit) as error:
        trial.error, trial.place = error, place_of(error)


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, shortened."""
    line = (str(error).strip().splitlines() or [""])[0]
    return line if len(line) <= 160 else line[:157] + "..."


def place_of(error: BaseException) -> str:
    """Return function, line and text of the learner's line that raised an error."""
    ours = (str(Path(torch.__file__).parent), str(Path(__file__).parent))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(ours)
    ]
    if not frames:
        return ""
    last = frames[-1]
    text = f": {last.line}" if last.line else ""
    return f"in {last.name}, line {last.lineno}{text}"
