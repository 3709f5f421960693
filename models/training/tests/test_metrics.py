"""Metrics against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from nidus_training.metrics import PixelScores, dice_above, evaluate_pixels


def slices(count: int = 6) -> list[PixelScores]:
    rng = np.random.default_rng(5)
    made = []
    for k in range(count):
        truth = rng.random(4000) < 0.05
        scores = (rng.normal(size=4000) + 1.5 * truth).astype(np.float32)
        scores[rng.random(4000) < 0.2] = -3
        made.append(PixelScores(f"patient-{k // 2}", scores, truth))
    return made


def test_figures_agree_with_scikit_learn() -> None:
    pixels = slices()
    scores = np.concatenate([one.scores for one in pixels])
    truth = np.concatenate([one.truth for one in pixels])
    figures = evaluate_pixels(pixels, threshold=1.25, repeats=20)
    # Ranks are kept in 8192 bins of equal count: figures are exact to about 1 / 8192.
    assert figures["auroc"].value == pytest.approx(roc_auc_score(truth, scores), abs=2e-4)
    assert figures["ap"].value == pytest.approx(average_precision_score(truth, scores), abs=2e-3)
    assert figures["dice"].value == pytest.approx(f1_score(truth, scores > 1.25), abs=1e-12)
    assert figures["best_dice"].value >= figures["dice"].value


def test_dice_above_a_threshold_is_that_of_the_figures_with_its_interval() -> None:
    pixels = slices()
    expected = evaluate_pixels(pixels, threshold=1.25, repeats=20)["dice"]
    found = dice_above(pixels, float(np.float32(1.25)), repeats=20)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), abs=1e-12
    )


def test_intervals_hold_the_figure_and_repeat() -> None:
    first = evaluate_pixels(slices(), repeats=50)
    second = evaluate_pixels(slices(), repeats=50)
    assert first == second
    for one in first.values():
        assert one.low <= one.value <= one.high
