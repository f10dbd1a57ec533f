"""CIFAR-10 from its official binary release, and the embedded toy set.

Only the binary layout is read: no pickle, so a data file can run no code. Pictures are put into
a canonical order, by a hash of their pixels: whatever order a copy of the release has, the same
split, the same epochs and the same results come out.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CIFAR10_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
CIFAR10_TRAIN_PICTURES = 45_000
CIFAR10_VAL_PICTURES = 5_000
CIFAR10_FINGERPRINT = ""

FOLDER = "cifar-10-batches-bin"
TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILES = ("test_batch.bin",)
RECORDS_PER_FILE = 10_000
RECORD_BYTES = 1 + 3 * 32 * 32

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


class DataError(ValueError):
    """A data file that is missing or not what it should be; the message names it and says why."""


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Pictures and labels, in three sets.

    Images are `uint8` `(N, 3, 32, 32)`, labels `int64` `(N,)`. The fingerprint is a hash of all
    pictures and labels.
    """

    name: str
    fingerprint: str
    classes: tuple[str, ...]
    train_images: Images
    train_labels: Labels
    val_images: Images
    val_labels: Labels
    test_images: Images
    test_labels: Labels

    def __repr__(self) -> str:
        return (
            f"{self.name}: {len(self.train_labels):,} training, {len(self.val_labels):,} "
            f"validation and {len(self.test_labels):,} test pictures of {len(self.classes)} classes"
        )


def record_hashes(records: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hash each record of label and pixels, `(N, 3073)`, to 64 bits.

    A sum of the pixels' 64-bit words, each times its own odd number; it decides the canonical
    order, so it must never change.
    """
    words = np.ascontiguousarray(records[:, 1:]).view("<u8")
    weights = _splitmix64(words.shape[1] + 1) | np.uint64(1)
    labels = records[:, 0].astype(np.uint64)
    return (words * weights[:-1]).sum(1, dtype=np.uint64) + labels * weights[-1]


def _splitmix64(count: int) -> NDArray[np.uint64]:
    """Return the first numbers of the splitmix64 generator with seed 0 (Steele et al. 2014)."""
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def fingerprint(*hashes: NDArray[np.uint64]) -> str:
    """Return sixteen hexadecimal digits for sets of record hashes, whatever their order."""
    digest = hashlib.sha256()
    for part in hashes:
        digest.update(np.sort(part).astype("<u8").tobytes())
    return digest.hexdigest()[:16]


def load_cifar10(folder: str | os.PathLike[str] | None = None) -> DataSet:
    """Read CIFAR-10."""
    place = Path(folder or os.environ["EFFNET_LAB_DATA"]) / FOLDER
    train, train_hashes = _canonical(_read(place, TRAIN_FILES))
    test, test_hashes = _canonical(_read(place, TEST_FILES))
    mark = fingerprint(train_hashes, test_hashes)
    parts = (train[:CIFAR10_TRAIN_PICTURES], train[CIFAR10_TRAIN_PICTURES:], test)
    arrays = [array for part in parts for array in _split(part)]
    return DataSet("cifar10", mark, CIFAR10_CLASSES, *arrays)


def _read(place: Path, names: Sequence[str]) -> NDArray[np.uint8]:
    return np.concatenate(
        [np.fromfile(place / name, np.uint8).reshape(-1, RECORD_BYTES) for name in names]
    )


def _canonical(records: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    hashes = record_hashes(records)
    return records[np.argsort(hashes, kind="stable")], hashes


def _split(records: NDArray[np.uint8]) -> tuple[Images, Labels]:
    images = np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, 32, 32)
    return images, records[:, 0].astype(np.int64)


def status(folder: str | os.PathLike[str] | None = None) -> str:
    """Say what is there."""
    return "CIFAR-10"


def load_data(
    name: str = "auto", folder: str | os.PathLike[str] | None = None, quiet: bool = False
) -> DataSet:
    """Load a data set by name."""
    return load_cifar10(folder)
