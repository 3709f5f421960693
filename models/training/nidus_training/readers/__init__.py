"""Readers of a site's images: PNG folders, DICOM series, NIfTI volumes, label exports."""

from nidus_training.readers.read_folder import read_folder

__all__ = ["read_folder"]
