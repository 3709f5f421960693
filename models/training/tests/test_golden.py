"""The committed golden arrays are the ones that this package writes."""

import json
from pathlib import Path

import numpy as np

from nidus_training.data import REPOSITORY
from nidus_training.golden import write_golden
from nidus_training.golden_maps import OTHER_LOSS_MAPS, OTHER_LOSSES, write_golden_maps

COMMITTED = REPOSITORY / "test" / "fixtures" / "preprocess"
COMMITTED_MAPS = REPOSITORY / "test" / "fixtures" / "maps"


def test_golden_arrays_are_up_to_date(tmp_path: Path) -> None:
    for folder in write_golden(tmp_path):
        committed = COMMITTED / folder.name
        assert (committed / "case.json").read_text() == (folder / "case.json").read_text()
        for path in folder.glob("*.npy"):
            np.testing.assert_allclose(np.load(committed / path.name), np.load(path), atol=1e-6)


def test_golden_maps_are_up_to_date(tmp_path: Path) -> None:
    names = write_golden_maps(tmp_path)
    committed = (COMMITTED_MAPS / "case.json").read_text()
    # the hash of the exported file may differ between versions of the onnx package, the weights may not
    assert (
        json.loads(committed)["maps"]["restoration"]
        == json.loads((tmp_path / "case.json").read_text())["maps"]["restoration"]
    )
    for name in ("x", "mask", *names):
        for k in range(2):
            file = f"{name}-{k}.npy"
            np.testing.assert_allclose(np.load(COMMITTED_MAPS / file), np.load(tmp_path / file), atol=1e-5)
    for loss in OTHER_LOSSES:
        for name in OTHER_LOSS_MAPS:
            file = f"{loss}/{name}-0.npy"
            np.testing.assert_allclose(np.load(COMMITTED_MAPS / file), np.load(tmp_path / file), atol=1e-5)
