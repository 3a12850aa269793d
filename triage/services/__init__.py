"""Read tickets, keep what was said of the readings, and decide which model is in use.

Training is apart, in `triage.services.learning`: it brings scikit-learn, which few processes need.
"""

from triage.services.claims import claim, release
from triage.services.files import remove_old_files
from triage.services.labels import note_confirmation, note_correction, take_back
from triage.services.reading import SURE_OF_SPAM, triage_ticket
from triage.services.replays import cancel_replay, fail_replay, replay_on, start_replay
from triage.services.steering import doubt_labeller, set_allowed_error, trust_labeller
from triage.services.versions import add_version, promote

__all__ = [
    "SURE_OF_SPAM",
    "add_version",
    "cancel_replay",
    "claim",
    "doubt_labeller",
    "fail_replay",
    "note_confirmation",
    "note_correction",
    "promote",
    "release",
    "remove_old_files",
    "replay_on",
    "set_allowed_error",
    "start_replay",
    "take_back",
    "triage_ticket",
    "trust_labeller",
]
