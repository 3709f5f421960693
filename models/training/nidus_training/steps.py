"""The steps behind the commands, each from configuration and files to files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from nidus_training import adapt as adaptation
from nidus_training import calibrate as calibration
from nidus_training import evaluate as evaluation
from nidus_training import train
from nidus_training.baselines import fit_baselines
from nidus_training.card import write_card
from nidus_training.compare import compare_models
from nidus_training.config import AverageConfig, DataConfig, ModelConfig, read_config
from nidus_training.data import Slice, corpus_folder
from nidus_training.distributed import join_world
from nidus_training.domain import fit_domain
from nidus_training.evaluate_images import evaluate_images
from nidus_training.export import export_onnx, load_onnx
from nidus_training.figures import write_figures
from nidus_training.guards import check_model, write_latent_figures
from nidus_training.load_model import load_map_model, load_members
from nidus_training.manifest import (
    build_manifest,
    describe_recipe,
    read_manifest,
    settings_of,
    write_manifest,
)
from nidus_training.networks import Ensemble, Network, build_network
from nidus_training.planted import KINDS, plant_lesions
from nidus_training.progress import read_curve
from nidus_training.readme_tables import fill_tables, readme_tables
from nidus_training.sources import Source, read_sclerosis, read_source
from nidus_training.store import build_store

PLANTED_SEED = 7
PICTURED = ("rec", "grad-kl", "grad-rec", "grad-elbo", "combi", "context", "restoration")


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

    def seeded(self) -> list[Task]:
        """The trainings of a model whose mean is taken over seeds, each with a run folder; else itself."""
        seeds = self.config.average.seeds
        return [
            replace(
                self,
                config=replace(
                    self.config,
                    training=replace(self.config.training, seed=seed),
                    average=AverageConfig(),
                ),
                run=self.run / f"seed-{seed}",
            )
            for seed in seeds
        ] or [self]

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


def fit(task: Task, device: str = "cpu", precision: str | None = None, seed: int | None = None) -> None:
    """Trains on the normal training slices, phantoms and what lesion slices the configuration asks for.

    Args:
        task: The model; one that averages seeds is trained once with each.
        device: `cpu` or `cuda`; under torchrun every process takes its own GPU.
        precision: `bf16` or `fp32`; the configuration's own when None.
        seed: Trains with this one of several seeds alone, so that they can run side by side.

    Raises:
        ValueError: The configuration does not name the seed.
    """
    chosen = [one for one in task.seeded() if seed in (None, one.config.training.seed)]
    if not chosen:
        raise ValueError(f"{task.config.id} is not trained with seed {seed}")
    source = task.source()
    for one in chosen:
        fit_one(one, source, device, precision)


def fit_one(task: Task, source: Source, device: str, precision: str | None) -> None:
    """Trains one network; arguments as those of `fit`."""
    config = task.config
    if precision is not None:
        config = replace(config, training=replace(config.training, bf16=precision == "bf16"))
    t, pre = config.training, config.preprocessing
    erosion = t.foreground_erosion or config.maps.foreground_erosion
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
    else:
        members = [trained_weights(one) for one in task.seeded()]
        if len(members) == 1:
            return members[0]
    return Ensemble(members, size.height, size.width).eval()  # type: ignore[arg-type]


def trained_weights(task: Task) -> Network:
    """The network of one finished training, with averaged weights.

    Raises:
        FileNotFoundError: The training is not finished.
    """
    network = build_network(task.config)
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
    domain = fit_domain(source.scanned, config.preprocessing, config.maps.foreground_erosion)
    if domain is not None:
        manifest["domain"] = domain
    manifest["metrics"] = {
        "calibration": {
            "slices": len(normals),
            "patients": len({one.patient for one in normals}),
            "phantomSlices": len(few),
        },
        "curve": read_curve(task.seeded()[0].run) or known_curve(task.model, manifest["sha256"]),
    }
    add_guards(load_onnx(path), config, normals, manifest["metrics"])
    write_manifest(task.model, manifest)
    for one in fitted.thresholds:
        if one["map"] == config.maps.default:
            print(f"{one['map']} {one['id']}: {one['value']:.2f}, 95 % band {one['confidence']}")


def describe(task: Task) -> None:
    """Fits anew what the training images look like, and writes nothing else of model.json.

    Raises:
        ValueError: Too few training patients for it.
    """
    manifest, config = read_manifest(task.model), task.config
    scanned = read_source(config.data, task.corpus).scanned
    domain = fit_domain(scanned, config.preprocessing, config.maps.foreground_erosion)
    if domain is None:
        raise ValueError(f"the training patients of {config.id} are too few to say what images look like")
    manifest["domain"] = domain
    write_manifest(task.model, manifest)


def known_curve(folder: Path, sha256: str) -> list[dict[str, float]]:
    """The curve that model.json holds of the training of this very file; empty where there is none."""
    if not (folder / "model.json").is_file():
        return []
    known = read_manifest(folder)
    return list(known.get("metrics", {}).get("curve", [])) if known["sha256"] == sha256 else []


def add_guards(network: Network, config: ModelConfig, normals: list[Slice], metrics: dict[str, Any]) -> None:
    """Runs the guards on calibration normals, says what they warn of and adds their report."""
    planted = plant_lesions(normals, config.preprocessing, PLANTED_SEED)
    guards = check_model(network, (config.preprocessing, config.maps), normals, planted)
    metrics["guards"] = guards.to_manifest()
    for warning in guards.warnings:
        print(f"guard: {warning}")


def evaluate(task: Task, split: str, repeats: int) -> None:
    """Evaluates model.onnx beside the baselines and adds all tables to model.json.

    Real lesions of a split, planted lesions on held-out normals, and where there are: image labels, and a
    brain of another scanner with multiple sclerosis.
    """
    manifest, source = read_manifest(task.model), task.source()
    settings = settings_of(manifest)
    model = load_map_model(task.model, task.config.ensemble)
    stored = build_store(source.train, settings[0], settings[1].foreground_erosion)
    baselines = fit_baselines(stored, task.config)
    smallest = manifest["findings"]["minAreaPx"]
    threshold = next(t["id"] for t in manifest["thresholds"] if t["map"] == settings[1].default)
    metrics = manifest.setdefault("metrics", {})
    if "guards" not in metrics:
        add_guards(model.network, task.config, source.calibration, metrics)
        write_manifest(task.model, manifest)

    calm = evaluation.score_normals(model, settings[0], source.calibration)

    def tables(slices: list[Slice]) -> dict[str, Any]:
        mine, rows = evaluation.evaluate_model(model, manifest, settings, slices, repeats, calm)
        plain, others = evaluation.evaluate_baselines(
            baselines, settings, slices, source.calibration, threshold, repeats, smallest
        )
        evaluation.print_table(mine | plain)
        return {
            "slices": len(slices),
            "patients": len({one.patient for one in slices}),
            "maps": mine,
            "baselines": plain,
            "paired": evaluation.pair_rows(rows[settings[1].default], others),
        }

    default = [settings[1].default]

    def keep(name: str, measured: dict[str, Any]) -> None:
        # Written at once: a long evaluation that is stopped keeps what it has; read again first, since
        # the other split may be under evaluation at the same time.
        metrics[name] = measured
        latest = read_manifest(task.model)
        latest.setdefault("metrics", {})[name] = measured
        write_manifest(task.model, latest)

    if any(one.lesion is not None for one in source.lesions.get(split, [])):
        name = f"brainFlair{split.capitalize()}" if task.config.data.kind == "brain-flair" else split
        print(f"real lesions, {split} split")
        keep(name, {"split": split} | tables(source.lesions[split]))
    if split == "test":
        held_out = source.test_normals or source.calibration
        planted = plant_lesions(held_out, settings[0], PLANTED_SEED)
        print("planted lesions")
        extra = {
            "seed": PLANTED_SEED,
            "kinds": {
                kind: evaluation.evaluate_model(
                    model,
                    manifest,
                    settings,
                    [p for p in planted if p.name.startswith(kind)],
                    1,
                    None,
                    default,
                )[0][default[0]]["ap"]["value"]
                for kind in KINDS
            },
        }
        keep("planted", tables(planted) | extra)
        if source.test_normals and source.lesions["test"]:
            images = [*source.test_normals, *source.lesions["test"]]
            keep(
                "images", evaluate_images(model, settings, baselines, images, repeats, settings[1].available)
            )
            evaluation.print_table(metrics["images"]["all"]["scores"])
        elif task.config.data.kind == "brain-flair":
            print("multiple sclerosis, one patient of another scanner, skull removed")
            keep("msBrain", tables(read_sclerosis(task.corpus)))


def report(task: Task, out: Path | None = None) -> None:
    """Writes card.md from model.json and the configuration's own words, and figures beside the run.

    Args:
        task: The model.
        out: Folder for the figures, which show images of the data set; none are written when None.
    """
    manifest = read_manifest(task.model)
    manifest["metrics"].setdefault("curve", read_curve(task.seeded()[0].run))
    write_card(task.model, manifest, task.config)
    if out is None:
        return
    source = task.source()
    model, (pre, maps) = load_map_model(task.model, task.config.ensemble), settings_of(manifest)
    slices = [one for one in source.lesions.get("test", []) if one.lesion is not None]
    slices = slices or plant_lesions(source.test_normals, pre, PLANTED_SEED)
    shown = [maps.default, *(name for name in PICTURED if name in maps.available and name != maps.default)]
    chosen = {t["map"]: t["value"] for t in reversed(manifest["thresholds"])}
    start = next(one for _, one in evaluation.prepare(source.calibration, pre, maps.foreground_erosion))
    latent = write_latent_figures(model.network, start.x, out)
    print(write_figures(model, pre, slices, {name: chosen[name] for name in shown}, out, latent))


def adapt(task: Task, normals: Path, samples: int, name: str) -> None:
    """Fine-tunes a model on a site's normals and writes the new one beside the old, calibrated on the site.

    Raises:
        AdaptationRefusedError: The adapted model is worse; nothing is written.
    """
    config = task.config
    folder = DataConfig(kind="folder", folder=str(normals), seed=config.training.seed)
    site, original = read_source(folder, task.corpus), task.source().calibration
    run = task.run.with_name(name)
    network, table = adaptation.adapt(
        config, task.model / "model.onnx", (site.train, site.calibration), original, run, samples
    )
    for group, pair in table.items():
        print(f"{group}: old {pair['old']}, new {pair['new']}")
    adapted = replace(config, id=name, name=f"{config.name}, adapted", ensemble=())
    target = task.model.with_name(name)
    sha256 = export_onnx(network, target / "model.onnx")
    fitted = calibration.calibrate(load_onnx(target / "model.onnx"), adapted, site.calibration)
    recipe = f"{config.id} {config.version} fine-tuned on {len(site.train)} normal images of one site"
    patients = len({one.patient for one in site.train})
    manifest = build_manifest(adapted, fitted, sha256, len(site.train), patients, recipe)
    manifest["metrics"] = {"adaptation": table}
    write_manifest(target, manifest)
    print(f"{target}: the old model stays in {task.model}")


def compare(models: Path, short: bool = False, readme: Path | None = None) -> None:
    """Prints one table of all models of a folder from their manifests, of default maps alone when short.

    Args:
        models: The folder.
        short: Default maps alone.
        readme: Writes the tables of this file instead, between their markers.
    """
    manifests = [read_manifest(path.parent) for path in sorted(models.glob("*/model.json"))]
    if readme is None:
        print("\n".join(compare_models(manifests, short)))
        return
    tables = readme_tables({one["id"]: one for one in manifests})
    readme.write_text(fill_tables(readme.read_text(encoding="utf-8"), tables), encoding="utf-8")
    print(readme)
