"""The steps behind the commands, each from configuration and files to files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from nidus_training import calibrate as calibration
from nidus_training import evaluate as evaluation
from nidus_training import train
from nidus_training.baselines import fit_baselines
from nidus_training.card import write_card
from nidus_training.config import ModelConfig, read_config
from nidus_training.data import corpus_folder, read_lesions, read_normals
from nidus_training.distributed import join_world
from nidus_training.export import export_onnx, load_onnx
from nidus_training.load_model import load_map_model, load_members
from nidus_training.manifest import (
    build_manifest,
    describe_recipe,
    read_manifest,
    settings_of,
    write_manifest,
)
from nidus_training.networks import Ensemble, Network, build_network
from nidus_training.sources import Source, read_source
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
    file: Path

    @staticmethod
    def of(config: Path, data: str | None, phantoms: Path | None, runs: Path, models: Path) -> Task:
        """Reads the configuration and resolves the folders."""
        read = read_config(config)
        return Task(read, corpus_folder(data), phantoms, runs / read.id, models / read.id, config)

    def member(self, name: str) -> Task:
        """The task of another configuration in the same folder, with the same folders."""
        file = self.file.with_name(f"{name}.toml")
        read = read_config(file)
        return replace(
            self, config=read, run=self.run.parent / read.id, model=self.model.parent / read.id, file=file
        )

    def source(self) -> Source:
        """All slices of this model, checked for leaks.

        Raises:
            FileNotFoundError: The configuration wants phantoms and none are there.
            LeakError: Splits share patients or pixels.
        """
        wanted = self.config.training.phantom_share > 0
        if wanted and not (self.phantoms and (self.phantoms / "train").is_dir()):
            raise FileNotFoundError(
                f"{self.config.id} trains with phantom slices: make them with "
                f"scripts/make-demo-study/phantom-slices.mjs and name their folder with --phantoms"
            )
        source = read_source(self.config.data, self.corpus, self.phantoms if wanted else None)
        return source


def fit(task: Task, device: str = "cpu", precision: str | None = None) -> None:
    """Trains on the normal training slices, phantoms and what lesion slices the configuration asks for.

    Args:
        task: The model.
        device: `cpu` or `cuda`; under torchrun every process takes its own GPU.
        precision: `bf16` or `fp32`; the configuration's own when None.
    """
    config, source = task.config, task.source()
    if precision is not None:
        config = replace(config, training=replace(config.training, bf16=precision == "bf16"))
    t, pre, erosion = config.training, config.preprocessing, config.maps.foreground_erosion
    lesions, phantoms = source.lesions.get("train", []), source.phantoms.get("train", [])
    with join_world(device) as world:
        stores = train.TrainingStores(
            build_store(source.train, pre, erosion).to(world.device),
            build_store(lesions, pre, erosion).to(world.device) if t.lesion_share > 0 else None,
            build_store(phantoms, pre, erosion).to(world.device) if t.phantom_share > 0 else None,
        )
        if world.leads:
            counts = [0 if one is None else len(one) for one in (stores.lesions, stores.phantoms)]
            print(
                f"{config.id}: {len(stores.normals)} slices, {counts[0]} with the lesion left out, "
                f"{counts[1]} phantoms; {world.size} x {world.device.type}"
            )
        train.fit(config, stores, task.run, world=world)


def export(task: Task) -> None:
    """Writes model.onnx from the averaged weights of a finished training, or of all members of a mean."""
    sha256 = export_onnx(trained_network(task), task.model / "model.onnx")
    print(f"{task.model / 'model.onnx'}  sha256 {sha256}")


def trained_network(task: Task) -> Network:
    """The network of a finished training, or of all members of a mean.

    Raises:
        FileNotFoundError: A training is not finished.
    """
    config, size = task.config, task.config.preprocessing
    if config.average.members:
        members = [trained_network(task.member(name)) for name in config.average.members]
        return Ensemble(members, size.height, size.width).eval()  # type: ignore[arg-type]
    network = build_network(config)
    network.load_state_dict(torch.load(task.run / "weights.pt", weights_only=True))
    return network.eval()


def calibrate(task: Task) -> None:
    """Calibrates model.onnx on calibration normals, phantoms at most half as many, and writes model.json."""
    config, source = task.config, task.source()
    normals, phantoms = source.calibration, source.phantoms.get("calibration", [])
    few = phantoms[:: max(1, round(2 * len(phantoms) / len(normals)))] if phantoms else []
    path = task.model / "model.onnx"
    members = load_members(task.model, config.ensemble, config.preprocessing)
    fitted = calibration.calibrate(load_onnx(path), config, [*normals, *few], members)
    manifest = build_manifest(
        config,
        fitted,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        len(source.train) + len(source.phantoms.get("train", [])),
        len({one.patient for one in source.train}),
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
