"""Writes card.md: what a model is for, what it learned from, what it can do and where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nidus_training.config import ModelConfig

CITATION = (
    "Buda M, Saha A, Mazurowski MA. Association of genomic subtypes of lower-grade gliomas with shape "
    "features automatically extracted by a deep learning algorithm. Computers in Biology and Medicine "
    "2019;109:218-225. Pedano N, et al. Radiology Data from The Cancer Genome Atlas Low Grade Glioma "
    "[TCGA-LGG]. The Cancer Imaging Archive 2016, doi:10.7937/K9/TCIA.2016.L4LTD3TK."
)
COLUMNS = {
    "auroc": "AUROC",
    "ap": "AP",
    "best_dice": "best Dice (oracle)",
    "dice": "Dice at threshold",
    "sensitivity": "sensitivity",
    "precision": "precision",
}


def figure(value: dict[str, float]) -> str:
    """One figure with its interval."""
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def table_of(maps: dict[str, Any], baselines: dict[str, Any], default: str) -> list[str]:
    """The evaluation as a Markdown table."""
    lines = [
        "| score | " + " | ".join(COLUMNS.values()) + " | threshold |",
        "|" + " --- |" * (len(COLUMNS) + 2),
    ]
    for name, row in (maps | baselines).items():
        label = f"**{name}** (default)" if name == default else name
        label = f"baseline: {name}".replace("|", "&#124;") if name in baselines else label
        cells = " | ".join(figure(row[key]) for key in COLUMNS)
        lines.append(f"| {label} | {cells} | {row['threshold']} |")
    return lines


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
        f"{figure(raw['dice'])}. Recipe, erosion and default map were chosen on these patients and on the "
        "lesions of 11 patients of the training split that gave no training slice, never on the test split; "
        "the thresholds come from the lesion-free halves of these patients too. A new site may see "
        "figures as low as these.",
        "",
    ]


def write_card(folder: Path, manifest: dict[str, Any], config: ModelConfig) -> None:
    """Writes card.md into a model folder.

    Args:
        folder: The model folder.
        manifest: Its model.json, calibrated and evaluated.
        config: Gives the configuration's own paragraphs: `about`, `limits`, `failures`.
    """
    training, tests = manifest["training"], manifest["metrics"]["brainFlairTest"]
    calibration = manifest["metrics"]["calibration"]
    thresholds = [t for t in manifest["thresholds"] if t["map"] == manifest["maps"]["default"]]
    path = f"models/training/configs/{config.id}.toml"
    lines = [
        f"# {manifest['name']} {manifest['version']}",
        "",
        f"**{manifest['intendedUse']}**",
        "",
        config.text.get("about", "").strip(),
        "",
        "## Data and licence",
        "",
        f"- Training: {training['dataset']}. {training['images']} slices, of them brain slices of "
        f"{training['patients']} patients.",
        f"- Calibration: {calibration['slices']} pseudo-healthy slices of {calibration['patients']} other "
        f"patients and {calibration['phantomSlices']} slices of other phantoms.",
        f"- Test: {tests['slices']} slices with a glioma, {tests['patients']} further patients. Patients and "
        "pixels of the splits are checked for overlap before every run.",
        f"- Licence of the weights: {manifest['licence']}, as the training images are under it: no "
        "commercial use, same licence for what is derived.",
        f"- Cite: {CITATION}",
        "",
        "## Recipe",
        "",
        f"{training['recipe']}; seed {training['seed']}.",
        "",
        "```sh",
        "node scripts/make-demo-study/phantom-slices.mjs --out PHANTOMS/train --heads 12 --seed 5100 "
        "--healthy",
        "node scripts/make-demo-study/phantom-slices.mjs --out PHANTOMS/calibration --heads 4 --seed 7100 "
        "--healthy",
        f"nidus-train --threads 1 fit {path} --phantoms PHANTOMS",
        f"nidus-train export {path}",
        f"nidus-train calibrate {path} --phantoms PHANTOMS",
        f"nidus-train evaluate {path}",
        f"nidus-train evaluate {path} --split calibration",
        f"nidus-train report {path}",
        "```",
        "",
        "## Figures",
        "",
        "Pixels of the whole head (scalp and skull included) pooled over all test slices; in brackets the "
        "95 % bootstrap interval by patient. The threshold of each row was fixed on calibration normals; "
        "best Dice picks its threshold on the test pixels themselves and is no performance to expect.",
        "",
        *table_of(tests["maps"], tests["baselines"], manifest["maps"]["default"]),
        "",
        *tuning_lines(manifest),
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
