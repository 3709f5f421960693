"""NIfTI volumes as axial slices."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nidus_training.data import Slice
from nidus_training.foreground import Mask
from nidus_training.readers.png_folder import patient_of


def read_nifti(path: Path, folder: Path | None = None, lesion: Path | None = None) -> list[Slice]:
    """Reads a volume as axial slices: rows from front to back, columns from the patient's right to left.

    That is how a radiologist is shown an axial slice, and how models of this package see one.

    Args:
        path: .nii or .nii.gz with a valid affine; of four-dimensional files the first volume.
        folder: Where the search began, for the patient's name; the file's folder when None.
        lesion: A mask on the same grid (> 0 is lesion), or None.

    Returns:
        One slice for every position along the body axis, feet first.

    Raises:
        ValueError: Volume and mask have different sizes.
    """
    values, spacing = read_axial(path)
    marks: np.ndarray | None = None
    if lesion is not None:
        marks = read_axial(lesion)[0] > 0
        if marks.shape != values.shape:
            raise ValueError(f"{lesion.name} does not fit {path.name}")
    patient = patient_of(path, folder or path.parent)
    made = []
    for k in range(values.shape[2]):
        mask: Mask | None = None if marks is None else marks[:, :, k]
        made.append(Slice(f"{patient}-{k:03d}", patient, "train", values[:, :, k], mask, spacing_mm=spacing))
    return made


def read_axial(path: Path) -> tuple[np.ndarray, tuple[float, float]]:
    """Reads a volume as [rows, columns, slices] float64 and its (row, column) spacing in mm."""
    # Only volumes need it: everything else trains without.
    import nibabel

    loaded = nibabel.load(path)
    turned = nibabel.as_closest_canonical(loaded)
    values = np.asarray(turned.get_fdata(dtype=np.float64))
    values = values[..., 0] if values.ndim == 4 else values
    # Canonical axes run from the patient's left to right, from back to front, and upwards (RAS+).
    x_mm, y_mm, _ = (float(size) for size in turned.header.get_zooms()[:3])
    return values.transpose(1, 0, 2)[::-1, ::-1], (y_mm, x_mm)
