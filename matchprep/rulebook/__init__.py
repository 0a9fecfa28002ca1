"""What providers accept, as data: rules/*.yaml -> frozen ProviderRules. No tables here."""

from matchprep.rulebook.describe import Section, describe
from matchprep.rulebook.load import PlacedFault, lint_rules, list_providers, load_rules, read_rules
from matchprep.rulebook.model import MOST_ROWS, FieldRules, HashRules, Profile, ProviderRules, Rule
from matchprep.rulebook.requirement import Requirement, holds, resolve, shortest
from matchprep.rulebook.words import sentence, series, unreadable, ways, words

__all__ = [
    "MOST_ROWS",
    "FieldRules",
    "HashRules",
    "PlacedFault",
    "Profile",
    "ProviderRules",
    "Requirement",
    "Rule",
    "Section",
    "describe",
    "holds",
    "lint_rules",
    "list_providers",
    "load_rules",
    "read_rules",
    "resolve",
    "sentence",
    "series",
    "shortest",
    "unreadable",
    "ways",
    "words",
]
