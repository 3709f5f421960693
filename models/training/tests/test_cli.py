"""The command line and the committed configurations."""

import json
from pathlib import Path

import pytest

from nidus_training.cli import main
from nidus_training.config import parse_config, read_config
from nidus_training.data import REPOSITORY

CONFIGS = sorted((REPOSITORY / "models" / "training" / "configs").glob("*.toml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_committed_configurations_describe_the_shipped_manifests(path: Path) -> None:
    config = read_config(path)
    manifest = json.loads((REPOSITORY / "models" / config.id / "model.json").read_text())
    assert path.stem == config.id == manifest["id"]
    assert manifest["preprocessing"] == config.preprocessing.to_manifest()
    assert manifest["version"] == config.version
    assert manifest["maps"]["foregroundErosion"] == config.maps.foreground_erosion
    assert manifest["thresholds"][0]["id"] == config.default_threshold


def test_an_unknown_setting_is_refused() -> None:
    model = {"id": "a", "name": "A", "kind": "vae", "version": "1.0.0"}
    with pytest.raises(ValueError, match="learning_speed"):
        parse_config({"model": model, "preprocessing": {}, "training": {"learning_speed": 1.0}})


def test_golden_writes_every_case(tmp_path: Path) -> None:
    assert main(["golden", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "preprocess" / "square-spacing" / "source-combi.npy").exists()
    assert (
        json.loads((tmp_path / "preprocess" / "no-foreground" / "case.json").read_text())["noForeground"]
        is True
    )


def test_phantoms_that_are_missing_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = next(path for path in CONFIGS if path.stem == "brain-flair-cevae")
    assert main(["calibrate", str(config), "--data", str(tmp_path), "--models", str(tmp_path)]) == 1
    assert "phantom-slices.mjs" in capsys.readouterr().err
