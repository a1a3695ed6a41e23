"""What the runs on repeated data show by themselves, before any law is fitted."""

from __future__ import annotations

import math

import polars as pl

#: Fewest runs of one size that show where its loss turns.
_FEWEST = 5


def comparable(table: pl.DataFrame) -> pl.DataFrame:
    """Return runs on plain C4 at the usual shape, one a setting, trimmed list or not.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.

    Returns
    -------
    polars.DataFrame
        The runs, without repeated seeds, other shapes and the deduplicated corpus.
    """
    return table.filter(~pl.col("deduplicated") & ~pl.col("other_shape") & (pl.col("seed") == ""))


def ladder(table: pl.DataFrame, unique_tokens: float) -> pl.DataFrame:
    """Return the runs of one amount of unique tokens, of sizes trained for many durations.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.
    unique_tokens : float
        Different tokens.

    Returns
    -------
    polars.DataFrame
        Columns params, tokens, unique_tokens, epochs, loss, used; sorted by params and epochs.
    """
    names = ["params", "tokens", "unique_tokens", "epochs", "loss", "used"]
    return (
        comparable(table)
        .filter(pl.col("unique_tokens") == unique_tokens)
        .filter(pl.len().over("params") >= _FEWEST)
        .select(names)
        .sort("params", "epochs")
    )


def turning_points(table: pl.DataFrame, unique_tokens: float = 1e8) -> pl.DataFrame:
    """Find, for each size, the epochs at which its measured loss is lowest.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.
    unique_tokens : float, optional
        Different tokens.

    Returns
    -------
    polars.DataFrame
        One row a size: params, runs, best_epochs, best_loss, last_epochs, last_loss, and
        dropped, the number of its runs outside the trimmed list.
    """
    return (
        ladder(table, unique_tokens)
        .group_by("params", maintain_order=True)
        .agg(
            runs=pl.len(),
            best_epochs=pl.col("epochs").get(pl.col("loss").arg_min()),
            best_loss=pl.col("loss").min(),
            last_epochs=pl.col("epochs").last(),
            last_loss=pl.col("loss").last(),
            dropped=(~pl.col("used")).sum(),
        )
    )


def past_turning(table: pl.DataFrame) -> pl.Series:
    """Tell which runs went on after the measured loss of their size and data had turned.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.

    Returns
    -------
    polars.Series
        One boolean a row: trained for more epochs than the best comparable run of the same
        params and unique tokens, and ending higher.
    """
    best = (
        comparable(table)
        .sort("loss")
        .group_by("params", "unique_tokens", maintain_order=True)
        .agg(best=pl.col("epochs").first(), lowest=pl.col("loss").first())
    )
    joined = table.join(best, on=["params", "unique_tokens"], how="left", maintain_order="left")
    later = (pl.col("epochs") > pl.col("best")) & (pl.col("loss") > pl.col("lowest"))
    return joined.select(later.fill_null(False).alias("past_turning"))["past_turning"]


def seed_scatter(table: pl.DataFrame, most: float = 8.0) -> pl.DataFrame:
    """Return how far the log loss scatters between seeds of one setting.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.
    most : float, optional
        Most epochs of a setting that counts.

    Returns
    -------
    polars.DataFrame
        One row a size: params, settings, seeds, and percent, the pooled standard deviation.
    """
    spread = (
        table.filter((pl.col("seed") != "") & (pl.col("epochs") <= most))
        .group_by("params", "tokens", "unique_tokens")
        .agg(variance=pl.col("loss").log().var(), seeds=pl.len())
    )
    return (
        spread.group_by("params")
        .agg(
            settings=pl.len(),
            seeds=pl.col("seeds").sum(),
            percent=100 * pl.col("variance").mean().sqrt(),
        )
        .sort("params")
    )


def cost_of_epochs(table: pl.DataFrame) -> pl.DataFrame:
    """Return the loss added by repeating, at equal tokens seen, against one epoch.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.

    Returns
    -------
    polars.DataFrame
        One row a run of the three sets with equal params and tokens: params, tokens, epochs,
        loss, added_percent.
    """
    used = table.filter("used").select("params", "tokens", "epochs", "loss")
    once = used.filter(pl.col("epochs") == 1).select("params", "tokens", once="loss")
    return (
        used.join(once, on=["params", "tokens"])
        .filter(pl.len().over("params", "tokens") >= _FEWEST)
        .with_columns(added_percent=100 * (pl.col("loss") / pl.col("once") - 1))
        .drop("once")
        .sort("params", "epochs")
    )


def four_epochs(table: pl.DataFrame) -> tuple[float, float, float]:
    """Return the loss that four epochs add to the largest model, with its interval.

    No seed of that size was repeated, so the interval takes the scatter between the seeds of
    the two sizes that were, for both losses of the difference.

    Parameters
    ----------
    table : polars.DataFrame
        The table ``data-constrained``.

    Returns
    -------
    tuple of float
        Percent, and the ends of a 95% interval.
    """
    costs = cost_of_epochs(table)
    largest = costs.filter(pl.col("params") == pl.col("params").max())
    nearest = largest.sort((pl.col("epochs") - 4).abs()).row(0, named=True)
    scatter = math.sqrt((seed_scatter(table)["percent"] ** 2).mean())  # type: ignore[arg-type]
    half = 1.96 * math.sqrt(2) * scatter
    added = nearest["added_percent"]
    return added, added - half, added + half


def code_or_repeat(table: pl.DataFrame, code: pl.DataFrame) -> pl.DataFrame:
    """Set filling up with code beside filling up with repeats, by the share of fresh web text.

    Parameters
    ----------
    table, code : polars.DataFrame
        The tables ``data-constrained`` and ``data-constrained-code``.

    Returns
    -------
    polars.DataFrame
        Columns filler (``code`` or ``repeats``), web_share (different web tokens over all tokens
        seen), loss on web text; one size, one duration.
    """
    params, tokens = code["params"][0], code["tokens"][0]
    same = (pl.col("params") == params) & (pl.col("tokens") == tokens)
    repeats = table.filter("used").filter(same)
    parts = [
        code.select(
            pl.lit("code").alias("filler"), (1 - pl.col("code_share")).alias("web_share"), "loss"
        ),
        repeats.select(
            pl.lit("repeats").alias("filler"), (1 / pl.col("epochs")).alias("web_share"), "loss"
        ),
    ]
    return pl.concat(parts).sort("filler", "web_share", descending=[False, True])
