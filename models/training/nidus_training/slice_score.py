"""One score of a slice, by the choice of the manifest; the application does the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nidus_training.maps import to_source_grid
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.preprocess import ModelSlice
from nidus_training.score import run_network
from nidus_training.settings import SliceScore


def slice_scores(model: MapModel, score: SliceScore, slices: Sequence[ModelSlice]) -> list[float]:
    """Scores slices; higher is less normal.

    Args:
        model: For inference, with the statistics of the scored map.
        score: Which score; its map is named.
        slices: Preprocessed slices.
    """
    if score.rule == "map-quantile":
        statistics = model.settings.statistics[score.map]
        planes = make_maps(model, slices, [score.map])[score.map]
        return [
            quantile_inside(to_source_grid(plane, one, statistics), one, score.quantile)
            for plane, one in zip(planes, slices, strict=True)
        ]
    raws = run_network(model.network, slices, model.rec())
    return [raw.kl if score.rule == "kl" else raw.rec + model.beta * raw.kl for raw in raws]


def quantile_inside(plane: NDArray[np.float32], model_slice: ModelSlice, quantile: float) -> float:
    """A quantile of a score map [rows, columns] inside the eroded foreground; 0 where that is empty."""
    return float(np.quantile(plane[model_slice.eroded], quantile)) if model_slice.eroded.any() else 0.0
