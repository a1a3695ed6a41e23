"""What must be true of the attempts, release days and cost boards of the economics chapter."""

import numpy as np
import polars as pl
import pytest

import analysis
from analysis.errors import DataError
from analysis.runs.schema import Column, checked
from tests.sources import source

SHIFTED = {
    ("LiveMathBench", "gpt-5.2-high"),
    ("SimpleQA", "claude-opus-4.6-thinking"),
}


def agreement(attempts: pl.DataFrame) -> dict[tuple[str, str], float]:
    """How well the prompt lengths of each model agree with the others, problem by problem."""
    found = {}
    for (task,), rows in attempts.group_by("task"):
        wide = rows.pivot(on="model", index="number", values="input_tokens")
        models = [name for name in wide.columns if name != "number"]
        for model in models if len(models) > 1 else []:
            others = [name for name in models if name != model]
            median = wide.select(pl.concat_list(others).list.drop_nulls().list.median()).to_series()
            both = pl.DataFrame({"own": wide[model], "median": median}).drop_nulls()
            found[task, model] = float(np.corrcoef(both["own"], both["median"])[0, 1])
    return found


@pytest.fixture(scope="module")
def attempts():
    return analysis.load("attempts-pricing-reversal").filter(pl.col("input_tokens").is_not_null())


def test_two_boards_must_be_renumbered_and_no_other(attempts):
    stored = agreement(attempts.rename({"number_stored": "number"}))
    assert {pair for pair, r in stored.items() if r < 0.9} == SHIFTED
    assert max(stored[pair] for pair in SHIFTED) < 0.2
    moved = attempts.filter(pl.col("note").str.starts_with("renumbered"))
    assert set(moved.select("task", "model").unique().rows()) == SHIFTED


def test_renumbered_prompts_agree(attempts):
    number = pl.col("problem").str.extract(r"(\d+)$").cast(pl.Int64)
    mended = agreement(attempts.with_columns(number=number))
    assert len(mended) == 30
    assert min(mended.values()) > 0.94


def test_moving_any_other_board_breaks_its_agreement(attempts):
    number = pl.col("problem").str.extract(r"(\d+)$").cast(pl.Int64)
    wrong = (pl.col("task") == "GPQA Diamond") & (pl.col("model") == "gpt-5-mini")
    broken = agreement(attempts.with_columns(number=number + wrong.cast(pl.Int64)))
    assert broken["GPQA Diamond", "gpt-5-mini"] < 0.2


def test_failed_calls_are_missing_not_wrong():
    everything = analysis.load("attempts-pricing-reversal")
    failed = everything.filter(pl.col("reason").str.starts_with("the call failed"))
    assert set(failed.select("task", "model").rows()) == {("SimpleQA", "gpt-5.2-high")}
    assert failed.height == 112
    assert (
        failed.select(pl.all_horizontal("passed", "usd", "output_tokens").is_null())
        .to_series()
        .all()
    )
    board = everything.filter(task="SimpleQA", model="gpt-5.2-high")
    assert board["passed"].fill_null(0).mean() == pytest.approx(0.32524, abs=1e-5)
    assert board.filter("used")["passed"].mean() == pytest.approx(0.33389, abs=1e-5)


def test_every_cost_is_tokens_times_list_price(attempts):
    by_tokens = (
        attempts["input_tokens"] * attempts["input_usd_per_mtok"]
        + attempts["output_tokens"] * attempts["output_usd_per_mtok"]
    ) / 1e6
    assert (attempts["usd"] / by_tokens - 1).abs().max() < 1e-9
    assert attempts["usd"].min() > 0


def test_cut_answers_never_count_and_one_model_is_cut_throughout():
    everything = analysis.load("attempts-pricing-reversal")
    kimi = everything.filter("cut", model="kimi-k2.5")
    assert kimi.height == 35
    assert kimi["passed"].sum() == 0
    assert kimi["used"].all()
    minimax = everything.filter(model="MiniMax-M2.5")
    assert not minimax["used"].any()
    share = minimax.group_by("task").agg(pl.col("cut").mean())
    assert dict(share.rows())["AIME"] == pytest.approx(56 / 60)
    others = everything.filter(~pl.col("model").is_in(["kimi-k2.5", "MiniMax-M2.5"]))
    assert not others["cut"].any()


def test_one_attempt_per_model_and_problem():
    everything = analysis.load("attempts-pricing-reversal")
    assert everything.select("task", "problem", "model", "attempt").is_unique().all()
    assert everything.filter("used")["released"].null_count() == 0


def test_sums_agree_with_the_authors_summary():
    """Tokens, cost and share of right answers of each pair, as stored, equal the printed ones."""
    summary = pl.read_csv(source("pricing-reversal", "runs_summary.csv"))
    everything = analysis.load("attempts-pricing-reversal")
    sums = everything.group_by("task", "model").agg(
        pl.len(), pl.col("usd").sum(), pl.col("output_tokens").sum(), pl.col("passed").sum()
    )
    task = {"aime": "AIME", "gpqa": "GPQA Diamond", "livemathbench": "LiveMathBench"}
    task |= {"simpleqa": "SimpleQA", "arc-agi": "ARC-AGI-1"}
    both = summary.with_columns(task=pl.col("dataset_name").replace_strict(task)).join(
        sums, left_on=["task", "model_name"], right_on=["task", "model"]
    )
    assert both.height == 31
    assert (both["len"] == both["counts"]).all()
    assert (both["usd"] / both["cost"] - 1).abs().max() < 1e-9
    assert (both["output_tokens"] == both["completion_tokens"]).all()
    assert (both["passed"] / both["counts"] - both["performance"]).abs().max() < 1e-9


def test_repeats_with_a_lost_cost_are_mended_by_their_tokens():
    repeats = analysis.load("attempts-pricing-reversal-repeats")
    by_tokens = (
        repeats["input_tokens"] * repeats["input_usd_per_mtok"]
        + repeats["output_tokens"] * repeats["output_usd_per_mtok"]
    ) / 1e6
    lost = repeats["usd_stored"] == 0
    assert lost.sum() == 16
    assert (repeats.filter(~lost)["usd_stored"] / by_tokens.filter(~lost) - 1).abs().max() < 1e-9
    assert (repeats["usd"] / by_tokens - 1).abs().max() < 1e-9
    assert repeats.filter(lost)["output_tokens"].min() > 20_000
    assert (repeats["note"] != "").sum() == 16
    main = analysis.load("attempts-pricing-reversal").filter(task="AIME", model="gpt-5.2-high")
    runs = repeats.filter("used", model="gpt-5.2-high").group_by("attempt")
    sums = runs.agg(pl.col("usd", "usd_stored").sum())
    assert (sums["usd_stored"] / main["usd"].sum()).max() < 0.67
    assert (sums["usd"] / main["usd"].sum()).min() > 0.75
    assert repeats.filter("used").select("model", "problem", "attempt").is_unique().all()


def test_matharena_attempts_add_up_to_the_scores():
    attempts = analysis.load("attempts-matharena")
    assert attempts.height == 16 * 15 * 4
    assert attempts.filter("used")["model"].n_unique() == 14
    score = attempts.group_by("model").agg(pl.col("passed").mean())
    assert dict(score.rows())["o3-mini (high)"] == pytest.approx(0.80)
    assert dict(score.rows())["claude-3.5-sonnet"] == pytest.approx(2 / 60)
    mended = attempts.filter(pl.col("note") != "")
    assert mended["model"].unique().to_list() == ["QwQ-32B-Preview"]
    assert mended["input_usd_per_mtok"][0] == pytest.approx(1.2, rel=1e-6)
    used = attempts.filter("used")
    by_tokens = (
        used["input_tokens"] * used["input_usd_per_mtok"]
        + used["output_tokens"] * used["output_usd_per_mtok"]
    ) / 1e6
    assert (used["usd"] / by_tokens - 1).abs().max() < 1e-6


def test_the_price_of_one_matharena_model_had_to_be_mended():
    models = pl.read_csv(source("matharena-2025-02", "model_summary.csv"))
    site = models["site_cost"].cast(pl.Float64, strict=False) / 60
    cost = models["input_tokens"] * models["input_cost"]
    cost = (cost + models["output_tokens"] * models["output_cost"]) / 1e6
    off = models.filter((site / cost - 1).abs() > 1e-6)
    assert off["model"].to_list() == ["QwQ-32B-Preview"]
    assert (site / cost).drop_nulls().max() == pytest.approx(1.5)


def test_no_release_day_contradicts_the_day_in_a_name():
    releases = analysis.load("model-releases")
    typed = pl.col("entry").str.extract(r"(20\d{2}-?[01]\d-?[0-3]\d)").str.replace_all("-", "")
    own = releases.with_columns(own=typed.str.to_date("%Y%m%d", strict=False))
    own = own.filter(pl.col("own").is_not_null(), pl.col("registry") == "HELM")
    assert own.filter(pl.col("released_stored") < pl.col("own")).height == 5
    assert own.filter(pl.col("released") < pl.col("own")).is_empty()


def test_mended_release_days_say_so():
    releases = analysis.load("model-releases")
    moved = releases.filter(pl.col("released") != pl.col("released_stored"))
    assert moved.height == 18
    assert moved["note"].str.starts_with("date mended").all()
    days = dict(moved.select("entry", "released").cast({"released": pl.String}).rows())
    assert days["moonshotai/kimi-k2-thinking"] == "2025-11-06"
    assert days["openai/o1.yaml"] == "2024-12-17"
    k2 = releases.filter(pl.col("entry").is_in(["moonshot/k2.yaml", "moonshotai/kimi-k2-instruct"]))
    assert (k2["released"].max() - k2["released"].min()).days < 7


def test_a_missing_cost_is_not_free():
    aider = analysis.load("aider-leaderboards")
    assert aider["usd"].count() == 102
    assert aider["usd"].min() > 0
    bfcl = analysis.load("bfcl")
    assert bfcl["usd"].min() > 0
    assert (bfcl["note"] != "").sum() == 5


def test_aider_runs_that_cannot_be_compared_are_left_out():
    aider = analysis.load("aider-leaderboards")
    edit = aider.filter("used", board="edit")
    assert edit["cases"].min() >= 132
    assert edit["cases"].max() == 133
    assert aider.filter("used").select("run", "board").is_unique().all()
    polyglot = aider.filter(board="polyglot")
    assert polyglot["used"].all()
    assert (polyglot["accuracy"] * 225 - polyglot["solved"]).abs().max() < 1e-9
    side = aider.filter(pl.col("board").is_in(["qwen3", "o1_polyglot"]), "used")
    assert not set(side["run"]) & set(polyglot["run"])


def test_aider_counts_agree_with_the_printed_rates():
    table = analysis.load("aider-leaderboards")
    stored = pl.read_csv(source("aider-leaderboards", "aider_tidy.csv"), infer_schema_length=None)
    printed = stored.select(pl.coalesce("pass_rate_2", "pass_rate_1")).to_series() / 100
    off = (table["accuracy"] - printed).abs()
    # The board prints three runs over the exercises that ended, and one rate not rounded.
    assert (off > 0.0006).sum() == 4
    assert off.max() < 0.003


def test_the_unit_of_bfcl_costs_changes_with_the_snapshot():
    bfcl = analysis.load("bfcl")
    units = bfcl.group_by("snapshot").agg(pl.col("usd_for").unique())
    assert units["usd_for"].list.len().max() == 1
    whole = bfcl.filter(usd_for="the whole board")["snapshot"].unique().sort()
    assert whole.cast(pl.String).to_list() == ["2025-08-28", "2025-12-16"]
    assert bfcl.select("snapshot", "model").is_unique().all()


def test_costs_called_imputed_are_a_multiple_of_the_latency():
    bfcl = analysis.load("bfcl").with_columns(ratio=pl.col("usd") / pl.col("latency_s"))
    early = bfcl.filter("usd_imputed", pl.col("snapshot") < pl.date(2024, 12, 1))
    functionary = pl.col("model").str.starts_with("Functionary")
    rest = early.filter(~functionary)
    assert rest["latency_sd_s"].null_count() == rest.height
    assert rest["ratio"].is_between(5.9, 6.3).all()
    assert early.filter(functionary)["ratio"].is_between(10.39, 10.42).all()
    late = bfcl.filter(pl.col("snapshot") > pl.date(2025, 8, 1))
    imputed, priced = late.filter("usd_imputed"), late.filter(~pl.col("open_weights"))
    spread = [np.log(rows["ratio"].to_numpy()).std() for rows in (imputed, priced)]
    assert spread[0] < 0.5 < 1.0 < spread[1]


def test_an_optional_number_may_be_missing_in_a_used_row_and_no_other():
    frame = pl.DataFrame({"usd": [1.0, None], "used": [True, True], "reason": ["", ""]})
    used = {"used": Column("yes/no", "1", "used"), "reason": Column("text", "1", "why")}
    free = Column("number", "US dollars", "cost", least=0, optional=True)
    assert checked(frame, {"usd": free, **used}, file="a.csv", closed=True).equals(frame)
    strict = Column("number", "US dollars", "cost", least=0)
    with pytest.raises(DataError, match="column 'usd', row 2: found an empty cell"):
        checked(frame, {"usd": strict, **used}, file="a.csv", closed=True)
    with pytest.raises(DataError, match=r"row 1: found -1\.0"):
        checked(frame.with_columns(usd=-pl.lit(1.0)), {"usd": free, **used}, file="a.csv")
