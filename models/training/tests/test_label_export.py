"""The training folder that Nidus exports: test/fixtures/label-export, which its exporter wrote."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from nidus_training.config import DataConfig
from nidus_training.data import REPOSITORY
from nidus_training.readers import read_folder
from nidus_training.readers.label_export import is_label_export, read_label_export
from nidus_training.sources import read_source

EXPORT = REPOSITORY / "test" / "fixtures" / "label-export"


def pixels(patient: int, slice_index: int) -> np.ndarray:
    """What the exporter was given: 100 * patient + 10 * slice + row + column / 16."""
    rows, columns = np.mgrid[0:8, 0:10]
    return (100 * patient + 10 * slice_index + rows + columns / 16).astype(np.float32)


def rewrite(folder: Path, change: dict[str, str]) -> None:
    """Changes cells of the first row of an index."""
    rows = list(csv.DictReader((folder / "index.csv").open(newline="")))
    rows[0].update(change)
    with (folder / "index.csv").open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(EXPORT, tmp_path / "export")


def test_reads_normals_and_findings_with_their_pixels() -> None:
    slices = read_label_export(EXPORT)
    # patient and slice in the order of the index; the one without its image is left out
    expected = [(1, 3, True), (1, 0, False), (2, 1, False), (2, 2, False), (2, 4, True), (5, 2, False)]
    assert [(one.patient[8:9], one.name[-3:], one.abnormal) for one in slices] == [
        (str(patient), f"{index:03d}", abnormal) for patient, index, abnormal in expected
    ]
    for one, (patient, index, _) in zip(slices, expected, strict=True):
        np.testing.assert_array_equal(one.values, pixels(patient, index))
        assert one.values.dtype == np.float32


def test_masks_are_those_that_were_confirmed_or_drawn() -> None:
    confirmed, missed = [one.lesion for one in read_label_export(EXPORT) if one.abnormal]
    # boxes [x, y, width, height] of the verdicts: 2, 1, 3, 4 and 0, 0, 2, 2
    expected = np.zeros((2, 8, 10), dtype=bool)
    expected[0, 1:5, 2:5] = True
    expected[1, 0:2, 0:2] = True
    np.testing.assert_array_equal(confirmed, expected[0])
    np.testing.assert_array_equal(missed, expected[1])
    assert all(one.lesion is None for one in read_label_export(EXPORT) if not one.abnormal)


def test_no_patient_is_named_by_more_than_a_hash() -> None:
    assert {one.patient for one in read_label_export(EXPORT)} == {
        f"patient-{n * 12}" for n in ("1", "2", "5")
    }


def test_read_folder_knows_an_export_from_a_folder_of_pictures(tmp_path: Path) -> None:
    assert len(read_folder(EXPORT)) == 6
    assert not is_label_export(tmp_path)
    (tmp_path / "index.csv").write_text("file,patient\na.png,1\n")
    assert not is_label_export(tmp_path)


def test_trains_on_confirmed_normals_alone() -> None:
    data = DataConfig(kind="folder", folder=str(EXPORT), calibration_share=0.5, test_share=0.0, seed=1)
    # patient 5 alone has nothing but normals; one patient cannot be both trained and calibrated on
    with pytest.raises(ValueError, match="normal images of 1 patients"):
        read_source(data, Path())


def test_normals_of_healthy_patients_train_and_findings_test(copy: Path) -> None:
    rows = list(csv.DictReader((copy / "index.csv").open(newline="")))
    for number in (6, 7, 8):
        twin = dict(rows[-1], patient=str(number) * 64, file=f"images/{number}.npy")
        np.save(copy / "images" / f"{number}.npy", pixels(number, 0))
        rows.append(twin)
    with (copy / "index.csv").open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    data = DataConfig(kind="folder", folder=str(copy), calibration_share=0.25, test_share=0.25, seed=1)
    source = read_source(data, Path())
    assert [len(source.train), len(source.calibration)] == [2, 1]
    assert all(not one.abnormal for one in source.train + source.calibration)
    # the findings, and beside them the normal slices of the patients who have findings
    assert [one.abnormal for one in source.lesions["test"]] == [True, True]
    assert {one.patient[8:9] for one in source.test_normals} >= {"1", "2"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"label": "perhaps"}, "unknown label 'perhaps'"),
        ({"file": "../../secret.npy"}, "lies outside the export"),
        ({"mask": "../mask.png"}, "lies outside the export"),
    ],
)
def test_refuses_what_no_exporter_writes(copy: Path, change: dict[str, str], complaint: str) -> None:
    rewrite(copy, change)
    with pytest.raises(ValueError, match=complaint):
        read_label_export(copy)


def test_says_when_images_are_missing(copy: Path) -> None:
    rows = (copy / "index.csv").read_text().splitlines()
    kept = [rows[0], *[row for row in rows if row.startswith(",normal")]]
    (copy / "index.csv").write_text("\n".join(kept) + "\n")
    with pytest.raises(ValueError, match="none with its image"):
        read_label_export(copy)


def test_reads_one_modality_where_asked() -> None:
    assert len(read_label_export(EXPORT, "MR")) == 6
    with pytest.raises(ValueError, match="lists 0 labelled slices"):
        read_label_export(EXPORT, "CT")
