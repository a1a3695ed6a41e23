"""What a right answer costs: cost-of-pass and its frontiers, prices, routing."""

from analysis.economics.alignment import alignment
from analysis.economics.attempts import Attempts, attempts, checked
from analysis.economics.cascades import chain, oracle, predicted
from analysis.economics.cost_of_pass import cost_of_pass, pooled, with_guesser
from analysis.economics.falling import CostTrend, cost_records, cost_trend
from analysis.economics.frontier import Frontier, frontier, human_prices
from analysis.economics.half_life import half_life
from analysis.economics.hulls import area, hull
from analysis.economics.outcomes import Outcomes, outcomes
from analysis.economics.over_time import frontier_over_time
from analysis.economics.pareto import binomial_interval, frontier_certainty, pareto
from analysis.economics.price_changes import Repricing, chained, dispersion, matched, repricing
from analysis.economics.price_reversal import Reversal, price_reversal
from analysis.economics.price_trend import PriceTrend, price_trend
from analysis.economics.prices import blended, cheapest, offers, pieces, reaching
from analysis.economics.reruns import rerun, reruns
from analysis.economics.resampling import Interval
from analysis.economics.routing import Pair, cascade, needs, route
from analysis.economics.routing_intervals import measures
from analysis.economics.routing_plan import Plan, plan
from analysis.economics.routing_skill import skill_of
from analysis.economics.routing_worth import advantage, break_even_accuracy, break_even_skill
from analysis.economics.sets import Effect, added_value, gain, without

__all__ = [
    "Attempts",
    "CostTrend",
    "Effect",
    "Frontier",
    "Interval",
    "Outcomes",
    "Pair",
    "Plan",
    "PriceTrend",
    "Repricing",
    "Reversal",
    "added_value",
    "advantage",
    "alignment",
    "area",
    "attempts",
    "binomial_interval",
    "blended",
    "break_even_accuracy",
    "break_even_skill",
    "cascade",
    "chain",
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
    "hull",
    "human_prices",
    "matched",
    "measures",
    "needs",
    "offers",
    "oracle",
    "outcomes",
    "pareto",
    "pieces",
    "plan",
    "pooled",
    "predicted",
    "price_reversal",
    "price_trend",
    "reaching",
    "repricing",
    "rerun",
    "reruns",
    "route",
    "skill_of",
    "with_guesser",
    "without",
]
