"""Training, calibration, evaluation and export of the anomaly models of Nidus. Research use only."""

import os

# ONNX Runtime reads it as it is imported, and sends events to Microsoft otherwise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
