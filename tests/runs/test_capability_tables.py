"""What must be true of the tables of scores, and that each mend of them is needed and holds."""

import datetime

import polars as pl
import pytest

import analysis
from tests.sources import source

HARNESSES = ("observational-scaling", "leaderboard-v1", "leaderboard-v2", "published")


@pytest.fixture(scope="module")
def scores():
    return analysis.load("open-model-scores")


@pytest.fixture(scope="module")
def models():
    return analysis.load("open-models")


def stored(path):
    """Return a table as its source has it, or skip the test."""
    return pl.read_csv(source(path), infer_schema_length=None)


def test_one_used_row_a_model_harness_and_benchmark(scores, models):
    used = scores.filter("used")
    assert set(used["harness"]) == set(HARNESSES)
    assert not used.filter(pl.col("harness") != "published").select(
        pl.struct("model", "harness", "benchmark").is_duplicated().any()
    )[0, 0]
    assert used.join(models, on="model", how="anti").height == 0
    assert set(used["score_is"]) == {"raw"}
    assert not used.filter(harness="published")["verified"].any()


def test_a_benchmark_that_a_model_lacks_is_a_row(scores):
    observed = scores.filter(harness="observational-scaling")
    assert observed.group_by("name").len()["len"].unique().to_list() == [8]
    missing = observed.filter(pl.col("score").is_null())
    assert missing.height == 38
    assert set(missing["reason"]) == {"not measured"}


def test_names_are_joined_as_they_are_printed(scores):
    """Without their dots opt-1.3b and opt-13b would be one model."""
    printed = stored("leaderboard-families/df_full_v1.csv").select("hellaswag", name="model")
    first = scores.filter(harness="leaderboard-v1", benchmark="hellaswag").join(printed, on="name")
    assert first.height == 168
    for model in ("facebook/opt-1.3b", "facebook/opt-13b"):
        row = first.filter(model=model)
        assert row["name"].to_list() == [model.partition("/")[2]]
        assert row["score"].to_list() == row["hellaswag"].to_list()
    assert first.filter(model="facebook/opt-1.3b")["score"][0] < 0.55
    assert first.filter(model="facebook/opt-13b")["score"][0] > 0.69
    # The leaderboard's pythia-1b is the deduplicated one.
    assert first.filter(name="pythia-1b")["model"].to_list() == ["EleutherAI/pythia-1b-deduped"]


def test_quoted_scores_have_the_model_of_the_table_of_names(scores):
    quoted = stored("open-base-models/published_scores.csv")
    names = stored("open-base-models/aliases.csv").filter(table="published-scores")
    by_name = quoted.join(names, left_on="model_version", right_on="alias", how="left")
    assert (by_name["model"].eq_missing(by_name["model_right"])).all()
    assert (scores.filter(harness="published")["model"] == quoted["model"].fill_null("")).all()


def test_sizes_and_tokens_of_the_score_tables_do_not_reach_us(scores, models):
    assert not {"params", "tokens", "flops", "released"} & set(scores.columns)
    wrong = stored("observational-scaling/base_llm_benchmark_eval.csv").rename({"Model": "model"})
    wrong = wrong.rename({"Model Size (B)": "size", "Pretraining Data Size (T)": "trillions"})
    ours = models.join(wrong, on="model", suffix="_there")
    for name, size, trillions, params, tokens in (
        ("cerebras/btlm-3b-8k-base", 3.0, 627.0, 2.6e9, 0.627e12),
        ("openlm-research/open_llama_7b_v2", 13.0, 1.0, 6.7e9, 1e12),
    ):
        row = ours.filter(model=name)
        assert row.select("size", "trillions").row(0) == (size, trillions)
        assert row["params"][0] == pytest.approx(params, rel=0.03)
        assert row["tokens"][0] == pytest.approx(tokens, rel=0.01)
    families = stored("leaderboard-families/df_full_v1.csv")
    assert families.filter(model="stablelm-2-1_6b")["size"].to_list() == [6.0]
    stable = models.filter(model="stabilityai/stablelm-2-1_6b")
    assert stable["params"][0] == pytest.approx(1.6e9, rel=0.05)
    # A mixture of experts has two sizes; one that was listed is neither.
    mixtral = models.filter(model="mistralai/Mixtral-8x22B-v0.1")
    assert mixtral["params"][0] == pytest.approx(141e9, rel=0.01)
    assert mixtral["params_active"][0] == pytest.approx(39e9, rel=0.02)


def test_dates_are_releases_and_not_submissions_to_a_leaderboard(models):
    released = dict(models.select("model", "released").iter_rows())
    assert released["bigscience/bloom"].strftime("%Y-%m") == "2022-07"
    assert released["huggyllama/llama-7b"] == datetime.date(2023, 2, 24)
    table = stored("leaderboard-families/data_v2.csv").select("date", name="Model")
    names = stored("open-base-models/aliases.csv").filter(table="leaderboard-families")
    late = (
        table.filter(pl.col("date").is_not_null())
        .join(names, left_on="name", right_on="alias")
        .join(models, on="model")
        .select(days=(pl.col("date").str.to_date() - pl.col("released")).dt.total_days())
    )
    assert late.height > 50
    assert late["days"].median() > 14
    assert late["days"].max() > 800


def test_figures_of_bbh_are_not_used_as_mmlu(scores):
    wrong = stored("open-base-models/published_scores.csv").filter(
        pl.col("model").is_in(["Qwen/Qwen-1_8B", "Qwen/Qwen-7B", "Qwen/Qwen-14B"]),
        source="Qwen Technical Report",
    )
    figures = {name: set(wrong.filter(benchmark=name)["score"]) for name in ("mmlu", "bbh")}
    assert figures["mmlu"] == figures["bbh"] == {0.282, 0.45, 0.534}
    used = scores.filter("used", source="Qwen Technical Report")
    assert not figures["bbh"] & set(used.filter(benchmark="mmlu")["score"])
    assert figures["bbh"] <= set(used.filter(benchmark="bbh")["score"])
    slips = scores.filter(pl.col("reason").str.starts_with("listed as MMLU"))
    assert sorted(set(slips["model"])) == ["Nemotron-4-15B", *sorted(set(wrong["model"]))]
    right = scores.filter("used", harness="published", benchmark="mmlu", model="Qwen/Qwen-14B")
    assert right["score"].to_list() == [0.663]


def test_normalised_scores_are_turned_back_into_whole_numbers_of_answers(scores):
    """GPQA has 1,192 questions here and MMLU-Pro 12,032."""
    printed = stored("leaderboard-families/df_full_v2.csv")[105:]
    for column, benchmark, chance, questions in (
        ("gpqa", "gpqa", 0.25, 1192),
        ("mmlu-pro", "mmlu_pro", 0.1, 12032),
    ):
        turned = scores.filter(
            pl.col("note").str.contains("undone"), harness="leaderboard-v2", benchmark=benchmark
        )
        assert turned.height == printed.filter(pl.col(column) > 0).height > 100
        for values, whole in ((turned["score"], True), (printed[column], False)):
            off = (values * questions - (values * questions).round()).abs()
            assert (off.max() < 1e-8) is whole
        assert turned["score"].min() > chance
    kept = scores.filter(harness="leaderboard-v2", score_is="normalised")
    assert {"bbh", "musr"} <= set(kept["benchmark"])
    assert not kept["used"].any()


def test_the_two_copies_of_the_second_leaderboard_agree(scores):
    second = scores.filter(pl.col("model") != "", harness="leaderboard-v2")
    copies = second.filter(source="observational-scaling").join(
        second.filter(source="leaderboard-families"), on=["model", "benchmark"]
    )
    apart = copies.group_by("benchmark").agg(
        pl.len(), largest=(pl.col("score") - pl.col("score_right")).abs().max()
    )
    largest = dict(apart.select("benchmark", "largest").iter_rows())
    assert apart["len"].to_list() == [45] * 6
    assert largest.pop("ifeval") > 0.07
    assert max(largest.values()) < 0.01
    assert not copies["used_right"].any()


def test_gaps_of_llama_3_are_filled_and_say_so(scores):
    filled = scores.filter(
        pl.col("note").str.starts_with("missing here"), harness="observational-scaling"
    )
    assert filled["model"].sort().to_list() == [
        "meta-llama/Meta-Llama-3-70B",
        "meta-llama/Meta-Llama-3-8B",
    ]
    assert set(filled["benchmark"]) == {"arc_challenge"}
    assert set(filled["source"]) == {"leaderboard-families"}


def test_winograd_is_winogrande(scores):
    both = scores.filter("used", benchmark="winogrande", harness="observational-scaling").join(
        scores.filter("used", benchmark="winogrande", harness="leaderboard-v1"), on="model"
    )
    assert both.height == 104
    assert (both["score"] - both["score_right"]).abs().max() < 0.02


@pytest.mark.parametrize(
    ("name", "models_there"), [("observational-emergent", 84), ("observational-post-training", 96)]
)
def test_tasks_of_observational_scaling_keep_their_gaps(name, models_there, models):
    tasks = analysis.load(name)
    assert tasks["model"].n_unique() == models_there
    assert tasks.join(models, on="model", how="anti").height == 0
    one = ["model", "task", "shots", "measure", "reading", "score_is"]
    assert not tasks.select(pl.struct(one).is_duplicated().any())[0, 0]
    assert set(tasks["reason"]) == {"", "not measured"}


def test_bleu_is_a_share():
    bleu = analysis.load("observational-emergent").filter("used", measure="bleu")
    assert 0.2 < bleu["score"].max() < 1


def test_pythia_has_eight_sizes_at_every_checkpoint():
    evals = analysis.load("pythia-evals").filter("used")
    assert evals.group_by("deduplicated").agg(pl.col("params").n_unique())["params"].to_list() == [
        8,
        8,
    ]
    checkpoints = evals.group_by("model", "shots").agg(pl.col("step").n_unique())
    assert set(checkpoints.select("shots", "step").iter_rows()) == {(0, 26), (5, 15)}
    assert (evals["tokens"] == evals["step"] * evals["batch_tokens"]).all()
    assert evals["tokens"].max() == 143_000 * 2_097_152
    shares = evals.filter(pl.col("measure").str.starts_with("accuracy"))
    assert shares["score"].max() <= 1


def test_pythia_before_training_scores_as_a_guess():
    start = analysis.load("pythia-evals").filter(
        pl.col("measure").str.starts_with("accuracy"), step=0
    )
    tasks = analysis.load("pythia-tasks").filter("used")
    above = start.join(tasks, on="task").group_by("group", "measure")
    above = above.agg(above=(pl.col("score") - pl.col("chance")).mean())
    assert above["above"].abs().max() < 0.05
