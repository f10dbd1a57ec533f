import os

import pytest

from effnet_lab._files import keep_backup, write_atomically


def test_a_file_is_written_whole_with_its_folder(tmp_path):
    path = tmp_path / "deep" / "file"
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_there_is_moved_aside_each_time_under_another_name(tmp_path):
    path = tmp_path / "curve.png"
    backups = set()
    for content in (b"1", b"2", b"3"):
        path.write_bytes(content)
        backups.add(keep_backup(path))
        assert not path.exists()
    assert len(backups) == 3
    assert sorted(backup.read_bytes() for backup in backups) == [b"1", b"2", b"3"]
    assert all(backup.suffix == ".png" for backup in backups)


def test_nothing_there_is_nothing_to_keep(tmp_path):
    assert keep_backup(tmp_path / "nothing") is None
