"""The description of a training set, and what lies outside of it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats
from test_commands import CONFIG, write_pictures

from nidus_training.cli import main
from nidus_training.conformal import conformal_limit
from nidus_training.domain import (
    LEVELS,
    SeriesFeatures,
    distance_from_domain,
    fit_domain,
    series_features,
)
from nidus_training.outline import CELLS, fit_outline, outline_excess
from synthetic import heads, small_config


def features_of(slices: list) -> list[SeriesFeatures]:
    config = small_config()
    found = series_features(slices, config.preprocessing, config.maps.foreground_erosion)
    return list(found.values())


def test_domain_knows_its_own_and_not_the_inverted() -> None:
    """Heads of the same kind pass, the same inverted do not."""
    config = small_config()
    domain = fit_domain(heads(60, 1), config.preprocessing, config.maps.foreground_erosion)
    assert domain is not None
    assert domain["patients"] == 30
    assert len(domain["mean"]) == len(LEVELS) + 1
    assert len(domain["outline"]["mean"]) == CELLS**2

    def foreign(one: SeriesFeatures) -> tuple[bool, bool]:
        return (
            distance_from_domain(domain, one.intensities) > domain["limit"],
            outline_excess(domain["outline"], one.outlines) > domain["outline"]["limit"],
        )

    # 1 % of 20 by construction; two would be rare
    assert sum(any(foreign(one)) for one in features_of(heads(40, 2))) <= 1
    inverted = [replace(one, values=(255 - one.values).astype(np.uint8)) for one in heads(8, 3)]
    assert all(foreign(one) == (True, True) for one in features_of(inverted))


def test_outline_tells_a_cut_head_whose_grey_values_are_the_same() -> None:
    config = small_config()
    domain = fit_domain(heads(60, 1), config.preprocessing, config.maps.foreground_erosion)
    assert domain is not None
    cut = [replace(one, values=np.where(np.arange(96) < 48, one.values, 0)) for one in heads(8, 3)]
    for one in features_of(cut):
        assert outline_excess(domain["outline"], one.outlines) > domain["outline"]["limit"]


def test_medians_of_fewer_slices_may_lie_farther_off() -> None:
    """The distance is that of numpy's inverse of the covariance between patients and that within, over m."""
    config = small_config()
    slices = heads(60, 4)
    domain = fit_domain(slices, config.preprocessing, config.maps.foreground_erosion)
    assert domain is not None
    patients = [one.intensities for one in features_of(slices)]
    medians = np.array([np.median(one, axis=0) for one in patients])
    between = np.cov(medians.T) + 1e-4 * np.eye(8)
    off = [one - np.median(one, axis=0) for one in patients]
    within = np.mean([one.T @ one / len(one) for one in off], axis=0)
    given = patients[0] + 0.05
    for m in (1, 2):
        away = np.median(given[:m], axis=0) - medians.mean(axis=0)
        expected = np.sqrt(away @ np.linalg.inv(between + within / m) @ away)
        assert abs(distance_from_domain(domain, given[:m]) - expected) < 1e-3 * expected


def test_many_patients_set_the_limit_by_their_own_distances() -> None:
    """Where patients are enough, they, and no normal distribution, say how far is far."""
    config = small_config()
    pre, erosion = config.preprocessing, config.maps.foreground_erosion
    slices = heads(420, 4)
    domain = fit_domain(slices, pre, erosion)
    assert domain is not None and domain["patients"] == 210
    patients = [one.intensities for one in features_of(slices)]
    medians = np.array([np.median(one, axis=0) for one in patients])
    off = [one - np.median(one, axis=0) for one in patients]
    scatters = np.array([one.T @ one / len(one) for one in off])
    left_out = []
    for k in range(210):
        rest = np.delete(medians, k, axis=0)
        within = np.delete(scatters, k, axis=0).mean(axis=0)
        covariance = np.cov(rest.T) + 1e-4 * np.eye(rest.shape[1]) + within / len(patients[k])
        away = medians[k] - rest.mean(axis=0)
        left_out.append(float(np.sqrt(away @ np.linalg.inv(covariance) @ away)))
    # ceil(.995 * 211) = 210: the largest of 210.
    assert abs(domain["limit"] - max(left_out)) < 1e-3
    assert domain["outline"]["limit"] != round(float(stats.t.ppf(0.995, 209) * np.sqrt(211 / 210)), 4)


def test_conformal_limit_is_an_order_statistic_or_nothing() -> None:
    values = np.arange(99.0)[::-1]
    assert conformal_limit(values, 0.01) == 98.0
    assert conformal_limit(values, 0.1) == 89.0
    assert conformal_limit(values, 0.005) is None


def test_outline_keeps_the_directions_in_which_patients_differ() -> None:
    """Outlines made of two directions and noise: two are kept, and new ones keep to the false alarm rate."""
    rng = np.random.default_rng(3)
    directions = np.linalg.qr(rng.normal(size=(16, 2)))[0].T

    def patient() -> np.ndarray:
        scores = rng.normal(0, (0.4, 0.3), 2) + rng.normal(0, 0.02, (6, 2))
        return 0.5 + scores @ directions + rng.normal(0, 0.02, (6, 16))

    outline = fit_outline([patient() for _ in range(60)], 0.005)
    assert outline["cells"] == 4
    assert len(outline["components"]) == 2
    # the directions themselves, up to sign and a turn between them
    overlap = np.abs(np.linalg.det(np.array(outline["components"]) @ directions.T))
    assert overlap > 0.98
    assert abs(outline["residualVariance"] - 0.02**2) < 0.0001
    assert sum(outline_excess(outline, patient()) > outline["limit"] for _ in range(200)) <= 4
    foreign = patient() + 0.3 * (-1) ** np.arange(16)
    assert outline_excess(outline, foreign) > outline["limit"]


def test_all_of_an_image_has_no_outline() -> None:
    config = small_config()
    pre = config.preprocessing
    full = replace(pre, foreground=replace(pre.foreground, rule="full"), crop=replace(pre.crop, rule="full"))
    domain = fit_domain(heads(60, 1), full, 0.0)
    assert domain is not None and "outline" not in domain


def test_too_few_patients_say_nothing() -> None:
    """Fewer patients than twice the features describe nothing."""
    config = small_config()
    assert fit_domain(heads(20, 1), config.preprocessing, config.maps.foreground_erosion) is None


def test_describe_writes_the_domain_and_nothing_else(tmp_path: Path) -> None:
    folder, file, model = tmp_path / "normals", tmp_path / "site.toml", tmp_path / "models" / "site"
    write_pictures(heads(80, 1), folder)
    file.write_text(CONFIG.format(folder=folder.as_posix()))
    model.mkdir(parents=True)
    before = {"id": "site", "domain": {"limit": 1}, "metrics": {"kept": [1, 2]}}
    (model / "model.json").write_text(json.dumps(before))
    command = ["--threads", "1", "describe", str(file), "--models", str(tmp_path / "models")]
    assert main(command) == 0
    after = json.loads((model / "model.json").read_text())
    assert list(after) == list(before)
    assert after["domain"]["patients"] == 16
    assert {**after, "domain": before["domain"]} == before

    write_pictures(heads(4, 2), tmp_path / "few")
    file.write_text(CONFIG.format(folder=(tmp_path / "few").as_posix()).replace("0.3", "0.25"))
    assert main(command) == 1
    assert json.loads((model / "model.json").read_text()) == after
