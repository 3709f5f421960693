"""Calibration: statistics, thresholds and the manifest that holds them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from nidus_training.calibrate import calibrate, draw_percentiles
from nidus_training.manifest import build_manifest, settings_of
from nidus_training.maps import to_source_grid
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.networks import Autoencoder, fold_batch_norm
from nidus_training.preprocess import preprocess_slice
from nidus_training.score import run_network
from nidus_training.settings import SliceScore
from synthetic import heads, small_config


def network() -> Autoencoder:
    torch.manual_seed(2)
    config = small_config()
    size = config.preprocessing
    return fold_batch_norm(Autoencoder(config.network, size.height, size.width))


def test_thresholds_leave_their_share_of_normal_pixels_above() -> None:
    config, normals = small_config(), heads(8, 3, "calibration")
    fitted = calibrate(network(), config, normals)
    beta = config.training.kl_weight * config.training.scale
    prepared = [preprocess_slice(n.modality_values, None, config.preprocessing, 0.08) for n in normals]
    slices = [one for one in prepared if one is not None]
    made = make_maps(MapModel(network(), fitted.maps, beta), slices, config.maps.available)
    for name in config.maps.available:
        scores = []
        for plane, one in zip(made[name], slices, strict=True):
            scores.append(to_source_grid(plane, one, fitted.maps.statistics[name])[one.eroded])
        pooled = np.concatenate(scores)
        for threshold in (t for t in fitted.thresholds if t["map"] == name):
            # an interpolated percentile lies between two order statistics; equal scores may be on either side
            rate, one_pixel = threshold["falsePositiveRate"], 1 / len(pooled) + 1e-12
            assert float((pooled > threshold["value"]).mean()) <= rate + one_pixel, name
            assert float((pooled >= threshold["value"]).mean()) >= rate - one_pixel, name
            low, high = threshold["confidence"]
            assert low <= high


def test_gradients_are_those_of_finite_differences() -> None:
    # float64 central differences of KL and of the summed L1, on a network with random weights.
    one = preprocess_slice(heads(1, 5)[0].modality_values, None, small_config().preprocessing, 0.08)
    assert one is not None
    net = network()
    (raw,) = run_network(net, [one])
    exact = net.double()
    x = torch.from_numpy(one.x[None]).double()
    step = 1e-6
    for row, column in [(8, 8), (5, 9), (11, 4)]:
        moved = []
        for sign in (1, -1):
            shifted = x.clone()
            shifted[0, 0, row, column] += sign * step
            reconstruction, mu, log_var = exact(shifted)
            kl = 0.5 * (mu**2 + log_var.exp() - log_var - 1).sum()
            moved.append((kl.item(), (shifted - reconstruction).abs().sum().item()))
        kl_slope, rec_slope = ((a - b) / (2 * step) for a, b in zip(*moved, strict=True))
        assert abs(kl_slope - raw.grad_kl[0, row, column]) < 1e-4
        assert abs(rec_slope - raw.grad_rec[0, row, column]) < 1e-4


def test_the_manifest_reads_back_as_the_same_settings() -> None:
    config = small_config()
    fitted = calibrate(network(), config, heads(4, 6, "calibration"))
    manifest = build_manifest(config, fitted, "0" * 64, 10, 5, "recipe")
    pre, maps = settings_of(manifest)
    assert pre == config.preprocessing
    assert maps == fitted.maps
    assert manifest["thresholds"][0]["map"] == config.maps.default
    assert manifest["thresholds"][0]["id"] == config.default_threshold


def test_bootstrap_percentiles_are_those_of_the_drawn_values() -> None:
    # numpy on the concatenated draw, the definition itself; bins hold 1 / 20000 of the values each.
    numbers = np.random.default_rng(4)
    groups = [numbers.normal(size=size).astype(np.float32) for size in (5000, 40000, 100, 17000)]
    found = draw_percentiles(groups, [95.0, 50.0, 99.0], 8)
    again = np.random.default_rng(8)
    for row in found[:20]:
        drawn = [groups[i] for i in again.integers(4, size=4)]
        expected = np.percentile(np.concatenate(drawn).astype(np.float64), [95.0, 50.0, 99.0])
        np.testing.assert_allclose(row, expected, atol=0.01)


def test_percentiles_of_draws_are_those_of_the_drawn_values() -> None:
    # numpy on the drawn patients' values themselves, drawn by the same generator
    rng = np.random.default_rng(0)
    groups = [rng.gamma(2.0, np.exp(0.5 * rng.normal()), 20000).astype(np.float32) for _ in range(7)]
    found = draw_percentiles(groups, [50, 95, 99], seed=3)[:100]
    same = np.random.default_rng(3)
    picked = [same.integers(len(groups), size=len(groups)) for _ in range(100)]
    exact = np.array(
        [np.percentile(np.concatenate([groups[k] for k in row]), [50, 95, 99]) for row in picked]
    )
    difference = (found - exact) / exact
    assert np.abs(difference).max() < 2e-3
    # to neither side: the mean is far below the size of a bin of the upper tail
    assert np.abs(difference.mean(axis=0)).max() < 5e-5


def test_the_slice_score_is_what_the_configuration_says() -> None:
    normals = heads(8, 3, "calibration")
    plain = small_config()
    plain = replace(plain, maps=replace(plain.maps, available=("rec",)))
    prepared = [preprocess_slice(n.modality_values, None, plain.preprocessing, 0.08) for n in normals]
    slices = [one for one in prepared if one is not None]
    raws = list(run_network(network(), slices))
    beta = plain.training.kl_weight * plain.training.scale
    wanted = {
        "elbo": [raw.rec + beta * raw.kl for raw in raws],
        "kl": [raw.kl for raw in raws],
    }
    for rule, scores in wanted.items():
        fitted = calibrate(network(), replace(plain, slice_score=SliceScore(rule)), normals).slice_score
        assert fitted["score"] == {"rule": rule}
        assert fitted["median"] == pytest.approx(np.median(scores), rel=1e-6)
        spread = 1.4826 * np.median(np.abs(scores - np.median(scores)))
        assert fitted["spread"] == pytest.approx(spread, rel=1e-5)
    # By default the 95 % quantile of the default map, standardised, on the source grid.
    fitted = calibrate(network(), plain, normals)
    assert fitted.slice_score["score"] == {"rule": "map-quantile", "map": "rec", "quantile": 0.95}
    planes = make_maps(MapModel(network(), fitted.maps, beta), slices, ["rec"])["rec"]
    statistics = fitted.maps.statistics["rec"]
    tops = [
        np.quantile(to_source_grid(plane, one, statistics)[one.eroded], 0.95)
        for plane, one in zip(planes, slices, strict=True)
    ]
    assert fitted.slice_score["median"] == pytest.approx(np.median(tops), rel=1e-6)


def test_a_slice_score_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of"):
        SliceScore("likelihood")
    with pytest.raises(ValueError, match="costly"):
        SliceScore(map="restoration")
