"""CIFAR-10 from its official binary release, and the embedded toy set.

Only the binary layout is read: no pickle, so a data file can run no code. Pictures are put into
a canonical order, by a hash of their pixels: whatever order a copy of the release has, the same
split, the same epochs and the same results come out.
"""

import errno
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from .._files import keep_backup
from .dataset import (
    RECORD_BYTES,
    DataSet,
    Split,
    fingerprint,
    record_hashes,
    with_fewer_pictures,
)
from .toy import load_toy

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
CIFAR10_TRAIN_PICTURES = 45_000

#: Of all 60,000 pictures and labels, whatever their order.
CIFAR10_FINGERPRINT = "84163d05f705e43b"

CIFAR10_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
CIFAR10_SOURCES = (
    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
    "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/cifar-10-binary.tar.gz",
)

FOLDER = "cifar-10-batches-bin"
TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILES = ("test_batch.bin",)
FILE_BYTES = 10_000 * RECORD_BYTES

#: Names of what a download leaves when it is killed; a later one removes it.
TEMPORARY = ".effnet-lab-download-"

#: What `load_data` takes.
NAMES = ("auto", "cifar10", "cifar10-tenth", "toy")

DOWNLOAD_SECONDS = 30  # without a byte
#: A living download writes more often; classmates may share the folder, so younger ones stay.
STALE_SECONDS = 10 * DOWNLOAD_SECONDS

Folder = str | os.PathLike[str] | None


class DataError(ValueError):
    """Data that are missing or not what they should be; the message names the file and why."""


def load_data(name: str = "auto", folder: Folder = None, quiet: bool = False) -> DataSet:
    """Load a data set, and say in a line which.

    Parameters
    ----------
    name
        "cifar10"; "cifar10-tenth", its first 4,500 training pictures with all validation and
        test pictures; "toy"; or "auto": CIFAR-10 if its folder is there, else the toy set.
    folder
        The folder that holds ``cifar-10-batches-bin``; see `data_folder`.
    quiet
        Do not print which data set it is.

    Raises
    ------
    ValueError
        If `name` is none of these.
    DataError
        If CIFAR-10 is there but broken, or asked for and missing.
    """
    if name not in NAMES:
        raise ValueError(f"data is {name!r}; it must be one of {', '.join(NAMES)}")
    found = _is_there(data_folder(folder) / FOLDER)
    data = load_toy() if name == "toy" or (name == "auto" and not found) else load_cifar10(folder)
    if name == "cifar10-tenth":
        data = with_fewer_pictures(data, CIFAR10_TRAIN_PICTURES // 10, name)
    if not quiet:
        hint = "" if found or name != "auto" else f" (no CIFAR-10 in {data_folder(folder)})"
        print(f"{data!r}{hint}")
    return data


def data_folder(folder: Folder = None) -> Path:
    """Return where CIFAR-10 lies: `folder`, else ``EFFNET_LAB_DATA``, else the user's cache."""
    named = folder or os.environ.get("EFFNET_LAB_DATA")
    if named:
        return Path(named).expanduser()  # an environment file or a kernel's settings expand no ~
    return user_cache_path("effnet_lab", appauthor=False)


def _is_there(place: Path) -> bool:
    """Tell whether something is there; not being allowed to look is no answer."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise DataError(f"{place} cannot be looked into: {error.strerror}") from None
    return True


# --- reading ------------------------------------------------------------------------------------


def load_cifar10(folder: Folder = None) -> DataSet:
    """Read CIFAR-10: 45,000 training, 5,000 validation and 10,000 test pictures.

    The validation pictures are the last of the training pictures in canonical order.

    Raises
    ------
    DataError
        If a file is missing, cannot be read, has a wrong size or a label above 9, or if the
        pictures are not CIFAR-10's.
    """
    place = data_folder(folder) / FOLDER
    train, train_hashes = _canonical(_read(place, TRAIN_FILES))
    test, test_hashes = _canonical(_read(place, TEST_FILES))
    found = fingerprint(train_hashes, test_hashes)
    if found != CIFAR10_FINGERPRINT:
        raise DataError(
            f"the files in {place} have the layout of CIFAR-10 but other content (fingerprint "
            f"{found}, expected {CIFAR10_FINGERPRINT}); `effnet-lab data download` replaces them "
            "and keeps these under another name"
        )
    parts = (train[:CIFAR10_TRAIN_PICTURES], train[CIFAR10_TRAIN_PICTURES:], test)
    return DataSet("cifar10", found, CIFAR10_CLASSES, *map(_pictures_and_labels, parts))


def _read(place: Path, names: Sequence[str]) -> NDArray[np.uint8]:
    return np.concatenate([_read_file(place / name) for name in names])


def _read_file(path: Path) -> NDArray[np.uint8]:
    """Return a file's records, `(N, 3073)`, after looking at each thing that can be wrong."""
    if not _is_there(path):
        raise DataError(f"{path} is missing; `effnet-lab data download` fetches CIFAR-10")
    if not path.is_file():
        raise DataError(f"{path} is not a file")
    try:
        _require_size(path, path.stat().st_size)
        records = np.fromfile(path, np.uint8).reshape(-1, RECORD_BYTES)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    wrong = np.flatnonzero(records[:, 0] > 9)
    if len(wrong):
        raise DataError(
            f"{path}: record {wrong[0]:,} has label {records[wrong[0], 0]}; labels are 0 to 9. "
            "`effnet-lab data download` replaces it and keeps this one under another name"
        )
    return records


def _require_size(name: str | Path, size: int) -> None:
    if size != FILE_BYTES:
        raise DataError(
            f"{name} has {size:,} bytes; a CIFAR-10 file has {FILE_BYTES:,}. It may be cut short "
            "or another release; `effnet-lab data download` fetches the right one"
        )


def _canonical(records: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    hashes = record_hashes(records)
    return records[np.argsort(hashes, kind="stable")], hashes


def _pictures_and_labels(records: NDArray[np.uint8]) -> Split:
    images = np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, 32, 32)
    return Split(images, records[:, 0].astype(np.int64))


# --- looking ------------------------------------------------------------------------------------


def status(folder: Folder = None) -> str:
    """Say where CIFAR-10 is looked for and what is there, at a glance: sizes, not content."""
    place = data_folder(folder) / FOLDER
    try:
        there = _is_there(place)
    except DataError as error:
        return str(error)
    if not there:
        return (
            f"the toy set (no CIFAR-10 in {place.parent})\n"
            "`effnet-lab data download` fetches CIFAR-10, 170 MB; EFFNET_LAB_DATA names another "
            "folder"
        )
    faults = [fault for name in (*TRAIN_FILES, *TEST_FILES) if (fault := _fault(place / name))]
    if faults:
        return "\n".join([f"a broken CIFAR-10 in {place.parent}", *faults])
    return f"CIFAR-10 in {place.parent}\n`effnet-lab data verify` looks at every picture"


def _fault(path: Path) -> str:
    try:
        _require_size(path, path.stat().st_size)
    except (OSError, DataError) as error:
        return str(error)
    return ""


def verify(folder: Folder = None) -> str:
    """Read everything and compare it with the official release.

    Raises
    ------
    DataError
        If anything differs.
    """
    data = load_cifar10(folder)
    return f"{data!r}; every picture is the official one (fingerprint {data.fingerprint})"


# --- fetching -----------------------------------------------------------------------------------


def download(
    folder: Folder = None,
    sources: Sequence[str] = CIFAR10_SOURCES,
    md5: str = CIFAR10_MD5,
) -> Path:
    """Fetch CIFAR-10 from the first source that answers, with a progress bar.

    The files appear all at once, when the archive was checked and unpacked; an incomplete folder
    in their place is kept under a dated name.

    Parameters
    ----------
    folder
        Where to put ``cifar-10-batches-bin``; see `data_folder`.
    sources
        Addresses to try, in order.
    md5
        Checksum of the archive.

    Returns
    -------
    pathlib.Path
        The folder with the files.

    Raises
    ------
    DataError
        If no source gives the archive, or the disk is full; what was there before still is.
    """
    parent = data_folder(folder)
    place = parent / FOLDER
    if _is_complete(parent):
        print("CIFAR-10 is there already; nothing to fetch")
        return place
    with _workspace(parent) as work:
        unpacked = _unpack(_fetch(work, sources, md5), work / "unpacked")
        backup = _put_in_place(unpacked, place)
    if backup:
        print(f"what was there is kept in {backup}")
    return place


def _is_complete(parent: Path) -> bool:
    """Look at the content too: what `load_cifar10` refuses, a download must replace."""
    try:
        load_cifar10(parent)
    except DataError:
        return False
    return True


def _put_in_place(unpacked: Path, place: Path) -> Path | None:
    """Rename, and return where what was there is kept; if it fails, put that back."""
    backup = keep_backup(place)
    try:
        unpacked.rename(place)
    except BaseException:
        if backup:
            backup.rename(place)
        raise
    return backup


def _remove_stale(parent: Path) -> None:
    """Remove what killed downloads left, but not what a living one is writing."""
    for found in parent.glob(f"{TEMPORARY}*"):
        try:
            last = max(path.stat().st_mtime for path in (found, *found.rglob("*")))
        except OSError:
            continue  # it went away while we looked: a living one
        if time.time() - last > STALE_SECONDS:
            shutil.rmtree(found, ignore_errors=True)


@contextmanager
def _workspace(parent: Path) -> Iterator[Path]:
    """Make a temporary folder beside the target; remove it, and those of killed downloads."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(parent)
        work = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=parent))
    except OSError as error:
        raise DataError(f"{parent} cannot be written: {error}") from error
    try:
        yield work
    except OSError as error:
        raise DataError(f"{parent}: {error}; nothing was changed") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fetch(work: Path, sources: Sequence[str], md5: str) -> Path:
    """Try the sources in order; return the archive, which has the right checksum."""
    import pooch

    # pooch writes and flushes every kilobyte unless told otherwise.
    fetch = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=DOWNLOAD_SECONDS)
    said = []
    for source in sources:
        try:
            pooch.retrieve(source, f"md5:{md5}", "archive.tar.gz", work, downloader=fetch)
            return work / "archive.tar.gz"
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            reason = " ".join(str(error).split())
            said.append(f"{source}: {reason}")
            print(f"not from {source}: {reason}")
            if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                raise  # a full disk is not the source's fault
    raise DataError("no source gave CIFAR-10; " + "; ".join(said))


def _unpack(archive: Path, target: Path) -> Path:
    """Take the six files out of the archive, by name, and nothing else."""
    target.mkdir()
    try:
        with tarfile.open(archive) as tar:
            for name in (*TRAIN_FILES, *TEST_FILES, "batches.meta.txt"):
                _unpack_member(tar, name, target)
    except (tarfile.TarError, EOFError) as error:
        raise DataError(f"the archive is damaged: {error}") from error
    for name in (*TRAIN_FILES, *TEST_FILES):
        _require_size(f"{name} in the archive", (target / name).stat().st_size)
    return target


def _unpack_member(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Write one member to a name of our own, so its path can lead nowhere else."""
    try:
        content = tar.extractfile(f"{FOLDER}/{name}")
    except KeyError:
        content = None
    if content is None:
        raise DataError(f"the archive has no file {FOLDER}/{name}")
    with content, (target / name).open("wb") as file:
        shutil.copyfileobj(content, file)
