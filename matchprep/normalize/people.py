"""MAPPED -> CLEAN: every mapped column of a list, understood.

Steps, in this order; each reads columns as written and gives normalized ones:

1. A look at the whole columns, before any work: the order of day and month, and whether digests stand in
   a phone or email column. Everything after it is lazy.
2. Names, address, place, phone, email, birth, person, identifiers: one function each, below.
3. Of several columns of one field (`phone`, `phone__2`) the first readable one counts.
4. `<field>_invalid`: something is written in a column of the field, and none of them can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.address import full_address, street_address
from matchprep.normalize.date import (
    DateOrder,
    Order,
    birth_date,
    birth_date_of_parts,
    decide_order,
    order_evidence,
)
from matchprep.normalize.email import email
from matchprep.normalize.full_name import name_parts
from matchprep.normalize.hashes import digest, hash_algorithm
from matchprep.normalize.ids import FORMS, identifier
from matchprep.normalize.person import age, gender
from matchprep.normalize.phone import phone_parts
from matchprep.normalize.place import city, latitude, longitude, region, state, zip4, zip_parts
from matchprep.normalize.text import blank_to_null, squeeze
from matchprep.tables import CLEAN, INVALID, ROW_ID, SOURCE, verify

_NAMES = (
    Field.FULL_NAME, Field.FIRST_NAME_COMBINED, Field.NAME_PREFIX, Field.FIRST_NAME, Field.MIDDLE_NAME,
    Field.LAST_NAME, Field.NAME_SUFFIX,
)  # fmt: skip
_STREET = (Field.HOUSE_NUMBER, Field.STREET, Field.ADDRESS, Field.UNIT, Field.ADDRESS2, Field.PO_BOX)
_BIRTH = (Field.BIRTH_YEAR, Field.BIRTH_MONTH, Field.BIRTH_DAY)
_IDS = tuple(field for field in list(Field)[list(Field).index(Field.VOTER_ID) :] if field in CLEAN)


@dataclass(frozen=True)
class Written:
    """The columns of MAPPED, by field.

    Args:
        columns: For each mapped field its columns, in the order in which they count.
        hashed: Fields in whose columns digests were seen.
        dates: The order of day and month in the date of birth.
        region: The region that phone numbers without a country code belong to.
    """

    columns: Mapping[str, Sequence[str]]
    hashed: frozenset[str]
    dates: DateOrder
    region: str

    def __contains__(self, field: Field) -> bool:
        return field in self.columns

    def texts(self, field: Field) -> list[pl.Expr]:
        """Give the columns of a field, blanks already null."""
        return [blank_to_null(pl.col(name)) for name in self.columns.get(field, ())]

    def text(self, field: Field) -> pl.Expr:
        """Give the first thing written in the columns of a field."""
        return pl.coalesce(self.texts(field) or [pl.lit(None, pl.String)])


Clean = dict[str, pl.Expr]


def normalize_people(
    mapped: pl.LazyFrame | pl.DataFrame, *, region: str = "US", dates: DateOrder | None = None
) -> pl.LazyFrame:
    """Understand every mapped column of a list.

    Args:
        mapped: MAPPED, as `map_columns` gives it.
        region: The region that phone numbers without a country code belong to.
        dates: The order of day and month; decided from the whole column when not given.

    Returns:
        CLEAN, lazy.

    Raises:
        ContractError: A bug: CLEAN is not as promised.

    Rows: all, in order.
    Columns: those of CLEAN that the mapped fields can fill, `<field>_invalid`, `source.*`.
    Nulls: blank, or not readable.
    """
    frame = mapped.lazy()
    written = _look(frame, region, dates)
    clean: Clean = {}
    for room in (_names, _address, _place, _phone, _email, _birth, _person, _identifiers):
        frame, made = room(frame, written)
        clean |= made
    ordered = [name for name in (*CLEAN, *sorted(set(clean) - set(CLEAN))) if name in clean]
    people = frame.select(
        ROW_ID, *(clean[name].alias(name) for name in ordered), pl.selectors.starts_with(SOURCE)
    )
    verify(people, {name: CLEAN[name] for name in ordered if name in CLEAN}, table="CLEAN")
    return people


def _look(frame: pl.LazyFrame, region: str, dates: DateOrder | None) -> Written:
    columns: dict[str, list[str]] = {}
    for name in frame.collect_schema().names():
        if not name.startswith(SOURCE) and name != ROW_ID:
            columns.setdefault(name.partition("__")[0], []).append(name)
    looks: Clean = {}
    for field in (Field.PHONE, Field.EMAIL):
        for name in columns.get(field, ()):
            looks[name] = hash_algorithm(pl.col(name).str.strip_chars()).is_not_null().any()
    if Field.DOB in columns and dates is None:
        looks |= order_evidence(pl.col(columns[Field.DOB][0]))
    seen = frame.select(**looks).collect(engine="streaming").row(0, named=True) if looks else {}
    default: Order = "mdy" if region == "US" else "dmy"
    counts = [int(seen.get(name, 0)) for name in ("month_first", "day_first", "either")]
    return Written(
        columns=columns,
        hashed=frozenset(
            field for field in columns if any(seen.get(name) is True for name in columns[field])
        ),
        dates=dates or decide_order(counts[0], counts[1], counts[2], default=default),
        region=region,
    )


Room = tuple[pl.LazyFrame, Clean]


def _names(frame: pl.LazyFrame, written: Written) -> Room:
    fields = [field for field in _NAMES if field in written]
    if not fields:
        return frame, {}
    frame = frame.with_columns(_name=name_parts(**{str(field): written.text(field) for field in fields}))
    made = {str(part): pl.col("_name").struct.field(part) for part in _NAMES if part in CLEAN}
    sources = {
        Field.NAME_PREFIX: (Field.NAME_PREFIX, Field.FULL_NAME),
        Field.FIRST_NAME: (Field.FIRST_NAME, Field.FIRST_NAME_COMBINED, Field.FULL_NAME),
        Field.MIDDLE_NAME: (Field.MIDDLE_NAME, Field.FIRST_NAME, Field.FULL_NAME),
        Field.LAST_NAME: (Field.LAST_NAME, Field.FULL_NAME),
        Field.NAME_SUFFIX: (Field.NAME_SUFFIX, Field.LAST_NAME, Field.FULL_NAME),
    }
    clean: Clean = {
        str(part): made[part] for part, needs in sources.items() if any(need in written for need in needs)
    }
    for field in (Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME):
        if field in written:
            read = (
                pl.coalesce(made[Field.FIRST_NAME], made[Field.LAST_NAME])
                if field is Field.FULL_NAME
                else made[field]
            )
            clean[field + INVALID] = written.text(field).is_not_null() & read.is_null()
    return frame, clean


def _address(frame: pl.LazyFrame, written: Written) -> Room:
    clean: Clean = {}
    parts = ("address", "house_number", "street", "unit", "po_box")
    if any(field in written for field in _STREET):
        line = pl.concat_str(
            written.text(Field.HOUSE_NUMBER), written.text(Field.STREET), written.text(Field.ADDRESS),
            _unit_line(written), written.text(Field.ADDRESS2), _box_line(written),
            separator=" ", ignore_nulls=True,
        ).replace("", None)  # fmt: skip
        frame = frame.with_columns(_line=line).with_columns(_street=street_address(pl.col("_line")))
        clean |= {part: pl.col("_street").struct.field(part) for part in parts}
        clean[Field.ADDRESS + INVALID] = pl.col("_line").is_not_null() & clean["address"].is_null()
    if Field.FULL_ADDRESS in written:
        frame = frame.with_columns(_full=full_address(written.text(Field.FULL_ADDRESS)))
        full = {part: pl.col("_full").struct.field(part) for part in parts}
        clean |= {
            part: pl.coalesce(clean[part], full[part]) if part in clean else full[part] for part in parts
        }
        readable = pl.any_horizontal(
            pl.col("_full").struct.field(part).is_not_null() for part in ("address", "city", "zip")
        )
        clean[Field.FULL_ADDRESS + INVALID] = written.text(Field.FULL_ADDRESS).is_not_null() & ~readable
    return frame, clean


def _unit_line(written: Written) -> pl.Expr:
    unit = written.text(Field.UNIT)
    # NOTE: USPS Publication 28, 213: `#` where the kind of unit is not known.
    return (
        pl.when(unit.str.contains(r"^[0-9A-Za-z]{1,5}$|^[0-9]+-?[A-Za-z0-9]*$"))
        .then("# " + unit)
        .otherwise(unit)
    )


def _box_line(written: Written) -> pl.Expr:
    box = written.text(Field.PO_BOX)
    return pl.when(box.str.contains(r"^[0-9]+[A-Za-z]?$")).then("PO BOX " + box).otherwise(box)


def _place(frame: pl.LazyFrame, written: Written) -> Room:
    clean: Clean = {}
    full = pl.col("_full").struct if Field.FULL_ADDRESS in written else None

    def place(field: Field, read: Callable[[pl.Expr], pl.Expr]) -> None:
        readings = [read(text) for text in written.texts(field)]
        if full is not None and field in (Field.CITY, Field.STATE, Field.ZIP, Field.ZIP4):
            readings.append(full.field(field))
        if readings:
            clean[field] = pl.coalesce(readings)
        if field in written:
            clean[field + INVALID] = written.text(field).is_not_null() & pl.coalesce(readings).is_null()

    place(Field.CITY, city)
    place(Field.STATE, state)
    if Field.STATE in clean:
        regions = [region(text) for text in written.texts(Field.STATE)]
        frame = frame.with_columns(
            _state=clean[Field.STATE], _region=pl.coalesce(*regions, clean[Field.STATE])
        )
        clean |= {Field.STATE: pl.col("_state"), "region": pl.col("_region")}
    frame, zips = _zip(frame, written, clean.get(Field.STATE))
    clean |= zips
    place(Field.LATITUDE, latitude)
    place(Field.LONGITUDE, longitude)
    return frame, clean


def _zip(frame: pl.LazyFrame, written: Written, of_state: pl.Expr | None) -> Room:
    if Field.ZIP not in written and Field.ZIP4 not in written and Field.FULL_ADDRESS not in written:
        return frame, {}
    text = pl.coalesce(*written.texts(Field.ZIP), *written.texts(Field.ZIP4))
    readings = {name: [pl.col("_zip").struct.field(name)] for name in ("zip", "zip4", "postal_code")}
    if Field.FULL_ADDRESS in written:
        full = pl.col("_full").struct
        readings["zip"].append(full.field("zip"))
        readings["zip4"].append(full.field("zip4"))
        readings["postal_code"].append(full.field("zip"))
    readings["zip4"] += [zip4(text) for text in written.texts(Field.ZIP4)]
    clean = {name: pl.coalesce(columns) for name, columns in readings.items()}
    for field in (Field.ZIP, Field.ZIP4):
        if field in written:
            clean[field + INVALID] = written.text(field).is_not_null() & clean[field].is_null()
    return frame.with_columns(_zip=zip_parts(text, state=of_state)), clean


def _phone(frame: pl.LazyFrame, written: Written) -> Room:
    texts = [_phone_text(text) for text in written.texts(Field.PHONE)]
    if Field.PHONE_LOCAL in written:
        area, local = written.text(Field.PHONE_AREA_CODE), written.text(Field.PHONE_LOCAL)
        texts.append(
            _phone_text(pl.concat_str(area, local, separator=" ", ignore_nulls=True).replace("", None))
        )
    if not texts:
        return frame, _digests(written, Field.PHONE, Field.PHONE_HASH)
    names = [f"_phone_{place}" for place in range(len(texts))]
    frame = frame.with_columns(
        phone_parts(text, region=written.region).alias(name) for name, text in zip(names, texts, strict=True)
    )
    numbers = [pl.col(name).struct.field("e164") for name in names]
    valid = [
        pl.when(number.is_not_null()).then(pl.col(name).struct.field("valid"))
        for name, number in zip(names, numbers, strict=True)
    ]
    clean = {Field.PHONE: pl.coalesce(numbers), "phone_valid": pl.coalesce(valid)}
    if Field.PHONE in written:
        anything = pl.coalesce(*written.texts(Field.PHONE), *texts).is_not_null()
        clean[Field.PHONE + INVALID] = anything & clean[Field.PHONE].is_null()
    return frame, clean | _digests(written, Field.PHONE, Field.PHONE_HASH)


def _phone_text(text: pl.Expr) -> pl.Expr:
    """Take out what spreadsheets do to numbers, and what no phone can come of."""
    whole = text.str.replace(r"^(\+?[0-9]{10,15})\.0+$", "$1")
    # NOTE: `6.51E+09` has lost its digits; a digest is no number, though the library may find one in it.
    lost = whole.str.contains(r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+$") | (hash_algorithm(whole).is_not_null())
    return pl.when(~lost).then(whole)


def _email(frame: pl.LazyFrame, written: Written) -> Room:
    clean: Clean = {}
    if Field.EMAIL in written:
        readings = [email(text) for text in written.texts(Field.EMAIL)]
        frame = frame.with_columns(_email=pl.coalesce(readings))
        clean[Field.EMAIL] = pl.col("_email")
        clean[Field.EMAIL + INVALID] = written.text(Field.EMAIL).is_not_null() & pl.col("_email").is_null()
    return frame, clean | _digests(written, Field.EMAIL, Field.EMAIL_HASH)


def _digests(written: Written, field: Field, hashed: Field) -> Clean:
    """Read digests, from their own columns and from those of the field they were made of."""
    texts = written.texts(hashed) + (written.texts(field) if field in written.hashed else [])
    if not texts:
        return {}
    read = pl.coalesce([digest(text) for text in texts])
    clean: Clean = {hashed: read}
    if hashed in written:
        clean[hashed + INVALID] = written.text(hashed).is_not_null() & read.is_null()
    return clean


def _birth(frame: pl.LazyFrame, written: Written) -> Room:
    readings = [
        birth_date(pl.col(name), order=written.dates.order) for name in written.columns.get(Field.DOB, ())
    ]
    if any(field in written for field in _BIRTH):
        year, month, day = (written.text(field) for field in _BIRTH)
        readings.append(birth_date_of_parts(year, month, day))
    if not readings:
        return frame, {}
    names = [f"_birth_{place}" for place in range(len(readings))]
    frame = frame.with_columns(reading.alias(name) for name, reading in zip(names, readings, strict=True))
    best = pl.coalesce(pl.when(pl.col(name).struct.field("readable")).then(pl.col(name)) for name in names)
    frame = frame.with_columns(_birth=best)
    clean: Clean = {field: pl.col("_birth").struct.field(field) for field in (Field.DOB, *_BIRTH)}
    unread = pl.col("_birth").is_null()
    clean |= {
        field + INVALID: written.text(field).is_not_null() & unread
        for field in (Field.DOB, *_BIRTH)
        if field in written
    }
    return frame, clean


def _person(frame: pl.LazyFrame, written: Written) -> Room:
    readers: dict[Field, Callable[[pl.Expr], pl.Expr]] = {Field.AGE: age, Field.GENDER: gender}
    clean: Clean = {}
    for field, read in readers.items():
        if field in written:
            # NOTE: a gender may be written as unknown; that is no blank.
            texts = [squeeze(pl.col(name)) for name in written.columns[field]]
            clean[field] = pl.coalesce([read(text) for text in texts])
            clean[field + INVALID] = written.text(field).is_not_null() & clean[field].is_null()
    for field in (Field.ETHNICITY, Field.ID):
        if field in written:
            clean[field] = written.text(field)
    return frame, clean


def _identifiers(frame: pl.LazyFrame, written: Written) -> Room:
    clean: Clean = {}
    for field in _IDS:
        if field in written:
            clean[field] = pl.coalesce([identifier(pl.col(name), field) for name in written.columns[field]])
            if field in FORMS:
                clean[field + INVALID] = written.text(field).is_not_null() & clean[field].is_null()
    return frame, clean
