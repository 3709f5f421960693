"""Golden arrays that prove the application's TypeScript and this package make the same maps, to 1e-5.

The networks have seeded random weights and are exported as trained ones are; no image of a person is in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nidus_training.config import NetworkConfig
from nidus_training.export import export_onnx, load_onnx
from nidus_training.golden import head
from nidus_training.maps.elbo import RECONSTRUCTION_LOSSES
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.networks import Autoencoder
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import (
    MAP_NAMES,
    ContextSettings,
    EnsembleSettings,
    MapSettings,
    MonteCarloSettings,
    Preprocessing,
    RestorationSettings,
    SmoothGradientSettings,
    Statistics,
)

OTHER_LOSSES = tuple(kind for kind in RECONSTRUCTION_LOSSES if kind != "l1")
OTHER_LOSS_MAPS = ("grad-rec", "grad-elbo", "smoothgrad", "restoration")
SIDE = 32
BETA = 0.05
PREPROCESSING = Preprocessing(height=SIDE, width=SIDE, version="golden-maps-1")
SETTINGS = MapSettings(
    smoothing_sigma_px=0.8,
    combi_smoothing_sigma_px=0.5,
    foreground_erosion=0.05,
    default="rec",
    statistics={name: Statistics(0.0, 1.0) for name in MAP_NAMES}
    | {"rec": Statistics(0.02, 0.5), "grad-kl": Statistics(0.1, 0.2)},
    available=MAP_NAMES,
    context=ContextSettings(6, 4),
    monte_carlo=MonteCarloSettings(5, 3),
    smooth_gradient=SmoothGradientSettings(4, 0.08, 7),
    restoration=RestorationSettings(6, 0.02, 0.4, 0.05),
)


def build_network(seed: int, latent: int) -> Autoencoder:
    """A small network with seeded random weights, large enough for every map to have something to show."""
    torch.manual_seed(seed)
    network = Autoencoder(NetworkConfig(channels=(4, 8), latent=latent), SIDE, SIDE)
    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d | torch.nn.Linear):
            torch.nn.init.kaiming_normal_(layer.weight)
    for layer, share in ((network.mu, 4.0), (network.log_var, 0.5), (network.decoder[-1], 0.1)):
        with torch.no_grad():
            layer.weight.mul_(share)  # type: ignore[operator]
    torch.nn.init.constant_(network.log_var.bias, -1.0)
    torch.nn.init.constant_(network.decoder[-1].bias, 0.3)  # type: ignore[arg-type]
    return network.eval()


def build_slices() -> list[ModelSlice]:
    """Two synthetic slices on the model grid."""
    made = [
        preprocess_slice(head(64, 80, seed), (0.9, 0.9), PREPROCESSING, SETTINGS.foreground_erosion)
        for seed in (1, 2)
    ]
    return [one for one in made if one is not None]


def write_golden_maps(out: Path) -> list[str]:
    """Writes two models, two slices and every map of the first model; returns the names of the maps.

    Args:
        out: Folder of the fixture: `first/` and `second/` with model.onnx, case.json, x-K.npy, mask-K.npy and
            `<map>-K.npy` (float32, standardised, [height, width]) for slice K, which are made with L1;
            `<loss>/<map>-0.npy` those that another loss changes, of the first slice.
    """
    models = {}
    for name, seed, latent in (("first", 11, 6), ("second", 12, 9)):
        sha256 = export_onnx(build_network(seed, latent), out / name / "model.onnx")
        models[name] = (sha256, MapModel(load_onnx(out / name / "model.onnx"), SETTINGS, BETA))
    settings = replace(SETTINGS, ensemble=EnsembleSettings("rec", (("second", models["second"][0]),)))
    first = replace(models["first"][1], settings=settings, members=(models["second"][1],))
    slices = build_slices()
    for k, one in enumerate(slices):
        np.save(out / f"x-{k}.npy", one.x)
        np.save(out / f"mask-{k}.npy", one.mask.astype(np.uint8))
    save_maps(out, first, slices, MAP_NAMES)
    for loss in OTHER_LOSSES:
        save_maps(out / loss, replace(first, loss=loss), slices[:1], OTHER_LOSS_MAPS)
    case: dict[str, Any] = {
        "input": {"name": "x", "layout": "NCHW", "channels": 1, "height": SIDE, "width": SIDE},
        "preprocessing": PREPROCESSING.to_manifest(),
        "losses": {"reconstruction": "l1", "beta": BETA},
        "maps": settings.to_manifest(),
        "sha256": {name: sha256 for name, (sha256, _) in models.items()},
    }
    (out / "case.json").write_text(json.dumps(case, indent=2) + "\n", encoding="utf-8")
    return list(MAP_NAMES)


def save_maps(out: Path, model: MapModel, slices: list[ModelSlice], names: Sequence[str]) -> None:
    """Writes the standardised maps of slices, 0 outside their masks."""
    out.mkdir(exist_ok=True)
    maps = make_maps(model, slices, names)
    for k, one in enumerate(slices):
        for name in names:
            statistics = model.settings.statistics[name]
            plane = np.where(one.mask, (maps[name][k] - statistics.median) / statistics.spread, 0.0)
            np.save(out / f"{name}-{k}.npy", plane.astype(np.float32))
