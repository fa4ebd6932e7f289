"""The one error that sub-commands raise."""


class Failed(Exception):
    """It could not be done; the text is shown to the person at the keyboard as it stands."""
