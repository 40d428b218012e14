"""What the staff of the example site keeps at hand: bookmarks and reminders."""

from typing import Final, NamedTuple

# Login name -> keys of stories.
BOOKMARKS: Final = {
    "amina": ("rfp", "firewall-review", "lusaka"),
    "joseph": ("bgp", "temperature"),
    "lydia": ("mfa", "sso", "backup"),
    "fatuma": ("new-staff", "laptop"),
}


class Reminder(NamedTuple):
    """Who wants to be reminded of what, about which story, and when."""

    who: str
    key: str
    subject: str
    due: str


REMINDERS: Final = (
    Reminder("amina", "bgp", "Call the upstream NOC back", "+2h"),
    Reminder("amina", "radius", "Ask finance whether Sunday's totals are right", "+1d"),
    Reminder("amina", "phished", "Call the user about the new password", "-1h"),
    Reminder("joseph", "temperature", "Let the technician in", "+30m"),
    Reminder("lydia", "backup", "Look at the backup window again", "+3d"),
    Reminder("fatuma", "laptop", "Ask the workshop about the laptop", "+1d"),
)
