"""Replies to who has called by Twilio: as a text message. No Django.

Needs what text messages need. Without it the agent is told to call back. A hidden number cannot be
answered at all.
"""

from intake.sending.twilio_sms import TwilioSms


class TwilioVoice(TwilioSms):
    """A text message to the number that called."""
