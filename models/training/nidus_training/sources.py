"""All slices of a configuration in one place, split by patient, after a check that nothing leaks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nidus_training.config import DataConfig
from nidus_training.data import (
    Slice,
    read_grey,
    read_lesions,
    read_normals,
    read_phantoms,
    read_rows,
)
from nidus_training.readers import read_folder
from nidus_training.readers.nifti_volume import read_nifti
from nidus_training.splits import check_leaks


@dataclass(frozen=True)
class Source:
    """Slices of one data set.

    Attributes:
        train: Normal slices to train on.
        calibration: Normal slices for statistics and thresholds.
        lesions: Slices that show disease, by split; those of `train` may be trained on, the lesion left out.
        test_normals: Normal images of the test split, for figures by image.
        phantoms: Generated slices, by split.
        scanned: Slices of training patients as they came from the scanner, healthy or not.
    """

    train: list[Slice]
    calibration: list[Slice]
    lesions: dict[str, list[Slice]]
    test_normals: list[Slice]
    phantoms: dict[str, list[Slice]]
    scanned: list[Slice]

    def check(self) -> None:
        """Fails on any leak between the splits, see `check_leaks`."""
        found = [*self.lesions.values(), *self.phantoms.values()]
        check_leaks(self.train, self.calibration, self.test_normals, *found)


def read_source(config: DataConfig, corpus: Path, phantoms: Path | None = None) -> Source:
    """Reads all slices of a configuration and checks them for leaks.

    Args:
        config: Says which data set.
        corpus: Folder of the development data.
        phantoms: Folder with train/ and calibration/ phantom slices.

    Raises:
        LeakError: Splits share patients or pixels.
        ValueError: No data set has this name, or a folder holds no images.
    """
    splits = ("train", "calibration", "test")
    drawn = {one: read_phantoms(phantoms / one, one) for one in splits[:2]} if phantoms else {}
    if config.kind == "brain-flair":
        lesions = {one: read_lesions(corpus, one) for one in splits}
        normals = {one: read_normals(corpus, one) for one in splits[:2]}
        # The normals are halves of heads mirrored over the midline: nothing that a scanner gives.
        source = Source(normals["train"], normals["calibration"], lesions, [], drawn, lesions["train"])
    elif config.kind == "chest-xray":
        rows = read_chest(corpus)
        normal = {name: [s for s in rows if s.split == name and not s.abnormal] for name in splits}
        sick = [one for one in rows if one.abnormal]
        train = normal["train"]
        source = Source(train, normal["calibration"], {"test": sick}, normal["test"], {}, train)
    elif config.kind == "folder":
        source = split_folder(config)
    else:
        raise ValueError(f"no data set is called {config.kind}")
    source.check()
    return source


def read_chest(corpus: Path) -> list[Slice]:
    """Reads the frontal radiographs of chest-xray, labelled normal or pneumonia by image."""
    folder = corpus / "chest-xray"
    return [
        Slice(
            row["file"],
            row["patient"],
            row["split"],
            read_grey(folder / row["file"]),
            abnormal=row["label"] != "normal",
        )
        for row in read_rows(folder / "splits.csv")
    ]


def read_sclerosis(corpus: Path) -> list[Slice]:
    """Reads the axial slices of ms-brain that show a lesion: one patient, skull removed, 1 mm."""
    folder = corpus / "ms-brain" / "patient07"
    slices = read_nifti(folder / "FLAIR.nii.gz", lesion=folder / "GOLD_STANDARD.nii.gz")
    return [replace(one, split="test") for one in slices if one.lesion is not None and one.lesion.any()]


def split_folder(config: DataConfig) -> Source:
    """Splits the images of a site's folder by patient: the same seed and patients give the same split.

    Args:
        config: Folder and shares. Images marked abnormal go to the test split, never into training.

    Raises:
        ValueError: The folder holds no images, or too few patients for both splits.
    """
    slices = read_folder(Path(config.folder).expanduser())
    normals = [one for one in slices if not one.abnormal]
    sick = {one.patient for one in slices if one.abnormal}
    split = assign_patients(
        sorted({one.patient for one in normals} - sick),
        config.calibration_share,
        config.test_share,
        config.seed,
    )
    placed: dict[str, list[Slice]] = {"train": [], "calibration": [], "test": []}
    for one in normals:
        name = split.get(one.patient, "test")
        placed[name].append(replace(one, split=name))
    if not placed["train"] or not placed["calibration"]:
        raise ValueError(
            f"{config.folder} holds normal images of {len(split)} patients: at least two are needed, one of "
            "them for calibration"
        )
    lesions = {"test": [replace(one, split="test") for one in slices if one.abnormal]}
    return Source(placed["train"], placed["calibration"], lesions, placed["test"], {}, placed["train"])


def assign_patients(
    patients: Sequence[str], calibration_share: float, test_share: float, seed: int
) -> dict[str, str]:
    """Deals patients to the splits, at least one to every split with a share."""
    shuffled = list(patients)
    random.Random(seed).shuffle(shuffled)
    counts = {
        name: max(1, round(share * len(shuffled))) if share > 0 else 0
        for name, share in (("calibration", calibration_share), ("test", test_share))
    }
    names = ["calibration"] * counts["calibration"] + ["test"] * counts["test"]
    names += ["train"] * max(0, len(shuffled) - len(names))
    return dict(zip(shuffled, names, strict=False))
