"""Reads finished models from their folders, as the maps need them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nidus_training.export import load_onnx
from nidus_training.manifest import read_manifest, settings_of
from nidus_training.maps.make import MapModel
from nidus_training.settings import Preprocessing


def load_map_model(folder: Path, members: Sequence[str] = ()) -> MapModel:
    """Reads a calibrated model, and the members of its ensemble from the folders beside it.

    Args:
        folder: With model.json and model.onnx.
        members: IDs of the other models of the ensemble.
    """
    manifest = read_manifest(folder)
    pre, maps = settings_of(manifest)
    others = tuple(model for _, _, model in load_members(folder, members, pre))
    losses = manifest["losses"]
    network = load_onnx(folder / manifest["file"])
    return MapModel(network, maps, losses["beta"], pre.clip, others, losses["reconstruction"])


def load_members(
    folder: Path, members: Sequence[str], preprocessing: Preprocessing
) -> list[tuple[str, str, MapModel]]:
    """Reads the other models of an ensemble: (id, SHA-256 of the ONNX file, model) each.

    Raises:
        ValueError: A member prepares slices in another way, so that its maps lie on another grid.
    """
    found = []
    for name in members:
        beside = folder.parent / name
        manifest = read_manifest(beside)
        pre, _ = settings_of(manifest)
        if pre != preprocessing:
            raise ValueError(f"{name} prepares slices in another way than {folder.name}")
        sha256 = hashlib.sha256((beside / manifest["file"]).read_bytes()).hexdigest()
        found.append((name, sha256, load_map_model(beside)))
    return found
