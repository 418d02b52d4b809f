"""Other libraries: networks as estimators of scikit-learn (the extra ``sklearn``)."""

from __future__ import annotations

try:
    import sklearn as _sklearn
except ModuleNotFoundError as error:
    if error.name != "sklearn":
        raise
    raise ModuleNotFoundError(
        "neuropil.interop needs scikit-learn, which is not installed: "
        "pip install 'neuropil[sklearn]'",
        name="sklearn",
    ) from None

from neuropil.interop.classifier import NeuralClassifier
from neuropil.interop.regressor import NeuralRegressor

del _sklearn

__all__ = ["NeuralClassifier", "NeuralRegressor"]
