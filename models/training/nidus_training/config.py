"""The configuration of one model: a TOML file that holds everything a training run depends on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nidus_training.settings import (
    ContextSettings,
    Crop,
    Foreground,
    Intensity,
    MapSettings,
    MonteCarloSettings,
    Preprocessing,
    RestorationSettings,
    SliceScore,
    SmoothGradientSettings,
)

MAP_SECTIONS = {
    "context": ContextSettings,
    "monte_carlo": MonteCarloSettings,
    "smooth_gradient": SmoothGradientSettings,
    "restoration": RestorationSettings,
}


@dataclass(frozen=True)
class DataConfig:
    """Where slices come from; see `nidus_training.sources`.

    `kind` is `brain-flair`, `chest-xray` or `folder` (PNG, DICOM, NIfTI or label exports of a site under
    `folder`, split by patient with `shares` for calibration and test).
    """

    kind: str = "brain-flair"
    folder: str = ""
    calibration_share: float = 0.2
    test_share: float = 0.0
    seed: int = 1


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network; see `nidus_training.networks`.

    `kind` is `autoencoder` or `denoiser`; a denoiser with a `gate` cuts out what is foreign.
    """

    kind: str = "autoencoder"
    channels: tuple[int, ...] = (16, 32, 64)
    latent: int = 128
    extra_convolutions: int = 0
    dropout: float = 0.0
    sigmoid: bool = False
    gate: bool = False


@dataclass(frozen=True)
class AugmentConfig:
    """How far heads and scanners vary; see `nidus_training.augment`.

    `brightness` is the SD of the logarithm of a factor for the whole slice; `stripped` the share of heads
    that lose all outside the eroded foreground, as where a skull was removed.

    `library` is `own`, or `monai` for the same kinds by MONAI's transforms.
    """

    library: str = "own"
    rotation_degrees: float = 8.0
    scale: float = 0.06
    shift: float = 0.03
    elastic: float = 0.02
    gamma: float = 0.15
    brightness: float = 0.0
    bias: float = 0.08
    noise: float = 0.03
    low_resolution: float = 0.0
    stripped: float = 0.0
    flip: bool = True
    padding: str = "zeros"


@dataclass(frozen=True)
class TrainingConfig:
    """The optimisation.

    The learning rate rises over the share `warm_up` of the steps, and falls as a cosine over all of them.
    `context_share` 0 trains a plain VAE; `lesion_share` draws that part of a batch from training slices with
    a lesion, whose pixels then have no weight. `foreground_erosion` 0 is that of the maps. A denoiser sees
    simulated lesions in `simulated_share` of the samples, the slice itself in `clean_share`, coarse noise in
    the rest.
    """

    samples: int = 32000
    batch: int = 16
    learning_rate: float = 3e-3
    warm_up: float = 0.0
    weight_decay: float = 1e-4
    loss: str = "l1"
    scale: float = 0.05
    kl_weight: float = 0.25
    kl_ramp: float = 0.3
    free_bits: float = 0.0
    geco_target: float = 0.0
    context_share: float = 0.5
    blob_share: float = 0.0
    noise_share: float = 0.0
    noise_sd: float = 0.25
    simulated_share: float = 0.0
    clean_share: float = 0.0
    rim_weight: float = 1.0
    lesion_share: float = 0.0
    phantom_share: float = 0.0
    foreground_erosion: float = 0.0
    ema: float = 0.995
    seed: int = 1
    bf16: bool = True


@dataclass(frozen=True)
class AverageConfig:
    """Whose reconstructions a model averages, in one graph.

    `members` are configurations in the same folder; or the configuration itself, trained once with every one
    of `seeds`.
    """

    members: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class ModelConfig:
    """Everything of one model."""

    id: str
    name: str
    kind: str
    version: str
    preprocessing: Preprocessing
    maps: MapSettings
    network: NetworkConfig
    training: TrainingConfig
    data: DataConfig = field(default_factory=DataConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    average: AverageConfig = field(default_factory=AverageConfig)
    slice_score: SliceScore = field(default_factory=SliceScore)
    threshold_version: str = "1"
    default_threshold: str = "p99"
    min_area_mm2: float = 0.0
    min_area_px: int = 12
    ensemble: tuple[str, ...] = ()
    text: dict[str, str] = field(default_factory=dict)


def read_config(path: Path) -> ModelConfig:
    """Reads a model's configuration.

    Raises:
        ValueError: A table holds a key that no setting is called by.
    """
    return parse_config(tomllib.loads(path.read_text(encoding="utf-8")))


def parse_config(table: dict[str, Any]) -> ModelConfig:
    """Turns the tables of a configuration file into settings; see `read_config`."""
    pre = dict(table["preprocessing"])
    preprocessing = Preprocessing(
        foreground=Foreground(**pre.pop("foreground", {})),
        crop=Crop(**pre.pop("crop", {})),
        intensity=Intensity(**pre.pop("intensity", {})),
        clip=tuple(pre.pop("clip", (0.0, 1.0))),
        **pre,
    )
    return ModelConfig(
        **table["model"] | {"ensemble": tuple(table["model"].get("ensemble", ()))},
        preprocessing=preprocessing,
        maps=map_settings(table.get("maps", {})),
        network=settings(NetworkConfig, table.get("network", {})),
        training=settings(TrainingConfig, table.get("training", {})),
        data=settings(DataConfig, table.get("data", {})),
        augment=settings(AugmentConfig, table.get("augment", {})),
        average=settings(AverageConfig, table.get("average", {})),
        slice_score=settings(SliceScore, table.get("slice_score", {})),
        text=table.get("text", {}),
    )


def map_settings(table: dict[str, Any]) -> MapSettings:
    """Builds map settings from the table `maps`, those of single maps from the tables inside it."""
    sections = {name: settings(kind, table[name]) for name, kind in MAP_SECTIONS.items() if name in table}
    made: MapSettings = settings(MapSettings, table | sections)
    return made


def settings(kind: Any, table: dict[str, Any]) -> Any:
    """Builds a settings dataclass from a table, lists as tuples."""
    known = {one.name for one in fields(kind)}
    unknown = set(table) - known
    if unknown:
        raise ValueError(f"{kind.__name__} has no setting called {', '.join(sorted(unknown))}")
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in table.items()})
