"""Training: the loop, what it remembers, what it writes.

`fit` trains, `evaluate` and `predict` use what came of it, `save` and `load` keep it.
"""

from __future__ import annotations

from neuropil.training.averages import Averages
from neuropil.training.callbacks import OnEpoch, OnFinish, OnStart, OnStep, Stateful
from neuropil.training.checkpoint import Checkpoint
from neuropil.training.class_weights import class_weights
from neuropil.training.cross_validation import CrossValidation, cross_validate
from neuropil.training.doctor import (
    DoctorReport,
    Finding,
    GradientDoctor,
    diagnose,
    read_report,
    write_report,
)
from neuropil.training.early_stopping import EarlyStopping
from neuropil.training.engines import ENGINES
from neuropil.training.evaluation import evaluate
from neuropil.training.fitting import fit
from neuropil.training.history import History
from neuropil.training.history_writer import HistoryWriter
from neuropil.training.intervals import bootstrap_interval, mean_interval, wilson_interval
from neuropil.training.learning_rate_finder import LearningRateCurve, find_learning_rate
from neuropil.training.metrics import (
    F1,
    R2,
    ROCAUC,
    BinaryAccuracy,
    BitsPerCharacter,
    Metric,
    OverallMetric,
    Perplexity,
    Precision,
    Recall,
    RootMeanSquaredError,
    TopKAccuracy,
    accuracy,
    confusion_matrix,
    mean_absolute_error,
)
from neuropil.training.network_file import load, save
from neuropil.training.prediction import predict
from neuropil.training.run import Run
from neuropil.training.scores import Scores

__all__ = [
    "ENGINES",
    "F1",
    "R2",
    "ROCAUC",
    "Averages",
    "BinaryAccuracy",
    "BitsPerCharacter",
    "Checkpoint",
    "CrossValidation",
    "DoctorReport",
    "EarlyStopping",
    "Finding",
    "GradientDoctor",
    "History",
    "HistoryWriter",
    "LearningRateCurve",
    "Metric",
    "OnEpoch",
    "OnFinish",
    "OnStart",
    "OnStep",
    "OverallMetric",
    "Perplexity",
    "Precision",
    "Recall",
    "RootMeanSquaredError",
    "Run",
    "Scores",
    "Stateful",
    "TopKAccuracy",
    "accuracy",
    "bootstrap_interval",
    "class_weights",
    "confusion_matrix",
    "cross_validate",
    "diagnose",
    "evaluate",
    "find_learning_rate",
    "fit",
    "load",
    "mean_absolute_error",
    "mean_interval",
    "predict",
    "read_report",
    "save",
    "wilson_interval",
    "write_report",
]
