"""Why the values of the study of training dynamics cannot be tested here."""

from __future__ import annotations

FINE_LINE: dict[str, str] = {
    "largest_size": (
        "because Pythia ends at 12B; up to there the courses of training stand in the tables "
        "above, and agree from 410M upward on the benchmarks that are learned"
    ),
    "reproduced_models": (
        "because it counts a release; the scores of those checkpoints are in no table here"
    ),
}
"""Values of the paper that differ or cannot be tested."""
