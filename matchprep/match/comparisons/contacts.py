"""How what reaches or names one person agrees: phone, email, and the voter's own number."""

from __future__ import annotations

from matchprep.match.comparisons.level import DIFFERS, Comparison, Level, exact, lacks, similarity

PHONE = Comparison(
    "phone",
    needs=("phone",),
    missing=lacks("phone"),
    levels=(
        exact("phone", reach=0.1),
        Level("same but for the area code", "phone_local"),
        Level("close", "phone_near"),
        DIFFERS,
    ),
)

EMAIL = Comparison(
    "email",
    needs=("email",),
    missing=lacks("email"),
    levels=(
        exact("email", reach=0.02),
        Level("same user, other host", "email_user"),
        Level("close spelling", "email_similarity >= 0.96"),
        DIFFERS,
    ),
)

IDENTIFIER = Comparison(
    "voter_id",
    needs=("identifier",),
    missing=lacks("identifier"),
    levels=(exact("identifier", reach=0.01), DIFFERS),
)

#: What looks into two values of one feature: name -> SQL.
MEASURES: dict[str, str] = {
    "phone_near": (
        "CASE WHEN length(l.phone) = length(r.phone) THEN hamming(l.phone, r.phone) = 1 ELSE FALSE END"
    ),
    "phone_local": "right(l.phone, 7) = right(r.phone, 7)",
    "email_user": "split_part(l.email, '@', 1) = split_part(r.email, '@', 1)",
    "email_similarity": similarity("email"),
}
