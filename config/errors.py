"""What can go wrong before anything runs."""


class StartError(Exception):
    """Redress cannot start. The text is one sentence: what is wrong and what to do."""


class SettingError(StartError):
    """A setting has a value that makes no sense. The text says which and what is expected."""
