"""What SmartMatch delivers: the list as it came, whom each row is, and further matches beside it."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from matchprep.errors import MatchprepError
from matchprep.fields import Field
from matchprep.read import read_people
from matchprep.sandbox.matching import known_people, match_file
from matchprep.sandbox.world import World
from matchprep.tables import ROW_ID

#: Asked for -> the column of it. The document names none; these are invented.
_INVENTED = {
    "include_email": ("invented.email", None),
    "include_landline": ("invented.landline", None),
    "include_wireless": ("invented.wireless", Field.PHONE),
    "include_voip": ("invented.voip", None),
}


def write_result(world: World, uploaded: Path, params: Mapping[str, str]) -> Path | None:
    """Match a file and pack the result as it was asked for.

    Args:
        world: The sandbox.
        uploaded: The file.
        params: What it was registered with.

    Returns:
        The packed result; null where the file cannot be read.
    """
    people = int(params.get("max_matches", 1))
    try:
        pairs = match_file(world, uploaded, people=people).matches.pairs
        sent = read_people(uploaded).frame.collect()
    except MatchprepError:
        return None
    if "rank" not in pairs.columns:
        pairs = pairs.with_columns(pl.lit(1).alias("rank"))
    taken = pairs.filter(pl.col("is_match").any().over(ROW_ID)).select(ROW_ID, "rank", "reference_id")
    found = taken.join(_voters(world, params), on="reference_id", how="left").drop("reference_id")
    name = params["filename"]
    tables = {f"{name}.csv": _joined(sent, found.filter(pl.col("rank") == 1), how="left")}
    if people > 1:
        further = found.filter(pl.col("rank") > 1)
        tables[f"{name}_additional_matches.csv"] = _joined(sent, further, how="inner")
    return _packed(world.folder, name, params.get("format", "csv"), tables)


def _voters(world: World, params: Mapping[str, str]) -> pl.DataFrame:
    asked = [one for name, one in _INVENTED.items() if params.get(name, "").casefold() == "true"]
    digits = pl.col(Field.VOTER_ID).str.replace_all(r"\D", "")
    more = [(pl.lit("") if source is None else pl.col(source)).alias(name) for name, source in asked]
    return known_people(world).select(
        pl.col(Field.VOTER_ID).alias("reference_id"),
        pl.concat_str([pl.col(Field.STATE), digits], separator="-").alias("vb.voterbase_id"),
        *more,
    )


def _joined(sent: pl.DataFrame, found: pl.DataFrame, *, how: str) -> pl.DataFrame:
    found = found.drop("rank").with_columns(pl.lit("Y").alias("tsmart_match_code"))
    table = sent.join(found, on=ROW_ID, how=how, maintain_order="left")  # type: ignore[arg-type]
    code = pl.col("tsmart_match_code").fill_null("N")
    return table.with_columns(code).rename({ROW_ID: "ts__input_row"}).with_row_index("ts__row", 1)


def _packed(folder: Path, name: str, form: str, tables: Mapping[str, pl.DataFrame]) -> Path:
    """Pack the tables; several go in an archive, whatever was asked for: the document leaves no other way."""
    # NOTE: Excel-compatible: with a byte-order mark and CRLF.
    texts = {
        one: b"\xef\xbb\xbf" + table.write_csv(line_terminator="\r\n").encode()
        for one, table in tables.items()
    }
    if form == "zip" or len(texts) > 1:
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, text in texts.items():
                archive.writestr(one, text)
            rows = ", ".join(f"{one}: {table.height} rows" for one, table in tables.items())
            archive.writestr("summary_report.txt", f"Sandbox. {rows}\n")
        return path
    path = folder / f"{name}.{'csv.gzip' if form == 'gzip' else 'csv'}"
    text = next(iter(texts.values()))
    path.write_bytes(gzip.compress(text) if form == "gzip" else text)
    return path
