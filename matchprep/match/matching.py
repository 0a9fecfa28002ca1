"""Matching a list of people against a reference: the stage itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import UsageError
from matchprep.match.coded import coded
from matchprep.match.decide import Wish, decide
from matchprep.match.digests import opened
from matchprep.match.engine import Engine
from matchprep.match.evidence import Evidence
from matchprep.match.labels import known_pairs
from matchprep.match.learn import fit
from matchprep.match.lookup import Lookup
from matchprep.match.matches import Matches, summarized
from matchprep.match.model import Model, Weighed, weigh
from matchprep.match.reference import PlainReference, Reference
from matchprep.match.steps import general_plan
from matchprep.match.unseen import unseen
from matchprep.tables import ROW_ID

#: Pairs that the weights are learned on, roughly; more would hardly change them.
LEARNING_PAIRS = 200_000
#: Digits kept, so that the order of a sum cannot be seen in the answer.
DIGITS = 9
_LEARN = "Leave out --no-refit, or --labels."

#: A reference: CLEAN, or ready to be asked.
Known = pl.LazyFrame | pl.DataFrame | Reference


def match_people(
    clean: pl.LazyFrame | pl.DataFrame,
    reference: Known,
    *,
    threshold: float | None = None,
    precision: float | None = None,
    max_matches: int = 1,
    one_to_one: bool = False,
    refit: bool = True,
    labels: pl.DataFrame | None = None,
    agreements: bool = False,
    threads: int | None = None,
) -> Matches:
    """Find each list person in the reference, with the probability that it is the same person.

    Args:
        clean: CLEAN of the list; every row takes part. Emails and phones may be digests: those of the
            reference are hashed to be compared with them.
        reference: CLEAN of the reference, each person once, or an index of it.
        threshold: Probability from which a candidate is taken; 0.5 unless `precision` is given.
        precision: Wished share of right ones among the matches; sets the threshold.
        max_matches: Candidates given for each row at most, best first; only the first can be a match.
        one_to_one: Let each reference person be the match of one list row at most.
        refit: Learn the weights of this list; otherwise the shipped probabilities are used as they are.
        labels: `row_id` and `reference_id` of rows of which it is known who they are, or, where that is
            null, that they are nobody in the reference. The weights learn from them.
        agreements: Keep on which fields candidates agree, for `at_provider`.
        threads: Processor threads; by default as many as there are cores. The answer is the same.

    Returns:
        The pairs and what a report says of them.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
        UsageError: An option is out of its range, or labels were given and nothing shall be learned.

    Rows: list rows that have a candidate, in the order of the list.
    """
    wish = Wish(threshold, precision, max_matches, one_to_one)
    wish.check()
    if labels is not None and not refit:
        raise UsageError("labels teach the weights, and these shall stay", where="labels", hint=_LEARN)
    candidates, told = _candidates(
        clean.lazy(), reference, wish.max_matches, refit=refit, labels=labels, agreements=agreements,
        threads=threads or os.cpu_count() or 1,
    )  # fmt: skip
    pairs, threshold_used = decide(candidates, wish)
    return told(pairs, threshold=threshold_used)


def _candidates(
    clean: pl.LazyFrame,
    reference: Known,
    most: int,
    *,
    refit: bool,
    labels: pl.DataFrame | None,
    agreements: bool,
    threads: int,
) -> tuple[pl.DataFrame, Callable[..., Matches]]:
    """Find the best candidates of each row, and what there is to say of them once it is decided who matches.

    What this takes the most room for is gone when it ends.
    """
    with (
        tempfile.TemporaryDirectory(prefix="matchprep-") as folder,
        Engine(Path(folder), threads=threads) as engine,
    ):
        known = reference_of(reference, threads=threads)
        listed = opened(clean, known.people)
        lookup = Lookup(coded(listed, threads=threads), known, threads=threads)
        with ThreadPoolExecutor(1) as beside:
            started = beside.submit(lookup.model, engine)
            list_rows, reference_rows, found_by, blocking = lookup.candidates()
            evidence = lookup.evidence(engine, list_rows, reference_rows, found_by)
            model = started.result()
        rows = clean.select(ROW_ID).collect()[ROW_ID]
        if refit and labels is not None:
            model = fit(model, evidence, known=known_pairs(labels, rows, evidence, known))
        elif refit:
            model = fit(model, *evidence.sample(LEARNING_PAIRS))
        weighed = weigh(model, evidence)
        best = _best(evidence, weighed, model, most)
        told = partial(
            summarized,
            presence=_presence(rows, evidence, weighed),
            model=model,
            beyond=unseen(evidence, weighed.probability, model.comparisons, rules=len(blocking)),
            candidates=len(evidence.pattern),
            blocking=blocking,
            steps=general_plan(lookup.sides),
            agreements=lookup.agreements(listed, evidence, weighed.probability) if agreements else None,
        )
        names = (
            rows.gather(best["list_row"]).alias(ROW_ID),
            known.ids(best["reference_row"].to_numpy().astype(np.uint32)).alias("reference_id"),
        )
    return best.with_columns(names).drop("list_row", "reference_row"), told


def _best(evidence: Evidence, weighed: Weighed, model: Model, most: int) -> pl.DataFrame:
    """Give the best candidates of each row, ties included, with their levels."""
    probability = weighed.probability.round(DIGITS)
    chosen = evidence.best(probability, most)
    levels = evidence.patterns[evidence.pattern[chosen]]
    agree = {
        f"agree_{comparison.name}": pl.Series(comparison.words).gather(levels[:, n])
        for n, comparison in enumerate(model.comparisons)
    }
    return pl.DataFrame(
        {
            "list_row": evidence.list_row[chosen],
            "reference_row": evidence.reference_row[chosen],
            "probability": probability[chosen],
            "match_weight": np.log2(weighed.factor[chosen]).round(DIGITS),
            **agree,
        }
    )


def _presence(rows: pl.Series, evidence: Evidence, weighed: Weighed) -> pl.DataFrame:
    """Give the probability of each list row that its person is in the reference at all."""
    total = np.bincount(evidence.list_row, weights=weighed.probability, minlength=evidence.list_rows)
    return pl.DataFrame({ROW_ID: rows, "probability": np.minimum(total, 1.0).round(DIGITS)})


def reference_of(reference: Known, *, threads: int) -> Reference:
    """Get ready to ask a reference."""
    if not isinstance(reference, pl.LazyFrame | pl.DataFrame):
        return reference
    known = reference.lazy()
    return PlainReference(known, coded(known, threads=threads), threads=threads)
