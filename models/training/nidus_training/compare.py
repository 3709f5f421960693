"""One table of all models beside their baselines, from their manifests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nidus_training.card import figure

COLUMNS = {
    "auroc": "AUROC",
    "ap": "AP",
    "best_dice": "best Dice (oracle)",
    "dice": "Dice at threshold",
    "lesions_at_1": "lesions at 1 FP",
    "lesions_at_2": "at 2 FP",
    "lesions_at_4": "at 4 FP",
    "image_auroc": "slice AUROC",
}
SETS = {
    "brainFlairTest": "Brain FLAIR: test patients",
    "brainFlairCalibration": "Brain FLAIR: calibration patients, on whom choices were made",
    "msBrain": "Multiple sclerosis: one patient of another scanner, skull removed",
    "planted": "Planted lesions on held-out normals",
}


def compare_models(manifests: Sequence[dict[str, Any]], short: bool = False) -> list[str]:
    """Markdown lines: every model and map on every set of lesions, then image labels.

    Args:
        manifests: With `metrics`, see `steps.evaluate`. Baselines are listed once for every model, since they
            go through its grid, smoothing and mask.
        short: Only the default map of every model, and four columns.
    """
    shown = dict(list(COLUMNS.items())[:4]) if short else COLUMNS
    lines: list[str] = []
    for key, title in SETS.items():
        found = [one for one in manifests if key in one.get("metrics", {})]
        if not found:
            continue
        lines += ["", f"### {title}", "", "| model | score | " + " | ".join(shown.values()) + " |"]
        lines.append("|" + " --- |" * (len(shown) + 2))
        for manifest in found:
            measured = manifest["metrics"][key]
            rows = measured["maps"] | {f"baseline: {k}": v for k, v in measured["baselines"].items()}
            for name, row in rows.items():
                if short and name in measured["maps"] and name != manifest["maps"]["default"]:
                    continue
                label = f"**{name}**" if name == manifest["maps"]["default"] else name.replace("|", "&#124;")
                cells = " | ".join(figure(row[one]) if one in row else "" for one in shown)
                lines.append(f"| {manifest['id']} | {label} | {cells} |")
    lines += group_table(manifests)
    labelled = [one for one in manifests if "images" in one.get("metrics", {})]
    if labelled:
        lines += ["", "### Image labels: AUROC of one score an image", ""]
        lines += ["| model | score | all patients | patients on whom nothing was chosen |"]
        lines += ["| --- | --- | --- | --- |"]
    for manifest in labelled:
        images = manifest["metrics"]["images"]
        for name, row in images["all"]["scores"].items():
            rest = images["held-out"]["scores"][name]["image_auroc"]
            lines.append(f"| {manifest['id']} | {name} | {figure(row['image_auroc'])} | {figure(rest)} |")
    return lines


def group_table(manifests: Sequence[dict[str, Any]]) -> list[str]:
    """Default maps by thirds of the slices, by lesion area and by brightness."""
    rows = []
    for key, title in SETS.items():
        for manifest in manifests:
            default = manifest["maps"]["default"]
            measured = manifest.get("metrics", {}).get(key, {}).get("maps", {}).get(default, {})
            rows += [
                f"| {title} | {manifest['id']} | {name} | {one['from']:.4g} to {one['to']:.4g} | "
                f"{one['slices']} | {one['ap']:.3f} | {one['sensitivity']:.3f} |"
                for name, one in measured.get("groups", {}).items()
            ]
    if not rows:
        return []
    heads = ("set", "model", "lesions", "from, to", "slices", "AP", "sensitivity at threshold")
    return [
        "",
        "### By lesion area in pixels or mm2, and by brightness over the foreground's median",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + " --- |" * len(heads),
        *rows,
    ]
