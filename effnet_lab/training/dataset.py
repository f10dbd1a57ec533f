"""Pictures and labels in three splits, and the hashes that give pictures their order."""

import hashlib
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]

#: A label and a 32x32 picture of three channels: a record of CIFAR-10's binary layout.
RECORD_BYTES = 1 + 3 * 32 * 32


class Split(NamedTuple):
    """Pictures, `uint8` `(N, 3, 32, 32)`, and their labels, `int64` `(N,)`."""

    images: Images
    labels: Labels


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Pictures for training, for choices (validation) and for the end (test).

    The fingerprint is a hash of all pictures and labels, or of another set's fingerprint and
    what was taken from it.
    """

    name: str
    fingerprint: str
    classes: tuple[str, ...]
    train: Split
    val: Split
    test: Split

    def __repr__(self) -> str:
        return (
            f"{self.name}: {len(self.train.labels):,} training, {len(self.val.labels):,} "
            f"validation and {len(self.test.labels):,} test pictures of {len(self.classes)} classes"
        )


def with_fewer_pictures(data: DataSet, train: int, name: str) -> DataSet:
    """Keep the first training pictures only, and all that are for validation and test.

    Parameters
    ----------
    data
        The data set to take from.
    train
        How many training pictures to keep. They lie in no order that has to do with their
        content, so the classes are about as frequent as before.
    name
        What to call the smaller data set.

    Raises
    ------
    ValueError
        If there are not so many.
    """
    have = len(data.train.labels)
    if not 1 <= train <= have:
        raise ValueError(f"train is {train}; it must be from 1 to {have:,}, what {data.name} has")
    digest = hashlib.sha256(f"{data.fingerprint}, first {train}".encode()).hexdigest()[:16]
    fewer = Split(data.train.images[:train], data.train.labels[:train])
    return replace(data, name=name, fingerprint=digest, train=fewer)


def record_hashes(records: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hash each record of label and pixels, `(N, 3073)`, to 64 bits.

    A sum of the pixels' 64-bit words, each times its own odd number; it decides the canonical
    order, so it must never change.
    """
    weights = _splitmix64(1 + (RECORD_BYTES - 1) // 8) | np.uint64(1)
    hashes = [
        (np.ascontiguousarray(part[:, 1:]).view("<u8") * weights[:-1]).sum(1, dtype=np.uint64)
        for part in np.array_split(records, 1 + len(records) // 2000)  # small enough for the cache
    ]
    total: NDArray[np.uint64] = (
        np.concatenate(hashes) + records[:, 0].astype(np.uint64) * weights[-1]
    )
    return total


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
