"""On-site adaptation: fine-tunes a model on a site's confirmed normals, and keeps the old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nidus_training.config import ModelConfig
from nidus_training.data import Slice
from nidus_training.evaluate import prepare
from nidus_training.export import load_onnx
from nidus_training.networks import Ensemble, Network
from nidus_training.planted import plant_lesions
from nidus_training.store import build_store
from nidus_training.train import TrainingStores, fit

LEARNING_RATE_SHARE = 0.05
SEED = 7
PLANTED = 64


@dataclass(frozen=True)
class Limits:
    """How much worse is worse: factor of the error on original normals, loss of AUROC of planted lesions."""

    error: float = 1.02
    auroc: float = 0.01


DEFAULT_LIMITS = Limits()


class AdaptationRefusedError(RuntimeError):
    """The adapted model is worse than the old one."""


@dataclass(frozen=True)
class Comparison:
    """One model on one set of normals.

    Attributes:
        error: Mean absolute error inside the eroded foreground.
        planted_auroc: AUROC of the residual for the pixels of planted lesions.
    """

    error: float
    planted_auroc: float


def compare(network: Network, config: ModelConfig, normals: Sequence[Slice]) -> Comparison:
    """Measures a network on normals and on lesions planted into them, always the same ones."""
    from sklearn.metrics import roc_auc_score

    pre, maps = config.preprocessing, config.maps
    calm = prepare(normals, pre, maps.foreground_erosion)
    errors = [residual(network, one.x)[one.mask].mean() for _, one in calm]
    scores, truth = [], []
    rounds = -(-PLANTED // max(1, len(normals)))
    planted = [one for k in range(rounds) for one in plant_lesions(normals, pre, SEED + k)]
    for one, made in prepare(planted, pre, maps.foreground_erosion):
        wy, wx = made.grid.weights(*one.values.shape)
        assert one.lesion is not None
        inside = (wy @ one.lesion.astype(np.float64) @ wx.T) > 0.5
        scores.append(residual(network, made.x)[made.mask])
        truth.append(inside[made.mask])
    pooled = np.concatenate(truth)
    auroc = float(roc_auc_score(pooled, np.concatenate(scores))) if pooled.any() else float("nan")
    return Comparison(float(np.mean(errors)), auroc)


def residual(network: Network, x: np.ndarray) -> np.ndarray:
    """|x - reconstruction| of one model input, [height, width]."""
    with torch.no_grad():
        rebuilt = network(torch.from_numpy(x[None]))[0][0].numpy()
    difference: np.ndarray = np.abs(x - rebuilt).mean(axis=0)
    return difference


def adapt(
    config: ModelConfig,
    old: Path,
    site: tuple[Sequence[Slice], Sequence[Slice]],
    original: Sequence[Slice],
    run: Path,
    samples: int,
    say: Callable[[str], None] = print,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Network, dict[str, Any]]:
    """Fine-tunes, a mean of networks member by member, and compares; the caller writes the new model.

    Args:
        config: Of the old model.
        old: Its ONNX file, written by this package.
        site: (normals to train on, normals to calibrate on), of different patients.
        original: The old model's calibration normals.
        run: Receives the checkpoints.
        samples: How many to train on.
        say: Takes progress lines.
        limits: How much worse is worse.

    Returns:
        (adapted network, old against new as a table).

    Raises:
        AdaptationRefusedError: The error on the site's calibration normals has risen, or planted lesions are
            told apart worse on either set, or the error on the original set has risen beyond the limits.
    """
    before = load_onnx(old)
    t = config.training
    tuned = replace(
        config,
        training=replace(
            t,
            samples=samples,
            learning_rate=t.learning_rate * LEARNING_RATE_SHARE,
            kl_ramp=0.0,
            lesion_share=0.0,
            phantom_share=0.0,
        ),
    )
    stores = TrainingStores(build_store(site[0], config.preprocessing, config.maps.foreground_erosion))
    if run.exists():
        shutil.rmtree(run)
    # Normalisation is folded in the exported weights and stays so: few images would move its statistics.
    after: Network
    if isinstance(before, Ensemble):
        tuned_members = [
            fit(tuned, stores, run / f"member-{k}", say, initial=one)  # type: ignore[arg-type]
            for k, one in enumerate(before.members)
        ]
        after = Ensemble(tuned_members, *before.size).eval()
    else:
        after = fit(tuned, stores, run, say, initial=before)
    table: dict[str, Any] = {}
    worse = []
    for name, normals in (("site", site[1]), ("original", original)):
        pair = compare(before, config, normals), compare(after, config, normals)
        table[name] = {"old": asdict(pair[0]), "new": asdict(pair[1])}
        limit = pair[0].error * (1.0 if name == "site" else limits.error)
        if pair[1].error > limit:
            worse.append(f"error on {name} normals {pair[0].error:.4f} -> {pair[1].error:.4f}")
        if pair[1].planted_auroc < pair[0].planted_auroc - limits.auroc:
            found = f"{pair[0].planted_auroc:.3f} -> {pair[1].planted_auroc:.3f}"
            worse.append(f"AUROC of planted lesions in {name} normals {found}")
    if worse:
        raise AdaptationRefusedError(f"the adapted model is worse, the old one stays: {'; '.join(worse)}")
    return after, table
