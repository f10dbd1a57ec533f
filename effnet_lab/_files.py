"""Writing files so that nothing is lost: whole or not at all, and never over something else."""

import os
import time
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    The folder is made if it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def keep_backup(path: Path) -> Path | None:
    """Move an existing file or folder aside under a dated name; return it, or None."""
    if not path.exists():
        return None
    stamp = time.strftime("%Y-%m-%d_%H%M%S")
    for number in range(1000):
        backup = path.with_name(f"{path.stem}.{stamp}{f'-{number}' * bool(number)}{path.suffix}")
        if not backup.exists():
            path.rename(backup)
            return backup
    raise FileExistsError(f"{path}: no free name for a backup")
