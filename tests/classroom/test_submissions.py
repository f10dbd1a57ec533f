"""Who handed in what: layouts found from names, and whatever names can do refused by name."""

import io
import os
import stat
import struct
import zipfile
from datetime import datetime

import pytest

from effnet_lab.classroom.files import MAX_BYTES, RefusedError, opened
from effnet_lab.classroom.submissions import find_submissions, layout_of
from effnet_lab.exercises.assignment import ASSIGNMENTS

ASSIGNMENT = ASSIGNMENTS["counting_cost"]


def write(folder, names, content=b"{}"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(path, names, content=b"{}"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


@pytest.fixture
def found(course):
    def found(source):
        with opened(source) as files:
            return find_submissions(course, ASSIGNMENT, files)

    return found


def whose(found):
    return {one.learner.id: one.entry.name for one in found.submissions}


# Layouts

NBGRADER = [f"submitted/{who}/01_counting_cost/01_counting_cost.ipynb" for who in ("ada", "eve")]
MOODLE = [
    "Ada Lovelace_12345_assignsubmission_file_/01_counting_cost.ipynb",
    "Bob ONeill_12346_assignsubmission_file/my work.ipynb",
    "Eve Van der Berg_12347_assignsubmission_file_done.ipynb",
]
CANVAS = [
    "lovelaceada_101_9001_01_counting_cost-1.ipynb",
    "oneillbob_LATE_102_9002_work.ipynb",
    "vanderbergeve_late_7_9003_x.ipynb",
]
LAYOUTS = {"nbgrader": NBGRADER, "Moodle": MOODLE, "Canvas": CANVAS}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_each_layout_is_found_out_and_read(found, tmp_path, layout, packed):
    names = LAYOUTS[layout]
    make = zipped if packed else write
    result = found(make(tmp_path / ("all.zip" if packed else "all"), names))
    assert result.layout == layout
    who = ("ada", "eve") if layout == "nbgrader" else ("ada", "bob", "eve")
    assert whose(result) == dict(zip(who, names, strict=True))
    assert result.troubles == ()
    assert [one.id for one in result.missing] == (["bob"] if layout == "nbgrader" else [])


def test_plain_files_are_those_of_ids(found, tmp_path):
    result = found(write(tmp_path / "all", ["ADA.ipynb", "bob/x.ipynb"]))
    assert (result.layout, set(whose(result))) == ("plain", {"ada", "bob"})


def test_a_layout_with_marks_comes_before_one_of_depth():
    assert layout_of([("a", "b", "Ada_1_assignsubmission_file_", "x.ipynb")]) == "Moodle"
    assert layout_of([("all", "ada_1_2_x.ipynb")]) == "Canvas"


def test_other_assignments_of_nbgrader_are_left_out(found, tmp_path):
    write(tmp_path / "all", [*NBGRADER, "submitted/bob/02_mbconv/02_mbconv.ipynb"])
    assert set(whose(found(tmp_path / "all"))) == {"ada", "eve"}
    other = ["submitted/ada/ps1/x.ipynb", "submitted/ada/ps2/x.ipynb"]
    with pytest.raises(ValueError, match="are of ps1, ps2; none is called 01_counting_cost"):
        found(write(tmp_path / "others", other))
    # One folder, whatever its name: --assignment has said which one it is.
    assert set(whose(found(write(tmp_path / "one", other[:1])))) == {"ada"}


# What somebody must look at


def test_unknown_twice_and_without_notebook_are_told_by_name(found, tmp_path):
    names = [
        *MOODLE[:1],
        "Ada Lovelace_12345_assignsubmission_file_/second.ipynb",
        "Mallory_9_assignsubmission_file_/x.ipynb",
        "Bob O'Neill_12346_assignsubmission_file_/essay.pdf",
        "x.ipynb",
    ]
    result = found(write(tmp_path / "all", names))
    told = "\n".join(result.troubles)
    assert whose(result) == {"ada": MOODLE[0]}  # the one with the assignment's name
    assert "ada handed in 2 notebooks" in told
    assert "not on the roster: Mallory" in told
    assert "bob handed in no notebook, but Bob O'Neill_12346" in told
    assert "not understood: x.ipynb" in told
    assert [one.id for one in result.missing] == ["bob", "eve"]


def test_two_learners_of_one_name_need_numbers(folder, tmp_path):
    from effnet_lab.classroom.course import read_course

    roster = folder / "roster.csv"
    roster.write_text("id,name,moodle\na1,Ada L,\na2,Ada L,\n")
    write(tmp_path / "all", ["Ada L_77_assignsubmission_file_/x.ipynb"])
    with opened(tmp_path / "all") as files:
        result = find_submissions(read_course(folder), ASSIGNMENT, files)
        assert "a1 and a2 have this name" in result.troubles[0]
        roster.write_text("id,name,moodle\na1,Ada L,\na2,Ada L,77\n")
        assert set(whose(find_submissions(read_course(folder), ASSIGNMENT, files))) == {"a2"}


# Times


def test_nbgraders_time_stamp_is_read(found, tmp_path):
    write(tmp_path / "all", NBGRADER)
    stamp = tmp_path / "all/submitted/ada/01_counting_cost/timestamp.txt"
    for text in (
        "2026-03-01 12:00:00.000000 UTC",
        "2026-03-01T13:00:00+01:00",
        "2026-03-01 13:00:00 Europe/Berlin",
    ):
        stamp.write_text(text)
        ada = found(tmp_path / "all").submissions[0]
        assert ada.submitted == datetime.fromisoformat("2026-03-01T12:00:00+00:00")
        assert ada.told_by == "timestamp.txt"
    for text in ("soon", "", "2026-03-01 13:00:00 Mars/Base", "../../x"):
        stamp.write_text(text)
        ada = found(tmp_path / "all").submissions[0]
        assert (ada.submitted, ada.told_by) == (None, "unknown: timestamp.txt cannot be read")


def test_canvas_says_who_is_late_and_a_file_has_a_time(course, settings, tmp_path):
    info = [zipfile.ZipInfo(name, (2026, 3, 2, 10, 0, 0)) for name in CANVAS]
    with opened(zipped(tmp_path / "all.zip", info)) as files:
        ada, bob, _ = find_submissions(course, ASSIGNMENT, files).submissions
        assert (ada.submitted, ada.told_by) == (None, "Canvas: not late")
        assert bob.submitted == datetime(2026, 3, 2, 10).astimezone()
        assert bob.told_by == "Canvas: late; time of the file"
        strict = settings("file_times = true", "file_times = false")
        _, bob, _ = find_submissions(strict, ASSIGNMENT, files).submissions
        assert (bob.submitted, bob.told_by) == (None, "Canvas: late; unknown")


# What names and files can do


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../etc/ada_1_2_x.ipynb", "points elsewhere"),
        ("/etc/ada_1_2_x.ipynb", "place outside"),
        ("C:/ada_1_2_x.ipynb", "place outside"),
        ("..\\ada_1_2_x.ipynb", "place outside"),
        ("a/./ada_1_2_x.ipynb", "points elsewhere"),
        ("a//ada_1_2_x.ipynb", "points elsewhere"),
        ("ada\x1b[31m_1_2_x.ipynb", "cannot be printed"),
        ("ada\n_1_2_x.ipynb", "cannot be printed"),
        ("ada_1_2_\u202efdp.ipynb", "cannot be printed"),
        ("a" * 500 + "_1_2_x.ipynb", "more than 400"),
        (link("ada_1_2_x.ipynb", "/etc/passwd"), "it is a link"),
    ],
)
def test_a_name_in_a_zip_that_could_do_harm_is_refused_and_the_rest_is_read(
    found, tmp_path, name, why
):
    result = found(zipped(tmp_path / "all.zip", [name, CANVAS[0]], b"/etc/passwd"))
    assert whose(result) == {"ada": CANVAS[0]}
    assert why in result.troubles[0]
    assert result.troubles[0].isprintable()
    assert sorted(os.listdir(tmp_path)) == ["all.zip", "course"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_believed_neither_time(found, tmp_path):
    names = [CANVAS[0], CANVAS[0].upper().replace("IPYNB", "ipynb"), CANVAS[0], CANVAS[1]]
    result = found(zipped(tmp_path / "all.zip", names))
    assert set(whose(result)) == {"bob"}
    assert "the name is there twice" in result.troubles[0]


def test_a_bomb_is_read_up_to_a_limit(tmp_path):
    path = zipped(tmp_path / "all.zip", [CANVAS[0]], b"\0" * (MAX_BYTES + 1))
    assert path.stat().st_size < 2**20
    with opened(path) as files, pytest.raises(RefusedError, match="larger than 50 MB"):
        files.entries[0].read()


def test_a_size_that_lies_and_bytes_that_are_damaged_are_refused(tmp_path):
    whole = zipped(tmp_path / "all.zip", CANVAS, b"x" * 1000).read_bytes()
    lying = bytearray(whole)
    place = whole.index(b"PK\x01\x02")
    lying[place + 24 : place + 28] = struct.pack("<I", 10)  # says 10 bytes
    (tmp_path / "all.zip").write_bytes(lying)
    with opened(tmp_path / "all.zip") as files, pytest.raises(RefusedError):
        files.entries[0].read()
    (tmp_path / "all.zip").write_bytes(whole[:60] + b"???" + whole[63:])
    with opened(tmp_path / "all.zip") as files, pytest.raises(RefusedError):
        [entry.read() for entry in files.entries]


def test_what_is_packed_in_an_unusual_way_or_locked_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(CANVAS[0], b"{}")
    with opened(tmp_path / "all.zip") as files, pytest.raises(RefusedError, match="unusual way"):
        files.entries[0].read()
    locked = bytearray(zipped(tmp_path / "all.zip", CANVAS[:1]).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flags] |= 1
    (tmp_path / "all.zip").write_bytes(locked)
    with opened(tmp_path / "all.zip") as files, pytest.raises(RefusedError, match="locked"):
        files.entries[0].read()


def test_a_zip_that_is_none_or_would_fill_the_disk_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ValueError, match="no zip that can be read"), opened(tmp_path / "x.zip"):
        pass
    with pytest.raises(ValueError, match="there is no"), opened(tmp_path / "none.zip"):
        pass
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.ipynb", b"x")
    whole = bytearray(content.getvalue())
    start = 0
    while (start := whole.find(b"PK\x01\x02", start)) >= 0:
        whole[start + 24 : start + 28] = struct.pack("<I", 2**32 - 2)
        start += 4
    (tmp_path / "x.zip").write_bytes(whole)
    with pytest.raises(ValueError, match="would unpack to"), opened(tmp_path / "x.zip"):
        pass


def test_links_pipes_and_depths_in_a_folder_are_refused(found, tmp_path):
    folder = write(tmp_path / "all", CANVAS[:1])
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(b"{}")
    (folder / CANVAS[1]).symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / CANVAS[2])
    deep = folder
    for _ in range(12):
        deep = deep / "d"
    write(deep, ["eve_1_2_x.ipynb"])
    result = found(folder)
    told = "\n".join(result.troubles)
    assert whose(result) == {"ada": CANVAS[0]}
    for part in (f"{CANVAS[1]}: it is a link", "linked: it is a link", "a pipe", "too deep"):
        assert part in told


def test_a_file_that_becomes_a_link_is_not_followed(found, tmp_path):
    folder = write(tmp_path / "all", CANVAS[:1])
    entry = found(folder).submissions[0].entry
    (folder / CANVAS[0]).unlink()
    (folder / CANVAS[0]).symlink_to("/etc/passwd")
    with pytest.raises(RefusedError):
        entry.read()
    (folder / CANVAS[0]).unlink()
    os.mkfifo(folder / CANVAS[0])
    with pytest.raises(RefusedError, match="it is no file"):
        entry.read()


def test_no_notebooks_are_told(found, tmp_path):
    with pytest.raises(ValueError, match="there are no notebooks"):
        found(write(tmp_path / "all", ["readme.txt"]))
