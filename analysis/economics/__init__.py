"""What a right answer costs: cost-of-pass and its frontiers, prices, routing."""

from analysis.economics.alignment import alignment
from analysis.economics.attempts import Attempts, attempts, checked
from analysis.economics.cost_of_pass import cost_of_pass, pooled, with_guesser
from analysis.economics.falling import CostTrend, cost_records, cost_trend
from analysis.economics.frontier import Frontier, frontier, human_prices
from analysis.economics.half_life import half_life
from analysis.economics.outcomes import Outcomes, outcomes, rerun
from analysis.economics.pareto import binomial_interval, frontier_certainty, pareto
from analysis.economics.resampling import Interval
from analysis.economics.sets import Effect, added_value, frontier_over_time, gain, without

__all__ = [
    "Attempts",
    "CostTrend",
    "Effect",
    "Frontier",
    "Interval",
    "Outcomes",
    "added_value",
    "alignment",
    "attempts",
    "binomial_interval",
    "checked",
    "cost_of_pass",
    "cost_records",
    "cost_trend",
    "frontier",
    "frontier_certainty",
    "frontier_over_time",
    "gain",
    "half_life",
    "human_prices",
    "outcomes",
    "pareto",
    "pooled",
    "rerun",
    "with_guesser",
    "without",
]
