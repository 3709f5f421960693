"""Planted lesions, guards and adaptation on synthetic heads."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nidus_training import adapt as adaptation
from nidus_training import train
from nidus_training.export import export_onnx, prepare
from nidus_training.guards import check_model, words_of, write_latent_figures
from nidus_training.networks import Autoencoder, Ensemble
from nidus_training.planted import KINDS, plant_lesions
from synthetic import heads, silent, small_config, stored


def trained(folder: Path, samples: int = 3200) -> Autoencoder:
    config = small_config(samples=samples)
    network = train.fit(config, train.TrainingStores(stored(config)), folder, silent)
    assert isinstance(network, Autoencoder)
    return network


def test_planted_lesions_repeat_and_lie_inside_the_head() -> None:
    normals, pre = heads(8, 5, "calibration"), small_config().preprocessing
    first, second = plant_lesions(normals, pre, 3), plant_lesions(normals, pre, 3)
    assert [one.name.split(":")[0] for one in first] == [*KINDS, *KINDS]
    for a, b, before in zip(first, second, normals, strict=True):
        assert np.array_equal(a.values, b.values)
        assert a.lesion is not None
        assert a.lesion.any()
        # Nothing far from the lesion has changed, and it lies in the head (radius below 38 pixels).
        changed = np.abs(a.values.astype(float) - before.values) > 1
        y, x = np.nonzero(a.lesion)
        assert np.hypot(y - 48, x - 48).max() < 38
        assert changed[np.hypot(*(np.mgrid[0:96, 0:96] - 48)) > 45].sum() == 0
    assert not np.array_equal(first[0].values, plant_lesions(normals, pre, 4)[0].values)


def test_an_identity_is_warned_of_as_over_capacity_and_a_constant_code_as_collapsed() -> None:
    config, normals = small_config(), heads(8, 3, "calibration")
    settings = config.preprocessing, config.maps
    size = config.preprocessing
    network = prepare(Autoencoder(config.network, size.height, size.width))
    assert isinstance(network, Autoencoder)
    with torch.no_grad():
        network.mu.weight.zero_()
        network.mu.bias.zero_()
        network.log_var.weight.zero_()
        network.log_var.bias.zero_()
    report = check_model(network, settings, normals, plant_lesions(normals, size, 7))
    # mu = 0 and log variance = 0 is the prior: KL is 0 in all dimensions
    assert report.active_units == 0
    assert any("collapse" in one for one in report.warnings)
    assert any("over-capacity" in one for one in words_of(replace(report, effect_size=0.1, p_value=0.4)))


def test_latent_figures_are_written_for_networks_with_a_code(tmp_path: Path) -> None:
    config = small_config()
    network = prepare(Autoencoder(config.network, 16, 16))
    paths = write_latent_figures(network, np.zeros((1, 16, 16), dtype=np.float32), tmp_path)
    assert [path.name for path in paths] == ["latent-traversal.png", "prior-samples.png"]


def test_a_mean_of_networks_is_adapted_member_by_member(tmp_path: Path) -> None:
    config = small_config("dae")
    stores = train.TrainingStores(stored(config))
    members = [
        train.fit(
            replace(config, training=replace(config.training, seed=seed)),
            stores,
            tmp_path / str(seed),
            silent,
        )
        for seed in (1, 2)
    ]
    old = tmp_path / "old" / "model.onnx"
    export_onnx(Ensemble(members, 16, 16), old)
    site = heads(10, 31), heads(6, 32, "calibration")
    wide = adaptation.Limits(error=2.0, auroc=0.5)
    network, _ = adaptation.adapt(
        config, old, site, heads(6, 33, "calibration"), tmp_path / "tuned", 1600, silent, wide
    )
    assert isinstance(network, Ensemble)
    pairs = zip(members, network.members, strict=True)
    assert all(not torch.equal(a.last.weight, b.last.weight) for a, b in pairs)  # type: ignore[union-attr]


def test_adaptation_keeps_the_old_file_and_refuses_what_is_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config()
    old = tmp_path / "old" / "model.onnx"
    export_onnx(trained(tmp_path / "run", 320), old)
    written = old.read_bytes()
    site = heads(10, 31), heads(6, 32, "calibration")
    original = heads(6, 33, "calibration")
    # A network that has hardly learned gains by more training; lesions in 16 x 16 pixels say little of it.
    wide = adaptation.Limits(error=1.1, auroc=0.2)
    network, table = adaptation.adapt(config, old, site, original, tmp_path / "tuned", 2400, silent, wide)
    assert table["site"]["new"]["error"] <= table["site"]["old"]["error"]
    assert isinstance(network, Autoencoder)
    assert old.read_bytes() == written
    ruined = prepare(trained(tmp_path / "ruined", 320))
    with torch.no_grad():
        for parameter in ruined.parameters():
            parameter.zero_()
    monkeypatch.setattr(adaptation, "fit", lambda *given, **named: ruined)
    with pytest.raises(adaptation.AdaptationRefusedError, match=r"error on site normals .* AUROC"):
        adaptation.adapt(config, old, site, original, tmp_path / "again", 400, silent)
