"""The description of a training set, and what lies outside of it."""

from dataclasses import replace

import numpy as np

from nidus_training.domain import LEVELS, distance_from_domain, fit_domain, series_features
from synthetic import heads, small_config


def test_domain_knows_its_own_and_not_the_inverted() -> None:
    """Heads of the same kind pass, the same inverted do not."""
    config = small_config()
    pre, erosion = config.preprocessing, config.maps.foreground_erosion
    domain = fit_domain(heads(60, 1), pre, erosion)
    assert domain is not None
    assert domain["patients"] == 30
    assert len(domain["mean"]) == len(LEVELS) + 1
    others = series_features(heads(40, 2), pre, erosion)
    near = [distance_from_domain(domain, one[:-1]) for one in others.values()]
    # 1 % of 20 by construction; two would be rare
    assert sum(distance > domain["limit"] for distance in near) <= 1
    inverted = [replace(one, values=(255 - one.values).astype(np.uint8)) for one in heads(8, 3)]
    far = series_features(inverted, pre, erosion)
    assert all(distance_from_domain(domain, one[:-1]) > domain["limit"] for one in far.values())


def test_many_patients_set_the_limit_by_their_own_distances() -> None:
    """From 99 patients on 1 % of them, and no normal distribution, say how far is far."""
    config = small_config()
    pre, erosion = config.preprocessing, config.maps.foreground_erosion
    slices = heads(220, 4)
    domain = fit_domain(slices, pre, erosion)
    assert domain is not None and domain["patients"] == 110
    features = np.array(list(series_features(slices, pre, erosion).values()))[:, :-1]
    left_out = []
    for k in range(110):
        rest = np.delete(features, k, axis=0)
        precision = np.linalg.inv(np.cov(rest.T) + 1e-4 * np.eye(rest.shape[1]))
        away = features[k] - rest.mean(axis=0)
        left_out.append(float(np.sqrt(away @ precision @ away)))
    # ceil(.99 * 111) = 110: the largest of 110.
    assert abs(domain["limit"] - max(left_out)) < 1e-3


def test_too_few_patients_say_nothing() -> None:
    """Fewer patients than twice the features describe nothing."""
    config = small_config()
    assert fit_domain(heads(20, 1), config.preprocessing, config.maps.foreground_erosion) is None
