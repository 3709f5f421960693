"""Where training, calibration and test slices come from: PNG folders with a table of patients and splits."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nidus_training.foreground import Mask, Values

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Slice:
    """One slice or image of one patient.

    Attributes:
        name: For messages; no identifier of a person.
        patient: Groups slices of one person.
        split: `train`, `calibration` or `test`.
        values: Modality values [rows, columns].
        lesion: None for a normal slice or where no mask is known, else the mask [rows, columns].
        abnormal: Whether the image shows disease, where that alone is known (no mask).
        spacing_mm: (row spacing, column spacing), None where unknown.
    """

    name: str
    patient: str
    split: str
    values: NDArray[np.generic]
    lesion: Mask | None = None
    abnormal: bool = False
    spacing_mm: tuple[float, float] | None = None

    @property
    def modality_values(self) -> Values:
        """Grey values [rows, columns] as float64."""
        return self.values.astype(np.float64)


def corpus_folder(given: str | None = None) -> Path:
    """The development data: the argument, NIDUS_CORPUS, or ../shared/data beside the repository."""
    return Path(given or os.environ.get("NIDUS_CORPUS") or REPOSITORY.parent / "shared" / "data").resolve()


def read_grey(path: Path) -> NDArray[np.uint8]:
    """Reads an 8-bit grey PNG, [rows, columns]."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def read_rows(table: Path) -> list[dict[str, str]]:
    """Reads a CSV file with a header line."""
    with table.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_normals(corpus: Path, split: str) -> list[Slice]:
    """Reads the lesion-free slices of brain-flair: one half of the head, mirrored over the midline.

    Args:
        corpus: Folder of the development data.
        split: `train` or `calibration`.
    """
    folder = corpus / "brain-flair" / "pseudo-healthy"
    return [
        Slice(row["file"], row["patient"], split, read_grey(folder / row["file"]))
        for row in read_rows(folder.with_suffix(".csv"))
        if row["split"] == split
    ]


def read_lesions(corpus: Path, split: str) -> list[Slice]:
    """Reads the slices of brain-flair that show a glioma, with its mask.

    Args:
        corpus: Folder of the development data.
        split: `train`, `calibration` or `test`.
    """
    folder = corpus / "brain-flair"
    return [
        Slice(
            row["file"],
            row["patient"],
            split,
            read_grey(folder / "images" / row["file"]),
            read_grey(folder / "masks" / row["file"]) > 127,
        )
        for row in read_rows(folder / "splits.csv")
        if row["split"] == split
    ]


def read_phantoms(folder: Path, split: str) -> list[Slice]:
    """Reads generated phantom slices: every PNG of a folder, one patient per head.

    Args:
        folder: Output folder of scripts/make-demo-study/phantom-slices.mjs.
        split: Split these slices belong to.
    """
    files = sorted(path for path in folder.rglob("*.png") if path.parent.name != "masks")
    return [Slice(path.name, f"{folder.name}-{head_of(path)}", split, read_grey(path)) for path in files]


def head_of(path: Path) -> str:
    """Names the head that a phantom slice belongs to: its file name without the slice number."""
    return path.stem.rsplit("_", 1)[0].rsplit("-slice", 1)[0]
