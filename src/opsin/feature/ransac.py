"""Random sample consensus: fitting a model to data of which a part is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array
from .._engine.iterate import iterations
from .._engine.randomness import as_generator
from .._errors import Allowed, integer, number

THRESHOLD = Allowed(0)
TRIALS = Allowed(0)
PROBABILITY = Allowed(0, 1)


def ransac(
    data: Any,
    model_class: type[Any],
    min_samples: float,
    residual_threshold: Annotated[float, THRESHOLD],
    *,
    is_data_valid: Callable[..., bool] | None = None,
    is_model_valid: Callable[..., bool] | None = None,
    max_trials: int = 100,
    stop_sample_num: float = math.inf,
    stop_residuals_sum: float = 0.0,
    stop_probability: float = 1.0,
    rng: int | np.random.Generator | None = None,
    initial_inliers: Sequence[bool] | NDArray[np.bool_] | None = None,
) -> tuple[Any, NDArray[np.bool_] | None]:
    """Fit a model to data with outliers, by random sample consensus.

    In each trial a model is estimated from a few random samples, and the samples that agree with it are counted. The
    model is estimated again from all the samples that agree with the best one.

    Parameters
    ----------
    data : array_like or tuple of array_like
        Samples along the first axis: one array, or several of one length, such as the points before and after a
        transform.
    model_class : type
        Class of the model. It has a class method ``from_estimate(*data)``, which returns a model, or something false if
        there is none, or is made without arguments and has a method ``estimate(*data)``, which returns whether there is
        one; and a method ``residuals(*data)`` with a number for each sample.
    min_samples : int or float
        How many samples a model is estimated from; below 1, a fraction of all of them.
    residual_threshold : float
        Samples with a residual of a smaller magnitude agree with a model.
    is_data_valid : callable, optional
        ``is_data_valid(*data)`` returns whether a model may be estimated from a selection of samples.
    is_model_valid : callable, optional
        ``is_model_valid(model, *data)`` returns whether a model from a selection of samples may be used.
    max_trials : int
        Greatest number of trials.
    stop_sample_num : float
        No more trials once so many samples agree.
    stop_residuals_sum : float
        No more trials once the sum of the squared residuals is at most this.
    stop_probability : float
        No more trials once the probability that one of them had no outliers is at least this, given the share of the
        samples that agree. 1: all of the trials, unless every sample agrees.
    rng : int, numpy.random.Generator or None
        Seed, or a generator. ``None``: another result at each call.
    initial_inliers : array_like of bool, optional
        Which samples the first model is estimated from.

    Returns
    -------
    model : object or None
        The model estimated from all samples that agree; None if no samples do.
    inliers : ndarray of bool or None
        Which samples agree; None if no samples do.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type, or the class has no such methods.
    ValueError
        If a parameter is outside its range, or the arrays are not of one length.

    References
    ----------
    .. [1] M. A. Fischler and R. C. Bolles, "Random Sample Consensus: A Paradigm for Model Fitting with Applications to
       Image Analysis and Automated Cartography", Communications of the ACM 24 (6), 1981, pp. 381-395.

    Examples
    --------
    A constant, from measurements of which some are wrong:

    >>> import numpy as np
    >>> import opsin
    >>> class Constant:
    ...     def estimate(self, values):
    ...         self.value = values.mean()
    ...         return True
    ...
    ...     def residuals(self, values):
    ...         return values - self.value
    >>> values = np.array([5.1, 4.9, 5.0, 5.2, 30.0, -10.0])
    >>> model, inliers = opsin.feature.ransac(values, Constant, 2, 0.5, rng=0)
    >>> print(model.value.round(2), inliers)
    5.05 [ True  True  True  True False False]
    """
    arrays = _as_samples(data)
    total = len(arrays[0])
    size = _sample_size(min_samples, total)
    threshold = number("residual_threshold", residual_threshold, THRESHOLD, infinite=True)
    trials = integer("max_trials", max_trials, TRIALS)
    enough = number("stop_sample_num", stop_sample_num, low=0, infinite=True)
    least = number("stop_residuals_sum", stop_residuals_sum, low=0)
    probability = number("stop_probability", stop_probability, PROBABILITY)
    for name, check in (("is_data_valid", is_data_valid), ("is_model_valid", is_model_valid)):
        if check is not None and not callable(check):
            raise TypeError(f"{name} must be callable or None; got {type(check).__name__}.")
    estimate = _estimator(model_class)
    generator = as_generator(rng)
    chosen: NDArray[Any] | None = None
    if initial_inliers is not None:
        chosen = as_array("initial_inliers", initial_inliers)
        if chosen.dtype != np.bool_:
            raise TypeError(f"initial_inliers must be an array of bool; got dtype {chosen.dtype}.")
        if chosen.shape != (total,):
            raise ValueError(f"initial_inliers must have a value for each of {total} samples; got {chosen.shape}.")

    best: NDArray[np.bool_] = np.zeros(total, bool)
    best_count, best_sum = 0, math.inf
    for trial in iterations(trials):
        if trial >= trials:
            break
        samples = generator.choice(total, size, replace=False) if chosen is None else chosen
        chosen = None
        part = [array[samples] for array in arrays]
        if is_data_valid is not None and not is_data_valid(*part):
            continue
        model = estimate(*part)
        if model is None or (is_model_valid is not None and not is_model_valid(model, *part)):
            continue
        inliers, count, spread = _agreement(model, arrays, threshold)
        if count > best_count or (count == best_count and spread < best_sum):
            best, best_count, best_sum = inliers, count, spread
            needed = trials_needed(count, total, size, probability)
            trials = trials if needed >= trials else int(needed)
            if best_count >= enough or best_sum <= least:
                break
    if not best.any():
        return None, None
    return estimate(*(array[best] for array in arrays)), best


def trials_needed(inliers: int, total: int, size: int, probability: float) -> float:
    """Return after how many trials one of them has no outliers, with a probability."""
    if probability == 0:
        return 0
    if inliers == total:
        return 1
    if probability == 1 or inliers == 0:
        return math.inf
    clean = (inliers / total) ** size
    # The probability that none of the trials is clean is (1 - clean) ** trials.
    return math.inf if clean < 1e-15 else math.ceil(math.log(1 - probability) / math.log1p(-clean))


def _as_samples(data: Any) -> list[NDArray[Any]]:
    several = data if isinstance(data, tuple) or (isinstance(data, list) and np.ndim(data[:1]) > 1) else (data,)
    arrays = [as_array("data", item) for item in several]
    for array in arrays:
        if array.ndim == 0 or array.dtype.kind not in "biufc":
            raise TypeError(f"data must be an array of numbers, or several; got dtype {array.dtype}.")
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        raise ValueError(f"data must be arrays of one length; got {sorted(lengths)}.")
    return arrays


def _sample_size(min_samples: Any, total: int) -> int:
    if total == 0:
        raise ValueError("data must have at least one sample.")
    if isinstance(min_samples, (float, np.floating)) and 0 < min_samples < 1:
        return max(1, math.ceil(float(min_samples) * total))
    return integer("min_samples", min_samples, low=1, high=total)


def _estimator(model_class: Any) -> Callable[..., Any]:
    """Return what estimates a model from samples, or returns None."""
    if not callable(getattr(model_class, "residuals", None)):
        raise TypeError(f"model_class must be a class with a method residuals; got {model_class!r:.80}.")
    if callable(getattr(model_class, "from_estimate", None)):
        return lambda *samples: model_class.from_estimate(*samples) or None
    if not callable(getattr(model_class, "estimate", None)):
        raise TypeError(f"model_class must have a method estimate or from_estimate; got {model_class!r:.80}.")

    def estimated(*samples: Any) -> Any:
        model = model_class()
        return model if model.estimate(*samples) else None

    return estimated


def _agreement(model: Any, arrays: list[NDArray[Any]], threshold: float) -> tuple[NDArray[np.bool_], int, float]:
    """Return which samples agree with a model, how many, and the sum of all squared residuals."""
    residuals = np.abs(np.asarray(model.residuals(*arrays), np.float64))
    if residuals.shape != (len(arrays[0]),):
        raise ValueError(
            f"model_class must return a residual for each of {len(arrays[0])} samples; got shape {residuals.shape}."
        )
    inliers: NDArray[np.bool_] = residuals < threshold
    return inliers, int(np.count_nonzero(inliers)), float(residuals @ residuals)
