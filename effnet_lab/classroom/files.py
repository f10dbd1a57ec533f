"""What lies in a folder or a zip of submissions; nothing is ever extracted.

Names are kept as they are and only ever compared. A file is read when it is asked for, into memory
and up to a limit; whatever else it is (a link, a device, a bomb, a name that points elsewhere) is
refused by name, and the rest goes on.
"""

import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

#: Bytes of one file; a notebook full of pictures has a tenth of it.
MAX_BYTES = 50 * 2**20

#: Bytes of all files, unpacked, and how many there may be.
MAX_TOTAL = 8 * 2**30
MAX_FILES = 50_000

#: Folders below which no platform puts anything.
_DEPTH = 8

_NAME_LENGTH = 400

#: How files in a zip are packed; others may take gigabytes of memory before a byte comes out.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: What a damaged file in a zip can fail with.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)


class RefusedError(ValueError):
    """A file that is not read; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file.

    Parameters
    ----------
    name
        Its path below the folder or in the zip, with slashes.
    time
        Its own time, if it has one.
    read
        Returns its bytes, `MAX_BYTES` at most, or raises `RefusedError`.
    """

    name: str
    time: datetime | None
    read: Callable[[], bytes]

    @property
    def parts(self) -> tuple[str, ...]:
        """Of its name."""
        return tuple(self.name.split("/"))


@dataclass(frozen=True, slots=True)
class Files:
    """What was found.

    Parameters
    ----------
    entries
        By name.
    refused
        What was refused, in words.
    """

    entries: tuple[Entry, ...]
    refused: tuple[str, ...]


def shown(text: str, most: int = 120) -> str:
    """Return text that somebody else wrote, so that it can do nothing to a terminal or a log."""
    kept = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


@contextmanager
def opened(source: Path) -> Iterator[Files]:
    """Look into a folder or a zip.

    Raises
    ------
    ValueError
        If it is neither, or has too many files.
    OSError
        If it cannot be read.
    """
    if source.is_dir():
        yield _files(_in_folder(source))
    elif source.is_file():
        try:
            with zipfile.ZipFile(source) as archive:
                yield _files(_in_zip(archive))
        except zipfile.BadZipFile as error:
            raise ValueError(
                f"{source} is no folder and no zip that can be read: {error}"
            ) from None
    else:
        raise ValueError(f"there is no {source}")


def _files(found: Iterator[Entry | str]) -> Files:
    """Keep entries with sound names, each once; say what is refused."""
    entries: dict[str, Entry] = {}
    refused: list[str] = []
    twice: set[str] = set()
    for number, entry in enumerate(found):
        if number >= MAX_FILES:
            raise ValueError(f"there are more than {MAX_FILES:,} files; hand over fewer at once")
        if isinstance(entry, str):
            refused.append(entry)
        elif problem := _problem(entry.name):
            refused.append(f"{shown(entry.name)}: {problem}")
        else:
            key = unicodedata.normalize("NFC", entry.name).casefold()
            if key in entries or key in twice:
                # Neither is believed: who put in a second one may mean either.
                twice.add(key)
                entries.pop(key, None)
                refused.append(f"{shown(entry.name)}: the name is there twice")
            else:
                entries[key] = entry
    return Files(tuple(sorted(entries.values(), key=lambda one: one.name)), tuple(refused))


def _problem(name: str) -> str:
    """Say what is wrong with a name; empty if nothing is."""
    parts = name.split("/")
    if len(name) > _NAME_LENGTH:
        return f"the name has {len(name):,} characters, more than {_NAME_LENGTH}"
    if not name.isprintable():
        return "the name has characters that cannot be printed"
    if "\\" in name or re.match(r"[A-Za-z]:", name) or name.startswith("/"):
        return "the name is that of a place outside"
    if any(part in ("", ".", "..") for part in parts):
        return "the name points elsewhere"
    return ""


# ------------------------------------------------------------------ folders


def _in_folder(folder: Path, above: str = "", depth: int = 0) -> Iterator[Entry | str]:
    with os.scandir(folder) as found:
        items = sorted(found, key=lambda item: item.name)
    for item in items:
        name = f"{above}{item.name}"
        if item.is_symlink():
            yield f"{shown(name)}: it is a link"
        elif item.is_dir(follow_symlinks=False):
            if depth >= _DEPTH:
                yield f"{shown(name)}: it lies too deep"
            elif not item.name.startswith("."):  # .ipynb_checkpoints, .git
                yield from _in_folder(folder / item.name, f"{name}/", depth + 1)
        elif not item.is_file(follow_symlinks=False):
            yield f"{shown(name)}: it is no file but a device, a pipe or a socket"
        elif not item.name.startswith("."):
            yield _of_folder(folder / item.name, name, item.stat(follow_symlinks=False).st_mtime)


def _of_folder(path: Path, name: str, seconds: float) -> Entry:
    def read() -> bytes:
        # It may have become something else since it was looked at.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise RefusedError(f"{shown(name)}: it is no file")
                return _bounded(name, file.read(MAX_BYTES + 1))
        except OSError as error:
            raise RefusedError(f"{shown(name)}: {error.strerror}") from None

    return Entry(name, datetime.fromtimestamp(seconds).astimezone(), read)


def _bounded(name: str, content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise RefusedError(f"{shown(name)}: it is larger than {MAX_BYTES // 2**20} MB")
    return content


# ------------------------------------------------------------------ zips


def _in_zip(archive: zipfile.ZipFile) -> Iterator[Entry | str]:
    total = sum(info.file_size for info in archive.infolist())
    if total > MAX_TOTAL:
        raise ValueError(f"the zip would unpack to {total:,} bytes; at most {MAX_TOTAL:,} are read")
    for info in archive.infolist():
        name = info.orig_filename.removesuffix("/") if info.is_dir() else info.orig_filename
        if stat.S_ISLNK(info.external_attr >> 16):
            yield f"{shown(name)}: it is a link"
        elif info.is_dir():
            if problem := _problem(name):
                yield f"{shown(name)}: {problem}"
        elif not any(re.match(r"\.[^.\\]", part) for part in name.split("/")):  # as in folders
            yield _of_zip(archive, info, name)


def _of_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Entry:
    def read() -> bytes:
        try:
            if info.compress_type not in _METHODS or info.flag_bits & 1:
                raise RefusedError(f"{shown(name)}: it is packed in an unusual way, or locked")
            with archive.open(info) as file:
                return _bounded(name, file.read(MAX_BYTES + 1))
        except _UNREADABLE as error:
            raise RefusedError(f"{shown(name)}: {shown(str(error))}") from None

    try:
        time = datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError):
        time = None
    return Entry(name, time, read)
