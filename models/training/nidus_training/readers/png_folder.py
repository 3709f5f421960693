"""Pictures of a folder: one folder a patient, or file names that name the patient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nidus_training.data import Slice

PICTURES = {".png", ".jpg", ".jpeg"}


def read_pictures(folder: Path) -> list[Slice]:
    """Reads PNG and JPEG files.

    The patient is the first subfolder a file lies in, or else its name up to the last underscore or hyphen.
    Files under folders called masks are left out.

    Args:
        folder: Searched with its subfolders.
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in PICTURES and "masks" not in path.relative_to(folder).parts
    )
    return [
        Slice(path.relative_to(folder).as_posix(), patient_of(path, folder), "train", read_picture(path))
        for path in files
    ]


def patient_of(path: Path, folder: Path) -> str:
    """The patient of a file by its place or name."""
    parts = path.relative_to(folder).parts
    if len(parts) > 1:
        return parts[0]
    stem = path.name.split(".")[0]
    cut = max(stem.rfind("_"), stem.rfind("-"))
    return stem[:cut] if cut > 0 else stem


def read_picture(path: Path) -> NDArray[np.generic]:
    """Reads a picture as grey values [rows, columns], 16-bit files with all their depth."""
    with Image.open(path) as image:
        deep = image.mode.startswith(("I", "F"))
        return np.asarray(image) if deep else np.asarray(image.convert("L"))
