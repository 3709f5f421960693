"""Training, calibration, evaluation and export of the anomaly models of Nidus. Research use only."""
