"""Reads whatever images a site's folder holds."""

from __future__ import annotations

from pathlib import Path

from nidus_training.data import Slice
from nidus_training.readers.dicom_series import read_dicom_folder
from nidus_training.readers.label_export import is_label_export, read_label_export
from nidus_training.readers.nifti_volume import read_nifti
from nidus_training.readers.png_folder import PICTURES, read_pictures


def read_folder(folder: Path) -> list[Slice]:
    """Reads every image under a folder.

    A training folder that Nidus exported is read with its labels. A folder with DICOM files is read by
    series. NIfTI volumes are read slice by slice along their third axis. Pictures are read with the rules of
    `read_pictures`.

    Args:
        folder: Searched with its subfolders.

    Raises:
        FileNotFoundError: The folder is not there.
        ValueError: It holds no image that can be read.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder")
    if is_label_export(folder):
        return read_label_export(folder)
    slices: list[Slice] = []
    if any(path.suffix.lower() in PICTURES for path in folder.rglob("*")):
        slices += read_pictures(folder)
    for path in sorted(folder.rglob("*")):
        if path.name.lower().endswith((".nii", ".nii.gz")):
            slices += read_nifti(path, folder)
    slices += read_dicom_folder(folder)
    if not slices:
        raise ValueError(f"{folder} holds no PNG, JPEG, NIfTI or DICOM image")
    return slices
