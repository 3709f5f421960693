"""The preprocessing and map settings of a model manifest (`model.json`), as typed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Foreground:
    """Which pixels show the patient: rule `percentile-fraction` or `full`."""

    rule: str = "percentile-fraction"
    percentile: float = 99.0
    fraction: float = 0.15


@dataclass(frozen=True)
class Crop:
    """Which part of the slice the model sees: rule `foreground-box` or `full`."""

    rule: str = "foreground-box"
    margin: float = 0.05


@dataclass(frozen=True)
class Intensity:
    """How modality values become model values: `foreground-median`, `foreground-percentiles` or `fixed`."""

    rule: str = "foreground-median"
    target: float = 0.35
    low: float = 1.0
    high: float = 99.0
    offset: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Preprocessing:
    """Everything between modality values [rows, columns] and the model grid [height, width]."""

    height: int = 64
    width: int = 64
    version: str = "1"
    foreground: Foreground = field(default_factory=Foreground)
    crop: Crop = field(default_factory=Crop)
    intensity: Intensity = field(default_factory=Intensity)
    clip: tuple[float, float] = (0.0, 1.0)
    min_foreground_fraction: float = 0.02

    def to_manifest(self) -> dict[str, Any]:
        """Returns the manifest's `preprocessing` object, with the fields of the rules in use alone."""
        foreground: dict[str, Any] = {"rule": self.foreground.rule}
        if self.foreground.rule == "percentile-fraction":
            foreground |= {"percentile": self.foreground.percentile, "fraction": self.foreground.fraction}
        crop: dict[str, Any] = {"rule": self.crop.rule}
        if self.crop.rule == "foreground-box":
            crop["margin"] = self.crop.margin
        names = {
            "foreground-median": ("target",),
            "foreground-percentiles": ("low", "high"),
            "fixed": ("offset", "scale"),
        }[self.intensity.rule]
        intensity = {"rule": self.intensity.rule} | {name: getattr(self.intensity, name) for name in names}
        return {
            "version": self.version,
            "foreground": foreground,
            "crop": crop,
            "intensity": intensity,
            "clip": list(self.clip),
            "minForegroundFraction": self.min_foreground_fraction,
        }

    @staticmethod
    def from_manifest(preprocessing: dict[str, Any], height: int, width: int) -> Preprocessing:
        """Reads the manifest's `preprocessing` object.

        Args:
            preprocessing: The object as it stands in model.json.
            height: Rows of the model grid.
            width: Columns of the model grid.
        """
        low, high = preprocessing["clip"]
        return Preprocessing(
            height=height,
            width=width,
            version=preprocessing["version"],
            foreground=Foreground(**preprocessing["foreground"]),
            crop=Crop(**preprocessing["crop"]),
            intensity=Intensity(**preprocessing["intensity"]),
            clip=(float(low), float(high)),
            min_foreground_fraction=float(preprocessing["minForegroundFraction"]),
        )


@dataclass(frozen=True)
class Statistics:
    """Median and robust spread (1.4826 * MAD) of a map over foreground pixels of calibration normals."""

    median: float
    spread: float
    quantiles: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class MapSettings:
    """How tensors become anomaly maps. Sizes in pixels are pixels of the model grid."""

    residual: str = "positive"
    gradient: str = "absolute"
    smoothing_sigma_px: float = 1.5
    combi_smoothing_sigma_px: float = 1.5
    foreground_erosion: float = 0.08
    statistics: dict[str, Statistics] = field(default_factory=dict)
    available: tuple[str, ...] = ("rec", "grad-kl", "grad-rec", "grad-elbo", "combi")
    default: str = "combi"

    def to_manifest(self) -> dict[str, Any]:
        """Returns the manifest's `maps` object."""
        return {
            "residual": self.residual,
            "gradient": self.gradient,
            "smoothingSigmaPx": self.smoothing_sigma_px,
            "combiSmoothingSigmaPx": self.combi_smoothing_sigma_px,
            "foregroundErosion": self.foreground_erosion,
            "statistics": {
                name: {"median": s.median, "spread": s.spread}
                | ({"quantiles": s.quantiles} if s.quantiles else {})
                for name, s in self.statistics.items()
            },
            "available": list(self.available),
            "default": self.default,
        }

    @staticmethod
    def from_manifest(maps: dict[str, Any]) -> MapSettings:
        """Reads the manifest's `maps` object."""
        return MapSettings(
            residual=maps["residual"],
            gradient=maps["gradient"],
            smoothing_sigma_px=float(maps["smoothingSigmaPx"]),
            combi_smoothing_sigma_px=float(maps["combiSmoothingSigmaPx"]),
            foreground_erosion=float(maps["foregroundErosion"]),
            statistics={name: Statistics(**s) for name, s in maps["statistics"].items()},
            available=tuple(maps["available"]),
            default=maps["default"],
        )
