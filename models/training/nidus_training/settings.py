"""The preprocessing and map settings of a model manifest (`model.json`), as typed values."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

RESIDUAL_MAPS = ("rec", "rec-absolute", "rec-squared", "rec-positive", "rec-ssim")
GRADIENT_MAPS = (
    "grad-kl",
    "grad-rec",
    "grad-elbo",
    "grad-kl-squared",
    "grad-rec-squared",
    "grad-elbo-squared",
)
COSTLY_MAPS = ("smoothgrad", "context", "mc-rec", "restoration")
ENSEMBLE_MAPS = ("ensemble", "disagreement")
MAP_NAMES = (*RESIDUAL_MAPS, *GRADIENT_MAPS, "combi", *COSTLY_MAPS, *ENSEMBLE_MAPS)
LATENT_MAPS = ("grad-kl", "grad-elbo", "grad-kl-squared", "grad-elbo-squared", "combi", "mc-rec")


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


class Section:
    """A part of the manifest whose keys are the field names in camel case."""

    @classmethod
    def from_manifest(cls, table: dict[str, Any]) -> Self:
        """Reads the part as it stands in model.json; what is missing has its default."""
        names = {camel_case(one.name): one.name for one in fields(cls)}  # type: ignore[arg-type]
        return cls(**{names[key]: value for key, value in table.items()})

    def to_manifest(self) -> dict[str, Any]:
        """Returns the part as it stands in model.json, defaults too."""
        return {camel_case(one.name): getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


def camel_case(name: str) -> str:
    """`patch_px` to `patchPx`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True)
class ContextSettings(Section):
    """Settings of the map `context`, in model pixels."""

    patch_px: int
    stride_px: int

    @staticmethod
    def of_grid(height: int, width: int) -> ContextSettings:
        """The defaults: squares of an eighth of the shorter side, overlapping by half."""
        patch = max(2, round(min(height, width) / 8))
        return ContextSettings(patch, max(1, patch // 2))


@dataclass(frozen=True)
class MonteCarloSettings(Section):
    """Settings of the map `mc-rec`."""

    samples: int = 16
    seed: int = 1


@dataclass(frozen=True)
class SmoothGradientSettings(Section):
    """Settings of the map `smoothgrad`; noise in parts of the clip range."""

    copies: int = 16
    noise: float = 0.1
    seed: int = 1


@dataclass(frozen=True)
class RestorationSettings(Section):
    """Settings of the map `restoration`; step size and rounding in parts of the clip range."""

    steps: int = 40
    step_size: float = 0.01
    smoothness: float = 1.0
    rounding: float = 0.02


SLICE_RULES = ("elbo", "kl", "map-quantile")


@dataclass(frozen=True)
class SliceScore:
    """What one score of a slice is: the ELBO, KL alone, or a quantile of a map over the eroded foreground.

    `map` and `quantile` count for the rule `map-quantile` alone; an empty `map` is the default map.
    """

    rule: str = "map-quantile"
    map: str = ""
    quantile: float = 0.95

    def __post_init__(self) -> None:
        """Refuses an unknown rule, and a map that takes many runs of the network."""
        if self.rule not in SLICE_RULES:
            raise ValueError(f"slice score {self.rule} is not one of {', '.join(SLICE_RULES)}")
        if self.map in (*COSTLY_MAPS, *ENSEMBLE_MAPS):
            raise ValueError(f"{self.map} is too costly a map for the slice score")

    def to_manifest(self) -> dict[str, Any]:
        """Returns the manifest's `sliceScore.score`."""
        quantile = {"map": self.map, "quantile": self.quantile} if self.rule == "map-quantile" else {}
        return {"rule": self.rule} | quantile

    @staticmethod
    def from_manifest(table: dict[str, Any]) -> SliceScore:
        """Reads the manifest's `sliceScore`; the ELBO where it does not say."""
        return SliceScore(**table.get("score", {"rule": "elbo"}))

    def words(self) -> str:
        """What the score is, for people; the application calls it so too."""
        named = {"elbo": "ELBO", "kl": "KL"}
        return named.get(self.rule) or f"{100 * self.quantile:g} % quantile of {self.map}"


@dataclass(frozen=True)
class EnsembleSettings:
    """Which map of which other models `ensemble` and `disagreement` are made of: (id, sha256) each."""

    map: str
    members: tuple[tuple[str, str], ...]

    def to_manifest(self) -> dict[str, Any]:
        """Returns the manifest's `maps.ensemble`."""
        return {"map": self.map, "members": [{"id": id, "sha256": sha256} for id, sha256 in self.members]}

    @staticmethod
    def from_manifest(table: dict[str, Any]) -> EnsembleSettings:
        """Reads the manifest's `maps.ensemble`."""
        return EnsembleSettings(table["map"], tuple((one["id"], one["sha256"]) for one in table["members"]))


@dataclass(frozen=True)
class MapSettings:
    """How tensors become anomaly maps. Sizes in pixels are pixels of the model grid."""

    residual: str = "positive"
    gradient: str = "absolute"
    smoothing_sigma_px: float = 1.5
    combi_smoothing_sigma_px: float = 1.5
    foreground_erosion: float = 0.08
    statistics: dict[str, Statistics] = field(default_factory=dict)
    available: tuple[str, ...] = (*RESIDUAL_MAPS, *GRADIENT_MAPS, "combi", *COSTLY_MAPS)
    default: str = "combi"
    context: ContextSettings | None = None
    monte_carlo: MonteCarloSettings = field(default_factory=MonteCarloSettings)
    smooth_gradient: SmoothGradientSettings = field(default_factory=SmoothGradientSettings)
    restoration: RestorationSettings = field(default_factory=RestorationSettings)
    ensemble: EnsembleSettings | None = None

    def to_manifest(self) -> dict[str, Any]:
        """Returns the manifest's `maps` object."""
        return {
            "residual": self.residual,
            "gradient": self.gradient,
            "smoothingSigmaPx": self.smoothing_sigma_px,
            "combiSmoothingSigmaPx": self.combi_smoothing_sigma_px,
            "foregroundErosion": self.foreground_erosion,
            **({"context": self.context.to_manifest()} if self.context else {}),
            "monteCarlo": self.monte_carlo.to_manifest(),
            "smoothGradient": self.smooth_gradient.to_manifest(),
            "restoration": self.restoration.to_manifest(),
            **({"ensemble": self.ensemble.to_manifest()} if self.ensemble else {}),
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
            context=ContextSettings.from_manifest(maps["context"]) if "context" in maps else None,
            monte_carlo=MonteCarloSettings.from_manifest(maps.get("monteCarlo", {})),
            smooth_gradient=SmoothGradientSettings.from_manifest(maps.get("smoothGradient", {})),
            restoration=RestorationSettings.from_manifest(maps.get("restoration", {})),
            ensemble=EnsembleSettings.from_manifest(maps["ensemble"]) if "ensemble" in maps else None,
        )
