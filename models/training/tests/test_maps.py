"""Map steps against brute force."""

import numpy as np
from scipy import ndimage

from nidus_training.maps import gaussian_blur, smooth_inside, to_source_grid
from nidus_training.preprocess import preprocess_slice
from nidus_training.settings import Foreground, Preprocessing, Statistics


def test_blur_is_the_gaussian_filter_of_scipy() -> None:
    plane = np.random.default_rng(0).random((23, 31))
    expected = ndimage.gaussian_filter(plane, 1.7, mode="constant", truncate=4.0)
    np.testing.assert_allclose(gaussian_blur(plane, 1.7), expected, atol=1e-14)


def test_smoothing_does_not_fade_at_the_rim() -> None:
    mask = np.zeros((20, 20), dtype=bool)
    mask[5:15, 3:12] = True
    np.testing.assert_allclose(smooth_inside(np.full((20, 20), 3.0), mask, 2.0), np.where(mask, 3.0, 0.0))


def test_a_bright_block_peaks_where_it_lies() -> None:
    values = np.zeros((90, 60))
    values[10:80, 8:52] = 100
    values[30:38, 34:40] = 250
    settings = Preprocessing(height=64, width=64, foreground=Foreground(percentile=99, fraction=0.2))
    made = preprocess_slice(values, (0.8, 1.4), settings, 0.05)
    assert made is not None
    source = to_source_grid(made.x[0].astype(float), made, Statistics(0.35, 0.1))
    y, x = np.unravel_index(np.argmax(source), source.shape)
    assert 30 <= y < 38 and 34 <= x < 40
    # Outside the eroded foreground: (0 - median) / spread.
    np.testing.assert_allclose(source[~made.eroded], -3.5, rtol=1e-6)


def test_mirrored_slices_give_mirrored_scores() -> None:
    rng = np.random.default_rng(3)
    values = np.zeros((50, 64))
    values[8:44, 10:50] = 80 + 40 * rng.random((36, 40))
    settings = Preprocessing(height=32, width=32, foreground=Foreground(percentile=99, fraction=0.2))
    sides = [preprocess_slice(v, None, settings, 0.05) for v in (values, values[:, ::-1])]
    scores = [to_source_grid(s.x[0].astype(float), s, Statistics(0.3, 0.1)) for s in sides if s is not None]
    np.testing.assert_allclose(scores[0], scores[1][:, ::-1], atol=1e-5)
