"""DICOM files of a folder as slices in modality values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError
from pydicom.pixels import apply_modality_lut

from nidus_training.data import Slice
from nidus_training.readers.png_folder import PICTURES

SKIPPED = (*PICTURES, ".csv", ".json", ".txt", ".md", ".nii", ".gz")


def read_dicom_folder(folder: Path) -> list[Slice]:
    """Reads every DICOM image under a folder, in anatomical order within a series.

    Patients are told apart by Patient ID, or where it is empty by Study Instance UID, and named by a number:
    no identifier is kept.

    Args:
        folder: Searched with its subfolders.

    Returns:
        Slices with modality values (rescale applied, PS3.3 C.11.1.1) and Pixel Spacing in mm.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() in SKIPPED:
            continue
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            continue
        if "Rows" not in header:
            continue
        patient = str(header.get("PatientID") or header.get("StudyInstanceUID") or path.parent)
        series = str(header.get("SeriesInstanceUID") or path.parent)
        found.append((patient, series, position_of(header), path))
    numbers = {one: k for k, one in enumerate(sorted({patient for patient, *_ in found}), 1)}
    slices = []
    for index, (patient, _, _, path) in enumerate(sorted(found, key=lambda one: one[:3])):
        slices += read_dicom(path, f"patient-{numbers[patient]}", index)
    return slices


def position_of(header: pydicom.Dataset) -> float:
    """Place of a slice along the normal of its series in mm, or its Instance Number (PS3.3 C.7.6.2.1.1)."""
    cosines, origin = header.get("ImageOrientationPatient"), header.get("ImagePositionPatient")
    if cosines is None or origin is None or len(cosines) != 6:
        return float(header.get("InstanceNumber") or 0)
    normal = np.cross(np.asarray(cosines[:3], dtype=float), np.asarray(cosines[3:], dtype=float))
    return float(normal @ np.asarray(origin, dtype=float))


def read_dicom(path: Path, patient: str, index: int) -> list[Slice]:
    """Reads the frames of one file.

    Args:
        path: The file.
        patient: Name without identifiers.
        index: Number of the file, for the slice's name.

    Raises:
        ValueError: The file is in colour.
    """
    dataset = pydicom.dcmread(path)
    values: NDArray[np.generic] = np.asarray(apply_modality_lut(dataset.pixel_array, dataset))
    if int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise ValueError(f"{path.name} is a colour image: models see one channel")
    if dataset.get("PhotometricInterpretation") == "MONOCHROME1":
        values = values.max() + values.min() - values
    spacing = dataset.get("PixelSpacing") or dataset.get("ImagerPixelSpacing")
    spacing_mm = (float(spacing[0]), float(spacing[1])) if spacing else None
    frames = values if values.ndim == 3 else values[None]
    return [
        Slice(f"{patient}-{index:04d}-{k:03d}", patient, "train", frame, spacing_mm=spacing_mm)
        for k, frame in enumerate(frames)
    ]
