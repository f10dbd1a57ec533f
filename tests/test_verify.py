from dataclasses import replace

import pytest

import tiny
from effnet_lab import RunStore
from effnet_lab.records.compare import compare
from effnet_lab.records.statistics import results
from effnet_lab.training.data import load_data
from effnet_lab.training.sweep import sweep
from effnet_lab.training.verify import repetitions, verify

HERE = {"torch": "1", "machine": "here"}


def record(accuracy, seed=0, versions=HERE, **changes):
    return tiny.record(accuracy, seed, versions=versions, **changes)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Three seeds of a tiny network, trained in earnest."""
    toy = load_data("toy", quiet=True)
    recipe = replace(tiny.RECIPE, micro_batch=8)  # work for several threads
    plan = tiny.plan(512, data=toy.name, fingerprint=toy.fingerprint, recipe=recipe)
    store = RunStore(tmp_path_factory.mktemp("study") / "runs.jsonl")
    plans = [replace(plan, seed=seed) for seed in range(3)]
    return sweep(plans, store, workers=2, progress=False)


@pytest.mark.slow
def test_runs_made_again_are_equal_bit_for_bit(study):
    repetitions = verify(study, sample=2, seed=5, workers=2, progress=False)
    assert len(repetitions) == 2
    for repetition in repetitions:
        assert repetition.ok
        assert repetition.equal
        assert repetition.recorded is not repetition.repeated
        assert repetition.describe().endswith("now: equal, bit for bit")
    again = verify(study, sample=2, seed=5, workers=1, threads=3, progress=False)
    assert [v.recorded.key for v in again] == [v.recorded.key for v in repetitions]
    assert all(repetition.equal for repetition in again)


@pytest.mark.slow
def test_a_changed_record_is_found(study):
    forged = replace(study[0], test_accuracy=study[0].test_accuracy + 0.01)
    repetitions = verify([forged, *study[1:]], sample=99, workers=2, progress=False)
    assert [repetition.ok for repetition in repetitions] == [False, True, True]
    assert repetitions[0].describe().startswith("OFF tiny, seed 0: ")
    assert "not equal, although" in repetitions[0].describe()


ELSEWHERE = {"torch": "2", "machine": "elsewhere"}
STUDY = [record(accuracy, seed) for seed, accuracy in enumerate([0.50, 0.51, 0.52])]


@pytest.mark.parametrize(
    ("now", "ok"), [(0.51, True), (0.539, True), (0.481, True), (0.541, False), (0.479, False)]
)
def test_elsewhere_three_standard_deviations_are_near_enough(now, ok):
    (repetition,) = repetitions(STUDY[:1], [record(now, versions=ELSEWHERE)], results(STUDY))
    assert repetition.noise == pytest.approx(0.01)
    assert repetition.ok is ok
    assert ("within 3" if ok else "more than 3") in repetition.describe()


def test_on_the_same_machine_near_enough_is_not_enough():
    (repetition,) = repetitions(STUDY[:1], [record(0.5001)], results(STUDY))
    assert repetition.distance < 1
    assert not repetition.ok


def test_a_single_seed_borrows_the_noise_of_the_study():
    wide, wider = (replace(tiny.NET, width_mult=times) for times in (2.0, 3.0))
    lone, elsewhere = record(0.7, spec=wide), record(0.72, spec=wide, versions=ELSEWHERE)
    other = [record(a, seed, spec=wider) for seed, a in enumerate([0.60, 0.63, 0.62])]
    study = results([*STUDY, *other, lone])
    (repetition,) = repetitions([lone], [elsewhere], study)
    assert repetition.noise == compare(study).spread(study[0])
    assert 0.005 < repetition.noise < 0.01
    assert repetition.ok


def test_without_any_noise_known_only_equality_is_enough():
    (equal,) = repetitions(STUDY[:1], [record(0.5, versions=ELSEWHERE)], results(STUDY[:1]))
    (other,) = repetitions(STUDY[:1], [record(0.501, versions=ELSEWHERE)], results(STUDY[:1]))
    assert equal.ok
    assert not other.ok
    assert "one seed each" in other.describe()


def test_a_repetition_that_diverged_is_off():
    diverged = replace(
        record(0.5),
        status="diverged",
        reason="the loss was nan",
        test_accuracy=None,
        test_loss=None,
        versions=ELSEWHERE,
    )
    (repetition,) = repetitions(STUDY[:1], [diverged], results(STUDY))
    assert not repetition.ok
    assert "not tested now: diverged (the loss was nan)" in repetition.describe()


def test_nothing_to_verify_is_an_error():
    with pytest.raises(ValueError, match="no finished run among 1 records"):
        verify([replace(STUDY[0], status="stopped")])
    with pytest.raises(ValueError, match="sample"):
        verify(STUDY, sample=0)
