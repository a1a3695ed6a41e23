"""Capability: how dense models are, how fast that grows, and what a larger one will score."""

from analysis.capability.capacity import Ratio, Room, knowledge_ratio, room
from analysis.capability.chain import Chain
from analysis.capability.chance import chance
from analysis.capability.density import DensityReference
from analysis.capability.growth import Growth, doubling_time
from analysis.capability.knowledge import (
    Facts,
    biographies,
    capacity_ratio,
    complete_bits,
    description_bits,
    stored_bits,
)
from analysis.capability.ladder import LadderChoices, fit_ladder
from analysis.capability.observational import Components, components
from analysis.capability.selection import Window, calibrate_selected
from analysis.capability.simulation import better_calibrated, calibrate, permuted
from analysis.capability.trend import Trend

__all__ = [
    "Chain",
    "Components",
    "DensityReference",
    "Facts",
    "Growth",
    "LadderChoices",
    "Ratio",
    "Room",
    "Trend",
    "Window",
    "better_calibrated",
    "biographies",
    "calibrate",
    "calibrate_selected",
    "capacity_ratio",
    "chance",
    "complete_bits",
    "components",
    "description_bits",
    "doubling_time",
    "fit_ladder",
    "knowledge_ratio",
    "permuted",
    "room",
    "stored_bits",
]
