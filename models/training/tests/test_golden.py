"""The committed golden arrays are the ones that this package writes."""

from pathlib import Path

import numpy as np

from nidus_training.data import REPOSITORY
from nidus_training.golden import write_golden

COMMITTED = REPOSITORY / "test" / "fixtures" / "preprocess"


def test_golden_arrays_are_up_to_date(tmp_path: Path) -> None:
    for folder in write_golden(tmp_path):
        committed = COMMITTED / folder.name
        assert (committed / "case.json").read_text() == (folder / "case.json").read_text()
        for path in folder.glob("*.npy"):
            np.testing.assert_allclose(np.load(committed / path.name), np.load(path), atol=1e-6)
