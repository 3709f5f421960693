"""Every command in turn on a site's folder of pictures, from training to a model adapted beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nidus_training.cli import main
from nidus_training.data import Slice
from synthetic import heads

CONFIG = """
[model]
id = "site"
name = "Site"
kind = "cevae"
version = "0.0.1"

[data]
kind = "folder"
folder = "{folder}"
calibration_share = 0.3
test_share = 0.3

[preprocessing]
height = 16
width = 16

[maps]
available = ["rec", "combi", "grad-kl", "restoration"]
default = "rec"

[network]
channels = [4, 8]
latent = 6

[training]
samples = 1600
batch = 8
bf16 = false
context_share = 0.5
"""


def write_pictures(slices: list[Slice], folder: Path) -> None:
    for one in slices:
        path = folder / one.patient / f"{one.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.asarray(one.values)).save(path)


def test_commands_take_pictures_to_a_model_and_adapt_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file, models = tmp_path / "normals", tmp_path / "site.toml", tmp_path / "models"
    write_pictures(heads(20, 1), folder)
    file.write_text(CONFIG.format(folder=folder.as_posix()))
    where = ["--models", str(models), "--runs", str(tmp_path / "runs")]

    def run(command: str, *more: str) -> None:
        assert main(["--threads", "1", command, str(file), *where, *more]) == 0, capsys.readouterr().err

    run("fit")
    run("export")
    run("calibrate")
    run("evaluate", "--repeats", "20")
    run("report", "--figures", str(tmp_path / "figures"))
    manifest = json.loads((models / "site" / "model.json").read_text())
    assert set(manifest["maps"]["statistics"]) == {"rec", "combi", "grad-kl", "restoration"}
    planted = manifest["metrics"]["planted"]
    assert set(planted["maps"]) == set(manifest["maps"]["available"])
    assert [row["step"] for row in manifest["metrics"]["curve"]] == [100, 200]
    card = (models / "site" / "card.md").read_text()
    for words in ("not for diagnosis", "Posterior collapse", "Over-capacity", "Blur", "| step |", "seed 1"):
        assert words in card
    page = (tmp_path / "figures" / "figures.html").read_text()
    for picture in ("best", "median", "worst", "latent-traversal.png", "prior-samples.png"):
        assert picture in page

    other = tmp_path / "other"
    write_pictures(heads(12, 9), other)
    before = (models / "site" / "model.onnx").read_bytes()
    code = main(["adapt", str(file), *where, "--normals", str(other), "--samples", "800", "--name", "site-b"])
    said = capsys.readouterr()
    # Better or refused, by what it measured: either way the old model stays, and both sets are reported.
    assert (code == 0) == (models / "site-b" / "model.json").exists()
    assert "worse, the old one stays" in said.err if code else "original: old" in said.out
    assert (models / "site" / "model.onnx").read_bytes() == before
