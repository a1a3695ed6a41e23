"""Capability: how dense models are, how fast that grows, and what a larger one will score."""

from analysis.capability.chain import Chain
from analysis.capability.chance import chance
from analysis.capability.density import DensityReference
from analysis.capability.growth import Growth, Trend, doubling_time
from analysis.capability.ladder import LadderChoices, fit_ladder
from analysis.capability.simulation import better_calibrated, calibrate, permuted

__all__ = [
    "Chain",
    "DensityReference",
    "Growth",
    "LadderChoices",
    "Trend",
    "better_calibrated",
    "calibrate",
    "chance",
    "doubling_time",
    "fit_ladder",
    "permuted",
]
