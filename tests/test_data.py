import errno
import hashlib
import http.server
import io
import os
import tarfile
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pooch
import pytest

from effnet_lab.training import data
from effnet_lab.training.data import DataError, download, load_cifar10, load_data
from effnet_lab.training.dataset import (
    RECORD_BYTES,
    fingerprint,
    record_hashes,
    with_fewer_pictures,
)

RECORDS = 20  # in a file, instead of 10,000
NAMES = (*data.TRAIN_FILES, *data.TEST_FILES)


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    monkeypatch.setattr(data, "FILE_BYTES", RECORDS * RECORD_BYTES)
    monkeypatch.setattr(data, "CIFAR10_TRAIN_PICTURES", 90)
    monkeypatch.setattr(data, "CIFAR10_FINGERPRINT", written_fingerprint())


def records() -> np.ndarray:
    random = np.random.default_rng(0)
    made = random.integers(0, 256, (6 * RECORDS, RECORD_BYTES), np.uint8)
    made[:, 0] = np.arange(len(made)) % 10
    return made


def written_fingerprint() -> str:
    train, test = np.split(record_hashes(records()), [5 * RECORDS])
    return fingerprint(train, test)


def contents(made: np.ndarray | None = None) -> dict[str, bytes]:
    parts = np.split(records() if made is None else made, 6)
    return {name: part.tobytes() for name, part in zip(NAMES, parts, strict=True)}


def write(folder: Path, made: np.ndarray | None = None) -> Path:
    place = folder / data.FOLDER
    place.mkdir(parents=True)
    for name, content in contents(made).items():
        (place / name).write_bytes(content)
    return folder


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to see that nothing was lost or left behind."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- reading ------------------------------------------------------------------------------------


def test_pictures_and_labels_are_read(tmp_path):
    loaded = load_cifar10(write(tmp_path))
    assert loaded.train.images.shape == (90, 3, 32, 32)
    assert loaded.val.images.shape == (10, 3, 32, 32)
    assert loaded.test.images.shape == (RECORDS, 3, 32, 32)
    assert loaded.train.images.dtype == np.uint8
    by_pixels = {row[1:].tobytes(): row[0] for row in records()}
    for images, labels in (
        (loaded.train.images, loaded.train.labels),
        (loaded.val.images, loaded.val.labels),
        (loaded.test.images, loaded.test.labels),
    ):
        assert [by_pixels[image.tobytes()] for image in images] == labels.tolist()


def test_any_order_of_the_files_records_gives_the_same_data_set(tmp_path):
    shuffled = records()
    np.random.default_rng(5).shuffle(shuffled[: 5 * RECORDS])
    np.random.default_rng(6).shuffle(shuffled[5 * RECORDS :])
    one, two = load_cifar10(write(tmp_path / "a")), load_cifar10(write(tmp_path / "b", shuffled))
    assert one.fingerprint == two.fingerprint
    for name in ("train", "val", "test"):
        first, second = getattr(one, name), getattr(two, name)
        assert np.array_equal(first.images, second.images)
        assert np.array_equal(first.labels, second.labels)


def test_one_pixel_or_label_changes_the_fingerprint():
    base = records()
    pixel, label = base.copy(), base.copy()
    pixel[3, 100] ^= 1
    label[3, 0] = (label[3, 0] + 1) % 10
    marks = {fingerprint(record_hashes(made)) for made in (base, pixel, label)}
    assert len(marks) == 3


def test_the_hash_that_orders_the_pictures_never_changes():
    made = np.arange(2 * RECORD_BYTES, dtype=np.int64).astype(np.uint8).reshape(2, -1) % 250
    assert [f"{value:016x}" for value in record_hashes(made)] == HASHES


HASHES = ["a56c17f2cd70e16e", "2355baa659eae43d"]


@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_a_missing_file_is_named(tmp_path, name):
    (write(tmp_path) / data.FOLDER / name).unlink()
    with pytest.raises(DataError, match=rf"{name} is missing; `effnet-lab data download`"):
        load_cifar10(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=r"data_batch_1.bin is missing"):
        load_cifar10(tmp_path / "nowhere")


@pytest.mark.parametrize("change", [-1, -3073, +1, +3073])
def test_a_file_of_a_wrong_size_is_named_with_both_sizes(tmp_path, change):
    path = write(tmp_path) / data.FOLDER / NAMES[2]
    content = path.read_bytes()
    path.write_bytes(content[:change] if change < 0 else content + bytes(change))
    with pytest.raises(DataError, match=rf"{NAMES[2]} has {len(content) + change:,} bytes.*61,460"):
        load_cifar10(tmp_path)


def test_a_label_above_9_is_named_with_its_record(tmp_path):
    made = records()
    made[2 * RECORDS + 7, 0] = 11
    with pytest.raises(DataError, match=r"data_batch_3.bin: record 7 has label 11"):
        load_cifar10(write(tmp_path, made))


def test_a_directory_in_place_of_a_file_is_named(tmp_path):
    path = write(tmp_path) / data.FOLDER / NAMES[1]
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match=rf"{NAMES[1]} is not a file"):
        load_cifar10(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(np, "fromfile", refuse)
    with pytest.raises(DataError, match=r"data_batch_1.bin cannot be read: Permission denied"):
        load_cifar10(write(tmp_path))


def test_a_folder_that_may_not_be_entered_is_named(tmp_path, monkeypatch):
    write(tmp_path)
    stat = Path.stat

    def refuse(path, **options):
        if data.FOLDER in path.parts:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    for load in (load_cifar10, partial(load_data, "auto")):
        with pytest.raises(DataError, match=r"cannot be looked into: Permission denied"):
            load(folder=tmp_path)
    assert "cannot be looked into: Permission denied" in data.status(tmp_path)


def test_other_pictures_in_the_same_layout_are_refused(tmp_path):
    made = records()
    made[0, 5] ^= 1
    with pytest.raises(DataError, match=r"other content \(fingerprint"):
        load_cifar10(write(tmp_path, made))


def test_a_tenth_has_the_first_training_pictures_and_all_others(tmp_path):
    write(tmp_path)
    whole, tenth = (load_data(name, tmp_path, quiet=True) for name in ("cifar10", "cifar10-tenth"))
    assert len(tenth.train.labels) == 9
    for part, other in zip(tenth.train, whole.train, strict=True):
        np.testing.assert_array_equal(part, other[:9])
    for part, other in zip((*tenth.val, *tenth.test), (*whole.val, *whole.test), strict=True):
        np.testing.assert_array_equal(part, other)
    assert tenth.name == "cifar10-tenth"
    assert tenth.fingerprint != whole.fingerprint
    with pytest.raises(ValueError, match="train is 91; it must be from 1 to 90"):
        with_fewer_pictures(whole, 91, "more")


def test_auto_says_which_set_it_took(tmp_path, capsys):
    assert load_data("auto", write(tmp_path)).name == "cifar10"
    assert capsys.readouterr().out.startswith("cifar10: 90 training, 10 validation")
    assert load_data("auto", tmp_path / "nowhere").name == "toy"
    said = capsys.readouterr().out
    assert said.startswith("toy: 8,000 training")
    assert "no CIFAR-10 in" in said


def test_auto_does_not_hide_a_broken_copy_behind_the_toy_set(tmp_path):
    (write(tmp_path) / data.FOLDER / NAMES[0]).unlink()
    with pytest.raises(DataError, match="is missing"):
        load_data("auto", tmp_path, quiet=True)


def test_an_unknown_name_is_refused():
    known = "auto, cifar10, cifar10-tenth, toy"
    with pytest.raises(ValueError, match=f"data is 'mnist'; it must be one of {known}"):
        load_data("mnist")


def test_the_folder_is_the_named_one_then_the_environments_then_the_cache(monkeypatch):
    monkeypatch.setenv("EFFNET_LAB_DATA", "/somewhere")
    assert data.data_folder("/named") == Path("/named")
    assert data.data_folder() == Path("/somewhere")
    monkeypatch.setenv("EFFNET_LAB_DATA", "~/somewhere")
    assert data.data_folder() == Path.home() / "somewhere"
    monkeypatch.delenv("EFFNET_LAB_DATA")
    assert data.data_folder().name == "effnet_lab"


def test_status_tells_missing_from_broken_from_there(tmp_path):
    assert data.status(tmp_path).startswith("the toy set (no CIFAR-10 in")
    write(tmp_path)
    assert data.status(tmp_path).startswith(f"CIFAR-10 in {tmp_path}")
    (tmp_path / data.FOLDER / NAMES[0]).write_bytes(b"x")
    assert data.status(tmp_path).startswith("a broken CIFAR-10")
    assert "data_batch_1.bin has 1 bytes" in data.status(tmp_path)


def test_verify_reads_everything(tmp_path):
    assert "every picture is the official one" in data.verify(write(tmp_path))


# --- fetching -----------------------------------------------------------------------------------


def archive(files: dict[str, bytes] | None = None, prefix: str = f"{data.FOLDER}/") -> bytes:
    buffer = io.BytesIO()
    files = {**contents(), "batches.meta.txt": b"airplane\n"} if files is None else files
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(prefix + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """A source on this machine: a folder to put files in, and its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def fetch(server, target: Path, content: bytes, sources=("good.tar.gz",), md5=None) -> Path:
    folder, address = server
    (folder / "good.tar.gz").write_bytes(content)
    urls = [name if "//" in name else f"{address}/{name}" for name in sources]
    return download(target, urls, md5 or hashlib.md5(content).hexdigest())


def test_a_download_gives_a_set_that_loads_and_leaves_nothing_else(server, tmp_path):
    target = tmp_path / "data"
    place = fetch(server, target, archive())
    assert place == target / data.FOLDER
    assert load_cifar10(target).fingerprint == written_fingerprint()
    assert [path.name for path in target.iterdir()] == [data.FOLDER]


def test_the_next_source_is_used_when_one_is_down(server, tmp_path, capsys):
    dead = "http://127.0.0.1:9/down.tar.gz"
    fetch(server, tmp_path / "data", archive(), (dead, "missing.tar.gz", "good.tar.gz"))
    said = capsys.readouterr().out
    assert f"not from {dead}" in said
    assert "404" in said
    assert load_cifar10(tmp_path / "data").name == "cifar10"


def test_nothing_is_fetched_when_all_is_there(tmp_path, capsys):
    write(tmp_path)
    before = listing(tmp_path)
    download(tmp_path, ["http://127.0.0.1:9/never"])
    assert "nothing to fetch" in capsys.readouterr().out
    assert listing(tmp_path) == before


BAD_ARCHIVES = {
    "checksum": (archive(), "0" * 32, "no source gave CIFAR-10"),
    "not an archive": (b"<html>404</html>", None, "archive is damaged"),
    "cut short": (archive()[:-3000], None, "archive is damaged"),
    "a member missing": (
        archive({name: text for name, text in contents().items() if name != NAMES[3]}),
        None,
        f"no file {data.FOLDER}/{NAMES[3]}",
    ),
    "a member too small": (
        archive({**contents(), NAMES[3]: b"x", "batches.meta.txt": b""}),
        None,
        f"{NAMES[3]} in the archive has 1 bytes",
    ),
    "members that climb": (archive(prefix="../../"), None, f"no file {data.FOLDER}/{NAMES[0]}"),
}


@pytest.mark.parametrize("case", BAD_ARCHIVES)
@pytest.mark.parametrize("already", [False, True])
def test_a_bad_archive_is_refused_and_nothing_lost_or_left(server, tmp_path, case, already):
    content, md5, message = BAD_ARCHIVES[case]
    target = tmp_path / "data"
    target.mkdir()
    if already:  # an incomplete copy
        (write(target) / data.FOLDER / NAMES[0]).write_bytes(b"mine")
    before = listing(tmp_path)
    with pytest.raises(DataError, match=message):
        fetch(server, target, content, md5=md5)
    after = listing(tmp_path)
    assert {name: text for name, text in after.items() if "served" not in name} == before
    assert [path.name for path in target.iterdir()] == [data.FOLDER] * already


def test_members_that_climb_beside_good_ones_write_nothing_outside(server, tmp_path):
    evil = {**contents(), "batches.meta.txt": b"", "../../../evil": b"x", "../evil": b"x"}
    fetch(server, tmp_path / "deep" / "data", archive(evil))
    assert not list(tmp_path.rglob("evil"))


def test_a_link_in_place_of_a_file_is_not_followed(server, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        link = tarfile.TarInfo(f"{data.FOLDER}/{NAMES[0]}")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret")
        tar.addfile(link)
    with pytest.raises(DataError, match=r"data_batch_1.bin"):
        fetch(server, tmp_path / "data", buffer.getvalue())


@pytest.mark.parametrize("phase", ["fetching", "unpacking"])
def test_a_full_disk_is_said_and_nothing_left(server, tmp_path, monkeypatch, phase):
    def full(*args, **_):
        if phase == "fetching":
            Path(args[2].name if hasattr(args[2], "name") else args[2]).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if phase == "fetching":
        monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    else:
        monkeypatch.setattr(data, "_unpack_member", full)
    target = tmp_path / "data"
    (write(target) / data.FOLDER / NAMES[0]).write_bytes(b"mine")
    before = listing(target)
    with pytest.raises(DataError, match="No space left on device; nothing was changed"):
        fetch(server, target, archive())
    assert listing(target) == before


def test_an_incomplete_copy_is_kept_under_a_dated_name(server, tmp_path, capsys):
    target = tmp_path / "data"
    (write(target) / data.FOLDER / NAMES[0]).write_bytes(b"mine")
    fetch(server, target, archive())
    (backup,) = [path for path in target.iterdir() if path.name != data.FOLDER]
    assert (backup / NAMES[0]).read_bytes() == b"mine"
    assert str(backup) in capsys.readouterr().out


def test_what_a_killed_download_left_is_swept_up(server, tmp_path):
    stale = tmp_path / "data" / f"{data.TEMPORARY}old"
    stale.mkdir(parents=True)
    (stale / "archive.tar.gz").write_bytes(b"half")
    for path in (stale / "archive.tar.gz", stale):
        os.utime(path, (0, 0))
    fetch(server, tmp_path / "data", archive())
    assert [path.name for path in (tmp_path / "data").iterdir()] == [data.FOLDER]


def test_a_download_under_way_beside_ours_is_left_alone(server, tmp_path):
    other = tmp_path / "data" / f"{data.TEMPORARY}other"
    other.mkdir(parents=True)
    os.utime(other, (0, 0))  # an old folder in which something is being written
    (other / "archive.tar.gz").write_bytes(b"half")
    fetch(server, tmp_path / "data", archive())
    assert (other / "archive.tar.gz").read_bytes() == b"half"


def foreign(made: np.ndarray) -> None:
    made[0, 5] ^= 1


def mislabelled(made: np.ndarray) -> None:
    made[0, 0] = 77


@pytest.mark.parametrize("spoil", [foreign, mislabelled])
def test_a_copy_that_loading_refuses_is_replaced_and_kept(server, tmp_path, spoil):
    made = records()
    spoil(made)
    target = write(tmp_path / "data", made)
    mine = listing(target / data.FOLDER)
    with pytest.raises(DataError, match="`effnet-lab data download` replaces"):
        load_cifar10(target)
    fetch(server, target, archive())
    assert load_cifar10(target).fingerprint == written_fingerprint()
    (backup,) = [path for path in target.iterdir() if path.name != data.FOLDER]
    assert listing(backup) == mine


def test_a_copy_is_put_back_when_the_new_one_cannot_take_its_place(server, tmp_path, monkeypatch):
    target = tmp_path / "data"
    (write(target) / data.FOLDER / NAMES[0]).write_bytes(b"mine")
    before, rename = listing(target), Path.rename

    def refuse(path, new):
        if path.name == "unpacked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(new))
        return rename(path, new)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DataError, match=r"Permission denied.*nothing was changed"):
        fetch(server, target, archive())
    assert listing(target) == before


def test_a_spent_quota_is_not_blamed_on_the_sources(tmp_path, monkeypatch):
    def spent(*_, **__):
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr("pooch.retrieve", spent)
    with pytest.raises(DataError, match="quota exceeded; nothing was changed"):
        download(tmp_path, ["http://127.0.0.1:9/one", "http://127.0.0.1:9/two"])
    assert list(tmp_path.iterdir()) == []


def test_a_stop_by_hand_leaves_nothing(tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.retrieve", stopped)
    with pytest.raises(KeyboardInterrupt):
        download(tmp_path, ["http://127.0.0.1:9/one"])
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_a_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DataError, match="cannot be written"):
        download(tmp_path / "file", ["http://127.0.0.1:9/never"])
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif("EFFNET_LAB_DATA" not in os.environ, reason="needs CIFAR-10")
def test_the_real_cifar10_is_the_official_one(monkeypatch):
    monkeypatch.undo()
    loaded = load_cifar10(os.environ["EFFNET_LAB_DATA"])
    assert len(loaded.train.labels) == 45_000
    assert len(loaded.val.labels) == 5_000
    assert np.bincount(loaded.test.labels).tolist() == [1000] * 10
    everything = np.concatenate([loaded.train.images, loaded.val.images])
    means = everything.mean((0, 2, 3)) / 255
    assert means == pytest.approx([0.4914, 0.4822, 0.4465], abs=5e-5)  # the published ones
