"""Why values of the routing study come out otherwise, or cannot be tested."""

from __future__ import annotations

from analysis.records import read_study

ONG: dict[str, str] = {
    "unify_calls": "because which call went where was not released",
    "martian_calls": "because which call went where was not released; it is what the limit aims at",
    "less_cost": "because the scores that the authors' routers gave the prompts were not released",
    "saving_95": "because the scores that the authors' routers gave the prompts were not released",
}
"""Values of Ong et al. 2024."""

CHEN: dict[str, str] = {
    "saving": (
        "because the summaries that could be read are of 2024, with other models and prices; "
        "over their five tasks it is -1% to 94%, depending on how dear the best model is"
    ),
    "saving_headlines": (
        "because the summaries that could be read are of 2024: GPT-4 Turbo is the best single "
        "model there, and cheaper than the GPT-4 of 2023"
    ),
    "more_accuracy": (
        "because it is a number of 2023 for a task not named in the abstract; on HEADLINES of "
        "2024, against GPT-4 Turbo, it is 1.9 points, and over the five tasks 0.2 to 10.6"
    ),
}
"""Values of Chen et al. 2023."""

LI: dict[str, str] = {"instances": "because the records by query were not within reach"}
"""Values of Li et al. 2026."""

ROUTERBENCH: dict[str, str] = dict.fromkeys(
    ("outcomes", "tasks", "models"), "because the outcomes were not within reach"
)
"""Values of Hu et al. 2024."""

SURVEY: dict[str, str] = {"families": "because it counts the headings of a survey"}
"""Values of Varangot-Reille et al. 2025."""


def model_sat() -> dict[str, str]:
    """Return why the values of Zhang et al. 2025 cannot be tested.

    Returns
    -------
    dict of str to str
        By record of the study ``model_sat2025``.
    """
    out = {}
    for key in read_study("model_sat2025").values:
        if key == "router_params":
            out[key] = "because it is a statement about the router's size"
        elif key.startswith("column_"):
            out[key] = (
                "because answers by instruction were not released; the mean of the seven is tested"
            )
        elif key != "small_best":
            out[key] = "because answers by instruction were not released"
    return out
