"""What a right answer costs: cost-of-pass and its frontiers, prices, routing."""

from analysis.economics.alignment import alignment
from analysis.economics.attempts import Attempts, attempts, checked
from analysis.economics.cost_of_pass import cost_of_pass, pooled, with_guesser
from analysis.economics.falling import CostTrend, cost_records, cost_trend
from analysis.economics.frontier import Frontier, frontier, human_prices
from analysis.economics.half_life import half_life
from analysis.economics.outcomes import Outcomes, outcomes, rerun, reruns
from analysis.economics.pareto import binomial_interval, frontier_certainty, pareto
from analysis.economics.price_changes import Repricing, chained, dispersion, matched, repricing
from analysis.economics.price_reversal import Reversal, price_reversal
from analysis.economics.price_trend import PriceTrend, price_trend
from analysis.economics.prices import blended, cheapest, offers, pieces, reaching
from analysis.economics.resampling import Interval
from analysis.economics.sets import Effect, added_value, frontier_over_time, gain, without

__all__ = [
    "Attempts",
    "CostTrend",
    "Effect",
    "Frontier",
    "Interval",
    "Outcomes",
    "PriceTrend",
    "Repricing",
    "Reversal",
    "added_value",
    "alignment",
    "attempts",
    "binomial_interval",
    "blended",
    "chained",
    "cheapest",
    "checked",
    "cost_of_pass",
    "cost_records",
    "cost_trend",
    "dispersion",
    "frontier",
    "frontier_certainty",
    "frontier_over_time",
    "gain",
    "half_life",
    "human_prices",
    "matched",
    "offers",
    "outcomes",
    "pareto",
    "pieces",
    "pooled",
    "price_reversal",
    "price_trend",
    "reaching",
    "repricing",
    "rerun",
    "reruns",
    "with_guesser",
    "without",
]
