"""scikit-learn's MLPClassifier, for the dense classifiers: the same net, loss and update.

What differs: its own initial weights, its own order of the samples, labels as one-hot rows. So
its losses are not compared; the work of a step is the same.
"""

from __future__ import annotations

import sys
import time
import warnings
from typing import Any

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.harness.contestant import serve
from benchmarks.training.cases import CASES, data


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train for as many epochs as are timed elsewhere."""
    case = CASES[request["case"]]
    net = MLPClassifier(
        case.sizes[1:-1], activation="logistic" if case.batch < 64 else "relu", alpha=0.0,
        solver=case.optimizer, learning_rate_init=case.lr, momentum=0.0, batch_size=case.batch,
        max_iter=case.epochs - 1, tol=0.0, n_iter_no_change=case.epochs, random_state=0,
        nesterovs_momentum=False,
    )  # fmt: skip
    inputs, targets = data(case)
    warnings.simplefilter("ignore", ConvergenceWarning)
    start = time.perf_counter()
    net.fit(inputs, targets.ravel().astype(int))
    return {"seconds": time.perf_counter() - start, "loss": float(net.loss_)}


if __name__ == "__main__":
    versions = {"scikit-learn": sklearn.__version__, "python": sys.version.partition(" ")[0]}
    serve(versions, work)
