"""Writes card.md: what a model is for, what it learned from, what it can do and where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nidus_training.config import ModelConfig
from nidus_training.dataset_facts import FACTS
from nidus_training.settings import SliceScore

COLUMNS = {
    "auroc": "AUROC",
    "ap": "AP",
    "best_dice": "best Dice (oracle)",
    "dice": "Dice at threshold",
    "sensitivity": "sensitivity",
    "precision": "precision",
    "lesions_at_1": "lesions found at 1 false finding a slice",
    "lesions_at_2": "at 2",
    "lesions_at_4": "at 4",
    "image_auroc": "slice AUROC",
}


def figure(value: dict[str, float]) -> str:
    """One figure with its interval."""
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def table_of(maps: dict[str, Any], baselines: dict[str, Any], default: str) -> list[str]:
    """The evaluation as a Markdown table."""
    rows = maps | baselines
    shown = [name for name in COLUMNS if any(name in row for row in rows.values())]
    lines = [
        "| score | " + " | ".join(COLUMNS[name] for name in shown) + " | threshold |",
        "|" + " --- |" * (len(shown) + 2),
    ]
    for name, row in rows.items():
        label = f"**{name}** (default)" if name == default else name
        label = f"baseline: {name}".replace("|", "&#124;") if name in baselines else label
        cells = " | ".join(figure(row[key]) if key in row else "" for key in shown)
        lines.append(f"| {label} | {cells} | {row['threshold']} |")
    return [*lines, ""]


def tuning_lines(manifest: dict[str, Any]) -> list[str]:
    """The default map beside raw intensity on the calibration patients' lesions, where measured."""
    tuned = manifest["metrics"].get("brainFlairCalibration")
    if tuned is None:
        return []
    default = manifest["maps"]["default"]
    mine, raw = tuned["maps"][default], tuned["baselines"]["raw intensity"]
    return [
        f"The {tuned['patients']} patients of the calibration split ({tuned['slices']} slices with a lesion) "
        f"are harder: {default} has AUROC {figure(mine['auroc'])}, AP {figure(mine['ap'])}, Dice at "
        f"threshold {figure(mine['dice'])}; raw intensity has {figure(raw['auroc'])}, {figure(raw['ap'])}, "
        f"{figure(raw['dice'])}. Recipe, smoothing, erosion and default map were chosen on these patients "
        "and on the training split, never on the test split; the thresholds come from the lesion-free "
        "halves of these patients too. A new site may see figures as low as these.",
        "",
    ]


def threshold_table(manifest: dict[str, Any]) -> list[str]:
    """Dice of the default map and the baselines at the 99th and 99.5th percentile, where measured."""
    groups = {"calibration": "brainFlairCalibration", "test": "brainFlairTest"}
    metrics, default = manifest["metrics"], manifest["maps"]["default"]
    sets = {word: metrics[key] for word, key in groups.items() if key in metrics}
    if not sets or any("dice_at" not in one["maps"][default] for one in sets.values()):
        return []
    levels = {"p99": "99th", "p995": "99.5th"}
    heads = [f"{word} patients, {name}" for word in sets for name in levels.values()]
    lines = ["| Dice at | " + " | ".join(heads) + " |", "|" + " --- |" * (len(heads) + 1)]
    first = next(iter(sets.values()))
    for name in (default, *first["baselines"]):
        rows = [(one["maps"] if name == default else one["baselines"])[name] for one in sets.values()]
        cells = " | ".join(figure(row["dice_at"][level]) for row in rows for level in levels)
        label = name if name == default else f"baseline: {name}".replace("|", "&#124;")
        lines.append(f"| {label} | {cells} |")
    return lines


def threshold_lines(manifest: dict[str, Any], config: ModelConfig) -> list[str]:
    """How the default threshold was chosen, and the Dice at its neighbour beside it."""
    table, words = threshold_table(manifest), config.text.get("threshold", "").strip()
    return [*([words, ""] if words else []), *([*table, ""] if table else [])]


def paired_lines(measured: dict[str, Any], default: str) -> list[str]:
    """How far the default map lies above each baseline on the same patients."""
    if not measured.get("paired"):
        return []
    lines = [
        f"Paired differences, {default} less the baseline, on the same bootstrap draws of patients (an "
        "interval above 0 says that the map is better on these patients; the intervals of the figures "
        "themselves may overlap all the same):",
        "",
        "| baseline | AUROC | AP | best Dice (oracle) | Dice at threshold |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, row in measured["paired"].items():
        cells = " | ".join(figure(row[key]) for key in ("auroc", "ap", "best_dice", "dice"))
        lines.append(f"| {name.replace('|', '&#124;')} | {cells} |")
    return [*lines, ""]


def group_lines(measured: dict[str, Any], default: str) -> list[str]:
    """The default map by lesion area and brightness."""
    groups = measured["maps"][default].get("groups")
    if not groups:
        return []
    lines = [
        "By thirds of the slices, by lesion area in pixels (mm2 where the spacing is known) and by the "
        "lesion's brightness over the foreground's median:",
        "",
        "| group | from | to | slices | AP | sensitivity at threshold |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {row['from']:.4g} | {row['to']:.4g} | {row['slices']} | {row['ap']:.3f} | "
        f"{row['sensitivity']:.3f} |"
        for name, row in groups.items()
    ]
    return [*lines, ""]


def evaluation_lines(manifest: dict[str, Any], config: ModelConfig) -> list[str]:
    """All that was measured."""
    metrics, default = manifest["metrics"], manifest["maps"]["default"]
    score = SliceScore.from_manifest(manifest["sliceScore"]).words()
    lines = [
        "Pixels of the whole foreground pooled over all slices; in brackets the 95 % bootstrap interval by "
        "patient. The threshold of each row was fixed on calibration normals; best Dice picks its "
        "threshold on the evaluated pixels themselves and is no performance to expect. Slice AUROC: 95 % "
        "quantile of the map, slices with a lesion against calibration normals. The application scores a "
        f"slice by the {score}.",
        "",
    ]
    tests = metrics.get("brainFlairTest")
    if tests:
        title = f"{tests['slices']} slices with a glioma of {tests['patients']} patients never seen"
        lines += [f"### Real lesions: {title}", "", *table_of(tests["maps"], tests["baselines"], default)]
        lines += paired_lines(tests, default) + group_lines(tests, default) + tuning_lines(manifest)
        lines += threshold_lines(manifest, config)
    images = metrics.get("images")
    if images:
        every, rest = images["all"], images["held-out"]
        lines += [
            f"### Image labels: {every['images']} images of {every['patients']} patients never trained on",
            "",
            "Length of the code and the quantile were chosen on half of these patients (by a hash of the "
            "patient), since no other images with disease are there; the last column holds the other half, "
            f"{rest['images']} images of {rest['patients']} patients. One earlier look, at a model with a "
            "wider code and at principal components, had covered all of them.",
            "",
            "| score of an image | AUROC, all | AUROC, patients on whom nothing was chosen |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| {f'**{name}** (the slice score)' if name == score else name} | "
            f"{figure(row['image_auroc'])} | {figure(rest['scores'][name]['image_auroc'])} |"
            for name, row in every["scores"].items()
        ]
        lines.append("")
    planted = metrics.get("planted")
    if planted:
        kinds = ", ".join(f"{kind} {value:.3f}" for kind, value in planted["kinds"].items())
        lines += [
            f"### Planted lesions: {planted['slices']} held-out normals, seed {planted['seed']}",
            "",
            *table_of(planted["maps"], planted["baselines"], default),
            f"AP of {default} by kind: {kinds}.",
            "",
            *group_lines(planted, default),
        ]
    sclerosis = metrics.get("msBrain")
    if sclerosis:
        lines += [
            f"### Multiple sclerosis: {sclerosis['slices']} slices of one patient of another scanner, "
            "skull removed",
            "",
            *table_of(sclerosis["maps"], sclerosis["baselines"], default),
            "One patient: there is no interval. The training images have skulls.",
            "",
        ]
    return lines


def guard_lines(manifest: dict[str, Any]) -> list[str]:
    """What the guards said, and the curve of the training."""
    lines = []
    guards, curve = (manifest["metrics"].get(key) for key in ("guards", "curve"))
    if guards:
        code, pictures = "the network has no code, so none can collapse", ""
        if guards["kl_per_dimension"]:
            largest = ", ".join(f"{one:.2f}" for one in guards["kl_per_dimension"][:8])
            total = len(guards["kl_per_dimension"])
            code = (
                f"{guards['active_units']} of {total} latent dimensions in use (largest KL: {largest} nats)"
            )
            pictures = "; a traversal of the code and samples of the prior are pictures of the report"
        lines += [
            f"Guards, on calibration normals{pictures}:",
            "",
            f"- Posterior collapse: {code}.",
            f"- Over-capacity: errors on planted lesions above those on the same tissue with effect size "
            f"{guards['effect_size']:.2f} (paired t = {guards['t']:.1f}, p = {guards['p_value']:.1g}).",
            f"- Blur: structural similarity of normals {guards['ssim']:.2f}.",
            *(f"- Warning: {one}." for one in guards["warnings"]),
            "",
        ]
    if curve:
        names = [name for name in curve[0] if name not in ("step", "kl_weight")]
        lines += ["| step | " + " | ".join(names) + " |", "|" + " --- |" * (len(names) + 1)]
        lines += [
            f"| {row['step']:.0f} | " + " | ".join(f"{row.get(n, 0):.4g}" for n in names) + " |"
            for row in curve
        ]
        lines.append("")
    return lines


def command_lines(config: ModelConfig) -> list[str]:
    """The commands that make the model."""
    path = f"models/training/configs/{config.id}.toml"
    phantoms = " --phantoms PHANTOMS" if config.training.phantom_share else ""
    drawn = "node scripts/make-demo-study/phantom-slices.mjs --out PHANTOMS/"
    made = [
        f"{drawn}train --heads 12 --seed 5100 --healthy",
        f"{drawn}calibration --heads 4 --seed 7100 --healthy",
    ]
    checked = [f"nidus-train evaluate {path}{phantoms} --split calibration"]
    return [
        "```sh",
        *(made if phantoms else []),
        f"nidus-train --threads 1 fit {path}{phantoms}",
        f"nidus-train export {path}",
        f"nidus-train calibrate {path}{phantoms}",
        f"nidus-train evaluate {path}{phantoms}",
        *(checked if config.data.kind == "brain-flair" else []),
        f"nidus-train report {path}",
        "```",
        "",
    ]


def write_card(folder: Path, manifest: dict[str, Any], config: ModelConfig) -> None:
    """Writes card.md into a model folder.

    Args:
        folder: The model folder.
        manifest: Its model.json, calibrated and evaluated.
        config: Gives the configuration's own paragraphs: `about`, `time`, `threshold`, `limits`,
            `failures`.
    """
    training, facts = manifest["training"], FACTS[config.data.kind]
    calibration = manifest["metrics"]["calibration"]
    thresholds = [t for t in manifest["thresholds"] if t["map"] == manifest["maps"]["default"]]
    phantoms = f" and {calibration['phantomSlices']} slices of other phantoms"
    lines = [
        f"# {manifest['name']} {manifest['version']}",
        "",
        f"**{manifest['intendedUse']}**",
        "",
        config.text.get("about", "").strip(),
        "",
        "## Data and licence",
        "",
        f"- Training: {training['dataset']}. {training['images']} images, of them images of "
        f"{training['patients']} patients.",
        f"- Calibration: {calibration['slices']} normal images of {calibration['patients']} other patients"
        f"{phantoms if calibration['phantomSlices'] else ''}.",
        "- Patients and pixels of the splits are checked for overlap before every run.",
        f"- Licence of the weights: {manifest['licence']}, {facts.terms}.",
        f"- Cite: {facts.citation}",
        "",
        "## Recipe",
        "",
        f"{training['recipe']}; seed {training['seed']}. {config.text.get('time', '').strip()}".strip(),
        "",
        *command_lines(config),
        *guard_lines(manifest),
        "## Figures",
        "",
        *evaluation_lines(manifest, config),
        "Pictures of the best, median and worst test patients: `nidus-train report CONFIG --figures "
        "FOLDER`. They show images of the data set and are therefore not part of this repository.",
        "",
        "Thresholds of the default map (score units: robust standard deviations above the calibration "
        "median):",
        "",
        "| id | value | 95 % band | share of normal pixels above |",
        "| --- | --- | --- | --- |",
        *(
            f"| {t['id']} | {t['value']:.2f} | {t['confidence'][0]:.2f} to {t['confidence'][1]:.2f} | "
            f"{t['falsePositiveRate']:.1%} |"
            for t in thresholds
        ),
        "",
        "## Limits",
        "",
        config.text.get("limits", "").strip(),
        "",
        "## Failures seen",
        "",
        config.text.get("failures", "").strip(),
    ]
    (folder / "card.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
