"""What manifest and card have to say of a data set: origin, licence, what models of it are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DatasetFacts:
    """Words on one data set.

    Attributes:
        dataset: Origin and changes.
        dataset_licence: Of the training images.
        licence: SPDX expression of weights trained on them.
        terms: What the licence asks, for the card.
        citation: Whom to cite.
        intended_use: For manifest and card.
        trained_for: The manifest's `trainedFor`.
    """

    dataset: str
    dataset_licence: str
    licence: str
    terms: str
    citation: str
    intended_use: str
    trained_for: dict[str, Any]


NO_DIAGNOSIS = "Not a medical device; not for diagnosis, screening or treatment decisions."

FACTS = {
    "brain-flair": DatasetFacts(
        dataset=(
            "Axial FLAIR slices of TCGA-LGG (TCIA; LGG Segmentation Dataset of Buda et al. 2019), the "
            "lesion-free half mirrored over the midline; generated head phantoms"
        ),
        dataset_licence="CC-BY-NC-SA-4.0 (brain slices); Apache-2.0 (phantoms)",
        licence="CC-BY-NC-SA-4.0",
        terms="as the training images are under it: no commercial use, same licence for what is derived",
        citation=(
            "Buda M, Saha A, Mazurowski MA. Association of genomic subtypes of lower-grade gliomas with "
            "shape features automatically extracted by a deep learning algorithm. Computers in Biology and "
            "Medicine 2019;109:218-225. Pedano N, et al. Radiology Data from The Cancer Genome Atlas Low "
            "Grade Glioma [TCGA-LGG]. The Cancer Imaging Archive 2016, doi:10.7937/K9/TCIA.2016.L4LTD3TK."
        ),
        intended_use=f"Research on anomaly detection in axial brain FLAIR slices. {NO_DIAGNOSIS}",
        trained_for={
            "modalities": ["MR"],
            "bodyParts": ["BRAIN", "HEAD"],
            "contrast": "FLAIR",
            "orientation": "axial",
        },
    ),
    "chest-xray": DatasetFacts(
        dataset=(
            "Normal frontal chest radiographs of children of one to five years (Chest X-Ray Images, Kermany "
            "et al. 2018, Guangzhou Women and Children's Medical Center), 224 x 224 pixels"
        ),
        dataset_licence="CC-BY-4.0",
        licence="CC-BY-4.0",
        terms="as the training images are under it: name the authors of the images and of the model",
        citation=(
            "Kermany DS, Zhang K, Goldbaum M. Labeled Optical Coherence Tomography (OCT) and Chest X-Ray "
            "Images for Classification. Mendeley Data 2018, doi:10.17632/rscbjbr9sj. Kermany DS, et al. "
            "Identifying Medical Diagnoses and Treatable Diseases by Image-Based Deep Learning. Cell "
            "2018;172(5):1122-1131."
        ),
        intended_use=(
            f"Research on anomaly detection in frontal chest radiographs of small children. {NO_DIAGNOSIS}"
        ),
        trained_for={
            "modalities": ["CR", "DX"],
            "bodyParts": ["CHEST", "THORAX"],
            "contrast": "X-ray",
            "orientation": "frontal",
        },
    ),
    "folder": DatasetFacts(
        dataset="Images of one site, chosen as normal there",
        dataset_licence="that of the site",
        licence="LicenseRef-site",
        terms="decided by the site",
        citation="none",
        intended_use=f"Research on anomaly detection in images like the site's. {NO_DIAGNOSIS}",
        trained_for={"modalities": ["OT"], "bodyParts": ["any"], "contrast": "", "orientation": "any"},
    ),
}
