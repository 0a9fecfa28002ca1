"""Correcting forecasts by what came back.

A provider's people are not those of the reference, so its match rates differ from ours by a factor that
its own outcomes teach. The model, for outcomes a of forecasts f at one provider, with k its factor:

    below one   k f                  the provider lacks a share of the people whom we find
    above one   1 - (1 - f) / k      it has a share of the people whom we do not find
    outcome     normal around that; its variance is that of the forecast's own doubts plus a spread of the
                provider, proportional to a (1 - a) as for every overdispersed share
    or else     with a probability of 5 %, anything from 0 to 1: a slip of the pen, another list

A factor of this kind is how a difference in coverage acts, it maps rates to rates, and "0.8 of what we
say" is one number for rates from 1 % to 100 %; a constant shift of the logit would not be. The last line
is what makes it robust: an outcome that fits nothing is taken for nothing, not averaged in. The factor's
prior is a Student distribution around 1, or around what other providers' outcomes suggest, so a few
outcomes move a forecast a part of the way only. Two unknowns, the logarithm of the factor and the spread,
are summed over on a grid: no approximation, and no chance in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: How probable it is beforehand that an outcome says nothing about its forecast.
ASTRAY = 0.05
#: Scale of the prior of a factor's logarithm: common to all providers, and of one provider around that.
COMMON_SCALE, OWN_SCALE = 0.15, 0.2
#: Degrees of freedom of that prior: factors far from one are rare, but there are some.
FREEDOM = 4
#: Scale of the prior of a provider's spread, as a share of the rows where a half of them match.
SPREAD_SCALE = 0.03
#: The newest outcomes of a provider that are looked at.
NEWEST = 400

_LOGS = np.linspace(-4, 4, 801)
_SPREADS = np.geomspace(0.002, 0.4, 32)
#: Points of the standard normal distribution, each as probable as the others.
_STEPS = np.array([NormalDist().inv_cdf((n + 0.5) / 40) for n in range(40)])
#: Draws of the unknowns that a prediction rests on.
_DRAWS = 4000


@dataclass(frozen=True)
class Past:
    """An outcome and the forecast that it belongs to; rates from 0 to 1.

    Args:
        forecast: The rate that was forecast, before any correction.
        doubt: Standard deviation of that rate, for the doubts that one list does not share with the next.
        actual: The rate that came back.
    """

    forecast: float
    doubt: float
    actual: float


@dataclass(frozen=True)
class Corrected:
    """A forecast as the outcomes correct it; rates from 0 to 1."""

    rate: float
    low: float
    high: float
    #: Standard deviations of the rate: of the provider's factor, and of its spread.
    doubts: Mapping[str, float]


@dataclass(frozen=True)
class Correction:
    """What the outcomes at one provider say of its match rates."""

    outcomes: int
    #: Probability of each factor (rows) and spread (columns).
    _weights: Floats = field(repr=False)
    #: How probable it is that each outcome says something about its forecast, in the order given.
    genuine: tuple[float, ...]

    @cached_property
    def _log(self) -> tuple[float, float]:
        weights = self._weights.sum(axis=1)
        mean = float(weights @ _LOGS)
        return mean, float(np.sqrt(weights @ (_LOGS - mean) ** 2))

    @property
    def factor(self) -> float:
        """The provider's match rate as a multiple of the forecast (of the rest, where above one)."""
        return float(np.exp(self._log[0]))

    @property
    def set_aside(self) -> int:
        """Outcomes that are taken for slips."""
        return sum(one < 0.5 for one in self.genuine)

    def correct(self, rate: float, doubt: float, *, level: float) -> Corrected:
        """Correct a forecast.

        Args:
            rate: The rate as forecast.
            doubt: Its standard deviation, for the doubts that one list does not share with the next.
            level: How probable the interval shall be.

        Returns:
            The corrected rate, with an interval that spreads as past outcomes did.
        """
        logs, spreads = self._drawn()
        carried, slope = _carried(rate, logs)
        spread = spreads * _shape(carried)
        scale = np.hypot(doubt * slope, spread)
        outcomes = np.clip(carried[:, None] + scale[:, None] * _STEPS, 0, 1)
        low, high = np.quantile(outcomes, [0.5 - level / 2, 0.5 + level / 2])
        center = float(carried.mean())
        doubts = {
            "the provider's factor": float(carried.std()),
            "the spread of past outcomes": float(np.sqrt((spread**2).mean())),
        }
        return Corrected(center, min(float(low), center), max(float(high), center), doubts)

    def _drawn(self) -> tuple[Floats, Floats]:
        """Draw factors and spreads at even steps of their probability."""
        flat = self._weights.ravel().cumsum()
        at = np.searchsorted(flat / flat[-1], (np.arange(_DRAWS) + 0.5) / _DRAWS)
        rows, columns = np.divmod(np.minimum(at, flat.size - 1), _SPREADS.size)
        return _LOGS[rows], _SPREADS[columns]


def learn(own: Sequence[Past], others: Iterable[Sequence[Past]] = ()) -> Correction:
    """Learn from the outcomes at one provider.

    Args:
        own: Its outcomes, in any order; without any, what is left is the prior.
        others: Those at each other provider; they say where factors lie in general.

    Returns:
        The correction.
    """
    estimates = [one._log for one in (_posterior(past, 0.0, COMMON_SCALE + OWN_SCALE) for past in others)]  # noqa: SLF001 - of the same class
    precisions = [1 / (OWN_SCALE**2 + sd**2) for _, sd in estimates]
    variance = 1 / (1 / COMMON_SCALE**2 + sum(precisions))
    common = variance * sum(mean * weight for (mean, _), weight in zip(estimates, precisions, strict=True))
    return _posterior(own, common, float(np.hypot(OWN_SCALE, np.sqrt(variance))))


def _posterior(past: Sequence[Past], location: float, scale: float) -> Correction:
    past = past[-NEWEST:]
    away = (_LOGS - location) / scale
    prior = -0.5 * (FREEDOM + 1) * np.log1p(away**2 / FREEDOM)
    spread = np.log(_SPREADS) - np.log1p((_SPREADS / SPREAD_SCALE) ** 2)  # the grid's steps grow with it
    log = prior[:, None] + spread
    densities = [_density(one) for one in past]
    for density in densities:
        log = log + np.log((1 - ASTRAY) * density + ASTRAY)
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    genuine = tuple(
        float((weights * ((1 - ASTRAY) * one / ((1 - ASTRAY) * one + ASTRAY))).sum()) for one in densities
    )
    return Correction(len(past), weights, genuine)


def _density(past: Past) -> Floats:
    """Give the density of an outcome under each factor and spread."""
    carried, slope = _carried(past.forecast, _LOGS)
    scale = np.hypot((past.doubt * slope)[:, None], _SPREADS * _shape(carried)[:, None])
    away = (past.actual - carried)[:, None] / scale
    density: Floats = np.exp(-0.5 * away**2) / (scale * np.sqrt(2 * np.pi))
    return density


def _carried(rate: float, log: Floats) -> tuple[Floats, Floats]:
    """Carry a rate by the logarithm of a factor; and say how steeply the outcome follows the rate."""
    slope = np.exp(-np.abs(log))
    return np.where(log <= 0, rate * slope, 1 - (1 - rate) * slope), slope


def _shape(rate: Floats) -> Floats:
    """Say how far outcomes spread around a rate, as a share of how far they do around one half."""
    return 2 * np.sqrt(np.clip(rate * (1 - rate), 0.0025, None))
