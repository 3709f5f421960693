"""Figures by lesion and image, against counts by hand and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from nidus_training.lesion_metrics import ScoredSlice, draw_images, draw_lesions
from nidus_training.metrics import paired_difference, summarise


def test_lesions_found_at_a_rate_of_false_findings() -> None:
    # One slice: two lesions scored 9 and 2, three false areas scored 8, 7 and 1, all of 16 pixels. Above 8.5:
    # one lesion, no false finding; above 1.5: both lesions, two false findings. So half at 1, all at 2.
    scores, truth = np.zeros((60, 60), dtype=np.float32), np.zeros((60, 60), dtype=bool)
    for k, (score, lesion) in enumerate(((9, True), (2, True), (8, False), (7, False), (1, False))):
        scores[2:6, 10 * k + 2 : 10 * k + 6] = score
        truth[2:6, 10 * k + 2 : 10 * k + 6] = lesion
    scores[55] = 0.001
    point, _ = draw_lesions([ScoredSlice("p", scores, truth)], 4, repeats=2)
    assert (point["lesions_at_1"], point["lesions_at_2"], point["lesions_at_4"]) == (0.5, 1.0, 1.0)


def test_image_auroc_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    truth = rng.random(80) < 0.5
    scores = np.round(rng.normal(size=80) + truth, 1)
    point, draws = draw_images(scores.tolist(), truth.tolist(), [str(k // 2) for k in range(80)], 50)
    assert point["image_auroc"] == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
    assert len(draws["image_auroc"]) == 50


def test_paired_differences_take_out_what_varies_alike() -> None:
    shared = np.linspace(0.2, 0.8, 50)
    mine = {"ap": 0.6}, {"ap": shared + 0.05}
    other = {"ap": 0.55}, {"ap": shared}
    found = paired_difference(mine, other, ["ap"])["ap"]
    assert (found.low, found.high) == (pytest.approx(0.05), pytest.approx(0.05))
    # The figures themselves overlap widely.
    assert summarise(*mine)["ap"].low < summarise(*other)["ap"].high
