"""Slices with the labels that readers gave them: the training folder that Nidus exports.

Written by `nidus feedback export --format training` and by the window's sheet of verdicts: `index.csv` with
one row a labelled slice, `images/*.npy`, `masks/*.png`. Models learn from confirmed normals. Confirmed
and missed findings are kept out of training and serve for evaluation.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nidus_training.data import Slice, read_rows
from nidus_training.foreground import Mask

COLUMNS = {"file", "label", "mask", "study", "series", "image", "patient", "slice_index", "modality"}
LABELS = {"normal", "anomalous"}


def is_label_export(folder: Path) -> bool:
    """Whether a folder is a training folder of Nidus: by the header of its index.csv."""
    index = folder / "index.csv"
    if not index.is_file():
        return False
    with index.open(encoding="utf-8") as lines:
        return set(lines.readline().strip().split(",")) >= COLUMNS


def read_label_export(folder: Path, modality: str | None = None) -> list[Slice]:
    """Reads the labelled slices of a training folder that come with their image.

    Args:
        folder: Holds index.csv, images/ and masks/.
        modality: Reads only slices of this DICOM modality; all when None.

    Returns:
        Slices in the order of the index, patients named by the start of their keyed hash. `abnormal` where a
        finding was confirmed or drawn, with its mask where one was stored; normal ones have neither. The
        split is `train` for all: it has to be dealt by patient.

    Raises:
        ValueError: A label is unknown, a file leaves the folder, or no slice has an image.
    """
    rows = [row for row in read_rows(folder / "index.csv") if modality in (None, row["modality"])]
    slices = [read_labelled(folder, row) for row in rows if row["file"]]
    if not slices:
        raise ValueError(
            f"{folder} lists {len(rows)} labelled slices, none with its image: export it with the studies "
            "open, or with --images"
        )
    return slices


def read_labelled(folder: Path, row: dict[str, str]) -> Slice:
    """Reads one row of the index.

    Args:
        folder: Of the export.
        row: With the columns of `COLUMNS`; `file` is not empty.

    Raises:
        ValueError: The label is unknown, or image and mask differ in size.
    """
    if row["label"] not in LABELS:
        raise ValueError(f"unknown label {row['label']!r} in {folder / 'index.csv'}")
    values: NDArray[np.generic] = np.load(inside(folder, row["file"]), allow_pickle=False)
    abnormal = row["label"] == "anomalous"
    lesion: Mask | None = None
    if abnormal and row["mask"]:
        with Image.open(inside(folder, row["mask"])) as image:
            lesion = np.asarray(image.convert("L")) > 127
        if lesion.shape != values.shape:
            raise ValueError(f"{row['mask']} does not fit {row['file']}")
    name = f"{row['series'][:8]}-{int(row['slice_index']):03d}"
    return Slice(name, f"patient-{row['patient'][:12]}", "train", values, lesion, abnormal)


def inside(folder: Path, name: str) -> Path:
    """A file of the export by its name in the index.

    Raises:
        ValueError: The name points out of the folder.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} lies outside the export")
    return path
