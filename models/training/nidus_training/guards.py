"""Guards against the usual ways in which an autoencoder detects nothing: collapse, over-capacity, blur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from scipy import stats

from nidus_training.data import Slice
from nidus_training.evaluate import prepare
from nidus_training.losses import kl_per_dimension, ssim_map
from nidus_training.networks import Autoencoder, Network
from nidus_training.settings import MapSettings, Preprocessing

ACTIVE_NATS = 0.01
WANTED_EFFECT = 2.0
WANTED_SSIM = 0.6
TRAVERSED, STEPS, SAMPLES = 8, 7, 16


@dataclass(frozen=True)
class GuardReport:
    """What the guards found; figures are None where they do not apply.

    Attributes:
        kl_per_dimension: Mean KL of every latent dimension on normals, largest first, nats.
        active_units: Dimensions above 0.01 nats.
        effect_size: Cohen's d of the error of planted lesions over that of the same pixels before planting.
        t: Paired t statistic of the same errors.
        p_value: Of the paired test, one-sided.
        ssim: Mean structural similarity of normals and their reconstructions.
        warnings: What to look into, in words.
    """

    kl_per_dimension: list[float] | None
    active_units: int | None
    effect_size: float
    t: float
    p_value: float
    ssim: float
    warnings: list[str]

    def to_manifest(self) -> dict[str, Any]:
        """The report as it stands under `metrics.guards`."""
        return asdict(self)


def check_model(
    network: Network,
    settings: tuple[Preprocessing, MapSettings],
    normals: Sequence[Slice],
    planted: Sequence[Slice],
) -> GuardReport:
    """Runs every guard.

    Args:
        network: For inference.
        settings: Preprocessing and maps of the model.
        normals: Normal slices that trained nothing.
        planted: The same slices with planted lesions, named `kind:name`, see `plant_lesions`.
    """
    pre, maps = settings
    calm = prepare(normals, pre, maps.foreground_erosion)
    x = torch.from_numpy(np.stack([one.x for _, one in calm]))
    with torch.no_grad():
        rebuilt, mu, log_var = network(x)
    clean = {
        one.name: (x[k, 0].numpy(), (x[k] - rebuilt[k]).abs()[0].numpy()) for k, (one, _) in enumerate(calm)
    }
    inside = torch.from_numpy(np.stack([one.mask for _, one in calm]))[:, None]
    ssim = float(ssim_map(x, rebuilt)[inside].mean())
    divergences = sorted(kl_per_dimension(mu, log_var).mean(dim=0).tolist(), reverse=True) or None
    active = None if divergences is None else sum(one > ACTIVE_NATS for one in divergences)
    pairs = lesion_errors(network, settings, planted, clean)
    gain = pairs[:, 0] - pairs[:, 1]
    spread = float(np.sqrt((pairs[:, 0].var(ddof=1) + pairs[:, 1].var(ddof=1)) / 2))
    test = stats.ttest_1samp(gain, 0.0, alternative="greater")
    report = GuardReport(
        divergences,
        active,
        float(gain.mean()) / max(spread, 1e-12),
        float(test.statistic),
        float(test.pvalue),
        ssim,
        [],
    )
    report.warnings.extend(words_of(report))
    return report


def lesion_errors(
    network: Network,
    settings: tuple[Preprocessing, MapSettings],
    planted: Sequence[Slice],
    clean: dict[str, tuple[np.ndarray, np.ndarray]],
) -> np.ndarray:
    """Mean absolute error inside every planted lesion, with the lesion and before, [lesions, 2]."""
    pre, maps = settings
    found = []
    for one, made in prepare(planted, pre, maps.foreground_erosion):
        before = clean.get(one.name.split(":", 1)[1])
        if before is None or one.lesion is None:
            continue
        wy, wx = made.grid.weights(*one.values.shape)
        inside = ((wy @ one.lesion.astype(np.float64) @ wx.T) > 0.5) & made.mask
        if not inside.any():
            continue
        with torch.no_grad():
            rebuilt = network(torch.from_numpy(made.x[None]))[0][0, 0].numpy()
        found.append((np.abs(made.x[0] - rebuilt)[inside].mean(), before[1][inside].mean()))
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def words_of(report: GuardReport) -> list[str]:
    """What a report warns of."""
    said = []
    if report.kl_per_dimension is not None and report.active_units is not None:
        total = len(report.kl_per_dimension)
        if report.active_units < max(2, total // 10):
            said.append(
                f"posterior collapse: {report.active_units} of {total} latent dimensions are in use; lower "
                "the KL weight, ramp it longer, or give free bits"
            )
    if report.p_value > 0.01 or report.effect_size < WANTED_EFFECT:
        said.append(
            f"over-capacity: errors on planted lesions have an effect size of {report.effect_size:.2f} over "
            f"tissue, {WANTED_EFFECT:g} is wanted; use a smaller code, or more of the context branch"
        )
    if report.ssim < WANTED_SSIM:
        said.append(
            f"blur: structural similarity of normals is {report.ssim:.2f}; train longer, or lower the KL "
            "weight"
        )
    return said


def write_latent_figures(network: Network, start: np.ndarray, folder: Path) -> list[Path]:
    """Writes a latent traversal and samples of the prior as PNG; nothing for a network without a code.

    Args:
        network: For inference.
        start: A normal model input [1, height, width]; its most active dimensions are moved from -3 to 3.
        folder: Made where it is missing. Its figures look like training images: do not publish them.
    """
    if not isinstance(network, Autoencoder):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        mu, log_var = network.encode(torch.from_numpy(start[None]))
        most = kl_per_dimension(mu, log_var)[0].argsort(descending=True)[:TRAVERSED]
        rows = []
        for dimension in most.tolist():
            codes = mu.repeat(STEPS, 1)
            codes[:, dimension] = torch.linspace(-3, 3, STEPS)
            rows.append(np.concatenate(list(network.decode(codes)[:, 0].numpy()), axis=1))
        noise = torch.randn((SAMPLES, mu.shape[1]), generator=torch.Generator().manual_seed(1))
        drawn = network.decode(noise)[:, 0].numpy()
    side = int(np.sqrt(SAMPLES))
    prior = np.concatenate(
        [np.concatenate(list(drawn[k : k + side]), axis=1) for k in range(0, SAMPLES, side)], axis=0
    )
    paths = [folder / "latent-traversal.png", folder / "prior-samples.png"]
    for path, plane in zip(paths, (np.concatenate(rows, axis=0), prior), strict=True):
        Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8)).save(path)
    return paths
