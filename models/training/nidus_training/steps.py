"""The steps behind the commands, each from configuration and files to files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch

from nidus_training import calibrate as calibration
from nidus_training import evaluate as evaluation
from nidus_training import train
from nidus_training.baselines import fit_baselines
from nidus_training.card import write_card
from nidus_training.config import ModelConfig, read_config
from nidus_training.data import Slice, corpus_folder, read_lesions, read_normals, read_phantoms
from nidus_training.export import export_onnx, load_onnx
from nidus_training.load_model import load_map_model, load_members
from nidus_training.manifest import (
    build_manifest,
    describe_recipe,
    read_manifest,
    settings_of,
    write_manifest,
)
from nidus_training.networks import Autoencoder
from nidus_training.splits import check_leaks
from nidus_training.store import build_store


@dataclass(frozen=True)
class Task:
    """One model with its folders."""

    config: ModelConfig
    corpus: Path
    phantoms: Path | None
    run: Path
    model: Path

    @staticmethod
    def of(config: Path, data: str | None, phantoms: Path | None, runs: Path, models: Path) -> Task:
        """Reads the configuration and resolves the folders."""
        read = read_config(config)
        return Task(read, corpus_folder(data), phantoms, runs / read.id, models / read.id)

    def phantom_slices(self, split: str) -> list[Slice]:
        """Phantom slices of a split.

        Raises:
            FileNotFoundError: The configuration wants phantoms and none are there.
        """
        if self.config.training.phantom_share == 0:
            return []
        found = read_phantoms(self.phantoms / split, split) if self.phantoms else []
        if not found:
            raise FileNotFoundError(
                f"{self.config.id} trains with phantom slices: make them with "
                f"scripts/make-demo-study/phantom-slices.mjs and name their folder with --phantoms"
            )
        return found


def fit(task: Task) -> None:
    """Trains on the pseudo-healthy training slices and phantoms, after a check for leaks."""
    real, phantoms = read_normals(task.corpus, "train"), task.phantom_slices("train")
    others = [read_lesions(task.corpus, split) for split in ("train", "calibration", "test")]
    check_leaks(real, phantoms, read_normals(task.corpus, "calibration"), *others)
    config = task.config
    stored = build_store(real, config.preprocessing, config.maps.foreground_erosion)
    drawn = build_store(phantoms, config.preprocessing, config.maps.foreground_erosion) if phantoms else None
    print(f"{config.id}: {len(stored)} slices, {0 if drawn is None else len(drawn)} phantom slices")
    train.fit(config, stored, drawn, task.run)


def export(task: Task) -> None:
    """Writes model.onnx from the averaged weights of a finished training."""
    config, size = task.config, task.config.preprocessing
    network = Autoencoder(config.network, size.height, size.width)
    network.load_state_dict(torch.load(task.run / "weights.pt", weights_only=True))
    sha256 = export_onnx(network.eval(), task.model / "model.onnx")
    print(f"{task.model / 'model.onnx'}  sha256 {sha256}")


def calibrate(task: Task) -> None:
    """Calibrates model.onnx on calibration normals, phantoms at most half as many, and writes model.json."""
    import hashlib

    config = task.config
    normals, phantoms = read_normals(task.corpus, "calibration"), task.phantom_slices("calibration")
    trained = read_normals(task.corpus, "train")
    check_leaks(trained, task.phantom_slices("train"), normals, phantoms)
    few = phantoms[:: max(1, round(2 * len(phantoms) / len(normals)))] if phantoms else []
    path = task.model / "model.onnx"
    members = load_members(task.model, config.ensemble, config.preprocessing)
    fitted = calibration.calibrate(load_onnx(path), config, [*normals, *few], members)
    images = len(trained) + len(task.phantom_slices("train"))
    manifest = build_manifest(
        config,
        fitted,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        images,
        len({one.patient for one in trained}),
        describe_recipe(config),
    )
    manifest["metrics"] = {
        "calibration": {
            "slices": len(normals),
            "patients": len({one.patient for one in normals}),
            "phantomSlices": len(few),
        }
    }
    write_manifest(task.model, manifest)
    for one in fitted.thresholds:
        if one["map"] == config.maps.default:
            print(f"{one['map']} {one['id']}: {one['value']:.2f}, 95 % band {one['confidence']}")


def evaluate(task: Task, split: str, repeats: int) -> None:
    """Evaluates model.onnx beside the baselines and adds the table to model.json."""
    manifest = read_manifest(task.model)
    settings = settings_of(manifest)
    model = load_map_model(task.model, task.config.ensemble)
    slices, normals = read_lesions(task.corpus, split), read_normals(task.corpus, "calibration")
    trained = read_normals(task.corpus, "train")
    if split != "train":
        check_leaks(trained, slices)
    table = evaluation.evaluate_model(model, manifest, settings, slices, repeats)
    stored = build_store(trained, settings[0], settings[1].foreground_erosion)
    plain = evaluation.evaluate_baselines(
        fit_baselines(stored, task.config), settings, slices, normals, repeats=repeats
    )
    evaluation.print_table(table | plain)
    measured = {
        "split": split,
        "slices": len(slices),
        "patients": len({one.patient for one in slices}),
        "maps": table,
        "baselines": plain,
    }
    task.run.mkdir(parents=True, exist_ok=True)
    (task.run / f"evaluation-{split}.json").write_text(json.dumps(measured, indent=2), encoding="utf-8")
    manifest.setdefault("metrics", {})[f"brainFlair{split.capitalize()}"] = measured
    write_manifest(task.model, manifest)


def report(task: Task) -> None:
    """Writes card.md from model.json and the configuration's own words."""
    write_card(task.model, read_manifest(task.model), task.config)
