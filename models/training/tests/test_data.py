"""Reading slices, and the splits of the development data where it is present."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nidus_training.data import corpus_folder, read_lesions, read_normals, read_phantoms
from nidus_training.splits import check_leaks

CORPUS = corpus_folder()
needs_corpus = pytest.mark.skipif(
    not (CORPUS / "brain-flair").is_dir(), reason=f"no development data at {CORPUS}: set NIDUS_CORPUS"
)


def write_png(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((3, 4), value, dtype=np.uint8)).save(path)


def test_lesions_come_with_patient_split_and_mask(tmp_path: Path) -> None:
    folder = tmp_path / "brain-flair"
    write_png(folder / "images" / "a.png", 7)
    write_png(folder / "masks" / "a.png", 255)
    (folder / "splits.csv").write_text("file,patient,split\na.png,p1,test\nb.png,p2,train\n")
    (one,) = read_lesions(tmp_path, "test")
    assert (one.patient, one.split, int(one.values[0, 0])) == ("p1", "test", 7)
    assert one.lesion is not None and bool(one.lesion.all())


def test_phantoms_of_one_head_are_one_patient(tmp_path: Path) -> None:
    for name in ("head-0001_slice-01", "head-0001_slice-02", "head-0002_slice-01"):
        write_png(tmp_path / "train" / f"{name}.png", 9)
    write_png(tmp_path / "train" / "masks" / "head-0001_slice-01.png", 0)
    found = read_phantoms(tmp_path / "train", "train")
    assert [one.patient for one in found] == ["train-head-0001", "train-head-0001", "train-head-0002"]


@needs_corpus
def test_the_splits_of_the_development_data_do_not_leak() -> None:
    groups = [read_normals(CORPUS, split) for split in ("train", "calibration")]
    check_leaks(*groups, *[read_lesions(CORPUS, split) for split in ("train", "calibration", "test")])
