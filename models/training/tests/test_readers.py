"""Readers: every kind of file gives modality values, spacing and patients, and nothing leaks."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from nidus_training.config import DataConfig
from nidus_training.data import Slice
from nidus_training.readers import read_folder
from nidus_training.readers.png_folder import read_pictures
from nidus_training.sources import assign_patients, read_source
from nidus_training.splits import LeakError, check_leaks


def write_slice(path: Path, patient: str, z_mm: float, number: int) -> None:
    """An MR slice of 4 x 5 pixels, all `number`, slope 2, intercept -1, spacing 0.5 x 0.7 mm."""
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.PatientID, dataset.SeriesInstanceUID, dataset.StudyInstanceUID = (
        patient,
        f"1.2.{len(patient)}",
        "1.3",
    )
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 4, 5, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.PixelSpacing = [0.5, 0.7]
    dataset.ImageOrientationPatient, dataset.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, z_mm]
    dataset.RescaleSlope, dataset.RescaleIntercept = 2, -1
    dataset.PixelData = np.full((4, 5), number, dtype=np.uint16).tobytes()
    dataset.save_as(path, enforce_file_format=True)


def test_dicom_slices_come_in_order_with_rescaled_values_and_no_identifier(tmp_path: Path) -> None:
    for name, z_mm, number in (("a", 10.0, 3), ("b", -5.0, 1), ("c", 2.5, 2)):
        write_slice(tmp_path / name, "SECRET", z_mm, number)
    slices = read_folder(tmp_path)
    # value = 2 * stored - 1, ordered by z: stored 1, 2, 3
    assert [float(one.values[0, 0]) for one in slices] == [1.0, 3.0, 5.0]
    assert slices[0].spacing_mm == (0.5, 0.7)
    assert {one.patient for one in slices} == {"patient-1"}
    assert not any("SECRET" in one.name for one in slices)


def test_nifti_slices_show_the_patient_as_radiologists_see_it(tmp_path: Path) -> None:
    nibabel = pytest.importorskip("nibabel")
    volume = np.zeros((3, 4, 2), dtype=np.float32)
    volume[2, 3, 1] = 7.0  # RAS: x = 2 is the patient's right, y = 3 the front, z = 1 the top
    nibabel.save(nibabel.Nifti1Image(volume, np.diag([1.5, 2.0, 3.0, 1.0])), tmp_path / "p_1.nii.gz")
    slices = read_folder(tmp_path)
    assert len(slices) == 2
    assert slices[0].values.shape == (4, 3)
    assert slices[0].spacing_mm == (2.0, 1.5)
    # Rows run from front to back, columns from the patient's right to left.
    assert np.argwhere(slices[1].values == 7.0).tolist() == [[0, 0]]


def test_pictures_name_patients_by_folder_or_file_and_leave_masks_out(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "masks").mkdir()
    for path in ("anna/1.png", "bert_01.png", "bert_02.png", "masks/bert_01.png"):
        Image.new("L", (6, 5), 9).save(tmp_path / path)
    Image.fromarray(np.full((5, 6), 40000, dtype=np.uint16)).save(tmp_path / "deep_1.png")
    slices = {one.name: one for one in read_pictures(tmp_path)}
    assert {one.patient for one in slices.values()} == {"anna", "bert", "deep"}
    assert "masks/bert_01.png" not in slices
    assert int(slices["deep_1.png"].values.max()) == 40000


def test_a_folder_is_split_by_patient_the_same_way_every_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for k in range(10):
        for n in range(2):
            picture = rng.integers(0, 255, (8, 8), dtype=np.uint8)
            Image.fromarray(picture).save(tmp_path / f"p{k}_{n}.png")
    source = read_source(DataConfig(kind="folder", folder=str(tmp_path)), tmp_path)
    # 20 % of 10 patients, two images each
    assert (len(source.train), len(source.calibration)) == (16, 4)
    assert not {one.patient for one in source.train} & {one.patient for one in source.calibration}
    assert assign_patients(["a", "b", "c"], 0.2, 0.0, 1) == assign_patients(["a", "b", "c"], 0.2, 0.0, 1)


def test_a_folder_with_copies_in_both_splits_is_refused(tmp_path: Path) -> None:
    for k in range(6):
        Image.new("L", (8, 8), 100).save(tmp_path / f"p{k}_0.png")
    with pytest.raises(LeakError, match="pixels"):
        read_source(DataConfig(kind="folder", folder=str(tmp_path)), tmp_path)


def test_pixels_of_another_type_are_still_found_to_be_the_same() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    with pytest.raises(LeakError, match="pixels"):
        check_leaks([Slice("a", "p", "train", values)], [Slice("b", "q", "test", values.astype(np.float64))])


def test_a_folder_without_images_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no PNG"):
        read_folder(tmp_path)
