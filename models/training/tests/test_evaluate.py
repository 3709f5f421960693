"""Evaluation: a planted bright lesion is found, and the card says what was measured."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nidus_training.baselines import fit_baselines
from nidus_training.calibrate import calibrate
from nidus_training.card import threshold_table, write_card
from nidus_training.data import Slice
from nidus_training.evaluate import evaluate_baselines, evaluate_model
from nidus_training.manifest import build_manifest, settings_of
from nidus_training.maps.make import MapModel
from nidus_training.networks import Autoencoder, fold_batch_norm
from synthetic import heads, small_config, stored


def with_lesions(slices: list[Slice]) -> list[Slice]:
    """Plants a bright disc beside the ventricles of every slice."""
    y, x = np.mgrid[0:96, 0:96]
    lesion = np.hypot(y - 42, x - 62) < 7
    return [
        replace(one, values=np.where(lesion, 210, one.values).astype(np.uint8), lesion=lesion)
        for one in slices
    ]


def test_a_constant_reconstruction_scores_brightness(tmp_path: Path) -> None:
    # All weights zero but the last bias: the reconstruction is .3 everywhere, rec ranks as brightness does.
    config = small_config()
    size = config.preprocessing
    network = fold_batch_norm(Autoencoder(config.network, size.height, size.width))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.decoder[-1].bias.fill_(0.3)  # type: ignore[union-attr, operator]
    normals = heads(8, 3, "calibration")
    manifest = build_manifest(config, calibrate(network, config, normals), "0" * 64, 10, 5, "recipe")
    lesions = with_lesions(heads(8, 4, "test"))
    pre, maps = settings_of(manifest)
    model = MapModel(network, maps, manifest["losses"]["beta"], pre.clip)
    table, _ = evaluate_model(model, manifest, settings_of(manifest), lesions, repeats=20)
    assert table["rec"]["auroc"]["value"] > 0.95
    assert table["rec"]["threshold"] == "p99"
    plain, _ = evaluate_baselines(
        fit_baselines(stored(config), config), settings_of(manifest), lesions, normals, repeats=20
    )
    assert plain["raw intensity"]["auroc"]["value"] > 0.95
    assert set(plain) == {"raw intensity", "PCA-64 residual", "|x - mirrored x|", "|x - mean image|"}

    manifest["metrics"] = {
        "calibration": {"slices": 8, "patients": 4, "phantomSlices": 0},
        "brainFlairTest": {"slices": 8, "patients": 4, "maps": table, "baselines": plain},
    }
    # the Dice at the percentile of the table is the same whether counted by bins or by pixels
    for row in (table["rec"], plain["raw intensity"]):
        assert row["dice_at"]["p99"]["value"] == pytest.approx(row["dice"]["value"], abs=1e-12)
    at = table["rec"]["dice_at"]["p995"]["value"]
    assert f" {at:.3f} [" in threshold_table(manifest)[2]
    write_card(tmp_path, manifest, config)
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "not for diagnosis" in card
    assert f"| **rec** (default) | {table['rec']['auroc']['value']:.3f}" in card
    assert "CC-BY-NC-SA-4.0" in card
