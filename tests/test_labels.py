import pickle

import pytest

from effnet_lab import CompoundCoefficients, Labels


def test_labels_are_a_mapping_that_can_be_a_key():
    labels = Labels(family="grid", alpha=1.4)
    assert dict(labels) == {"family": "grid", "alpha": 1.4} == labels
    assert (len(labels), labels["alpha"], labels.get("beta")) == (2, 1.4, None)
    assert {labels: 1}[Labels(alpha=1.4, family="grid")] == 1
    with pytest.raises(TypeError):
        labels["family"] = "width"


def test_labels_go_to_another_process_and_back():
    labels = Labels(family="recipe", ingredient="flip only")
    assert pickle.loads(pickle.dumps(labels)) == labels
    assert eval(repr(labels)) == labels


def test_what_is_not_labelled_is_empty_or_none():
    assert Labels().family == ""
    assert Labels(alpha=1.4, beta=1.0).coefficients is None
    labels = Labels(family="grid", alpha=1.4, beta=1, gamma=1.2)
    assert labels.coefficients == CompoundCoefficients(1.4, 1, 1.2)


@pytest.mark.parametrize("value", [None, ["width"], float("nan")])
def test_a_label_is_text_or_a_number(value):
    with pytest.raises(ValueError, match=r"label family is .*; it must be text or a number"):
        Labels(family=value)
