"""What facilities hold about somebody: only that a login did its work there."""

_HAND = "what somebody entered, walked, looked at or printed at work stands among their own steps, core.Event"

TABLES = ()

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        "facilities.Facility.entered_by",
        "facilities.Label.issued_by",
        "facilities.Picture.by",
        "facilities.Report.settled_by",
        "facilities.Round.walked_by",
        "facilities.Round.reviewed_by",
        "facilities.Pass.user",
        "facilities.Check.by",
        "facilities.Photo.by",
        "facilities.Defect.fixed_by",
    ),
    _HAND,
)
