"""Pictures: a map is read against its threshold, and the lesion keeps its inside visible."""

from dataclasses import replace

import numpy as np

from nidus_training.figures import choose_patients, grey, heat, outline
from nidus_training.preprocess import preprocess_slice
from synthetic import heads, small_config


def test_a_map_is_black_at_zero_yellow_at_its_threshold_and_white_at_16_times_it() -> None:
    config, one = small_config(), heads(1, 3, "test")[0]
    made = preprocess_slice(one.modality_values, one.spacing_mm, config.preprocessing, 0.0)
    assert made is not None
    for over, colour in ((0.0, (0, 0, 0)), (0.5, (255, 0, 0)), (1.0, (255, 255, 0)), (16.0, (255, 255, 255))):
        picture = heat(np.full(one.values.shape, over, dtype=np.float32), made)
        np.testing.assert_allclose(picture[5, 5], colour, atol=1)


def test_the_lesion_is_drawn_by_its_rim_alone() -> None:
    config, one = small_config(), heads(1, 3, "test")[0]
    y, x = np.mgrid[0:96, 0:96]
    one = replace(one, lesion=(abs(y - 48) < 8) & (abs(x - 48) < 8))
    made = preprocess_slice(one.modality_values, one.spacing_mm, config.preprocessing, 0.0)
    assert made is not None
    changed = (outline(one, made) != grey(one, made)).any(axis=2)
    # a square of 15 x 15 pixels less its inside of 11 x 11
    assert changed.sum() == 15 * 15 - 11 * 11


def test_best_median_and_worst_patients() -> None:
    assert choose_patients({"a": 0.2, "b": 0.9, "c": 0.5}) == [("best", "b"), ("median", "c"), ("worst", "a")]
