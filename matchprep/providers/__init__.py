"""The providers' clients, and what they share: HTTP, settings, pace, the ledger of submissions.

One module a provider; each gives `Client` with the steps of a submission. To add a provider is to add a
module.
"""

from matchprep.providers.call import Call
from matchprep.providers.clock import Clock, SandboxClock, WallClock
from matchprep.providers.flow import Assume, Consent, Price, Step, Watch, Work
from matchprep.providers.http import exchange
from matchprep.providers.jobs import Job, Jobs, ledger_path
from matchprep.providers.lookup import Entry, LookUp, look_ups_of
from matchprep.providers.making import bring_steps, make_steps
from matchprep.providers.pace import Pace, Rate
from matchprep.providers.provider import Outcome, PicksUp, Provider, Submission, client_of
from matchprep.providers.settings import ProviderSettings, credentials_file, load_settings
from matchprep.providers.webhook import Hook, listening

__all__ = [
    "Assume",
    "Call",
    "Clock",
    "Consent",
    "Entry",
    "Hook",
    "Job",
    "Jobs",
    "LookUp",
    "Outcome",
    "Pace",
    "PicksUp",
    "Price",
    "Provider",
    "ProviderSettings",
    "Rate",
    "SandboxClock",
    "Step",
    "Submission",
    "WallClock",
    "Watch",
    "Work",
    "bring_steps",
    "client_of",
    "credentials_file",
    "exchange",
    "ledger_path",
    "listening",
    "load_settings",
    "look_ups_of",
    "make_steps",
]
