"""A new route, a review, a look again, a round that is typed in, and a round as a file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.councils.queries import DailyDuty
from zengyi.facilities import rules
from zengyi.facilities.actions import NewItem
from zengyi.facilities.queries import ChecklistCard, CheckRow, Counts, Sheet
from zengyi.facilities.rules import NotApplicable, NotReached, kinds

#: The Chinese pause mark and comma, or a comma.
_BETWEEN = re.compile(f"[{chr(0x3001)}{chr(0xFF0C)},]")
_PICK = {"required": _("请从里面选一个。"), "invalid_choice": _("请从里面选一个。")}


class RouteForm(PlainForm):
    """A route past all facilities of some kinds."""

    name = forms.CharField(label=_("叫什么"), max_length=rules.NAME_MOST, min_length=2, error_messages={"required": _("请写几个字。")})
    schedule = forms.ChoiceField(label=_("哪天查"), choices=rules.Schedule.choices, error_messages=_PICK)
    weekday = forms.TypedChoiceField(
        label=_("每周查的话，星期几"), choices=list(WEEKDAYS.items()), coerce=int, initial=0, error_messages=_PICK
    )
    starts_on = forms.DateField(
        label=_("从哪天起"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-25 这样的日期。")},
    )

    def __init__(
        self,
        *args: Any,
        counts: Mapping[str, Counts],
        duties: Sequence[DailyDuty] = (),
        units: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if duties:
            decided = [("", _now("不是商量定的")), *((one.decision_id, f"{one.title} · {one.decision}"[:80]) for one in duties)]
            field = forms.TypedChoiceField(
                label=_("哪次商量定的"), choices=decided, coerce=int, empty_value=None, required=False, error_messages=_PICK
            )
            self.add("decision_id", field)
        whose = [("", _now("商量定的单位；没有定过，谁都行")), *units]
        self.add(
            "walker_id",
            forms.TypedChoiceField(label=_("谁去查"), choices=whose, coerce=int, empty_value=None, required=False, error_messages=_PICK),
        )
        choices = [(code, f"{kinds()[code].name} {count.total}") for code, count in counts.items()]
        self.add(
            "kinds",
            forms.MultipleChoiceField(
                label=_("查哪些"),
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("请选要查的设施。"), "invalid_choice": _("请从里面选。"), "invalid_list": _("请从里面选。")},
            ),
        )


class ChecklistForm(PlainForm):
    """The next version of a checklist: a question more, some fewer."""

    def __init__(self, *args: Any, card: ChecklistCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds_ = [("", _now("不加")), *((kind.code, kind.name) for kind in kinds().values())]
        too_long = {"max_length": _("太长了，请写短一点。")}
        self.add("kind", forms.ChoiceField(label=_("加一项：哪类设施"), choices=kinds_, required=False, error_messages=_PICK))
        self.add(
            "key",
            forms.CharField(
                label=_("代号"),
                help_text=_("12 个以内的大写字母、数字和 -，例如 LIF-BELL；用过的不能再用"),
                required=False,
                max_length=12,
                error_messages=too_long,
            ),
        )
        self.add(
            "title",
            forms.CharField(
                label=_("问什么"), help_text=_("例如 紧急呼叫有人应"), required=False, max_length=rules.NAME_MOST, error_messages=too_long
            ),
        )
        self.add("look", forms.CharField(label=_("看什么，用顿号分开"), required=False, max_length=200, error_messages=too_long))
        self.add("stops", forms.BooleanField(label=_("这一项坏了，整处就不能用"), required=False, initial=True))
        choices = [(one.key, f"{one.key} {one.kind_name} · {one.title}") for one in card.asked]
        self.add(
            "drop",
            forms.MultipleChoiceField(
                label=_("不再问的"),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("请从里面选。"), "invalid_list": _("请从里面选。")},
            ),
        )

    def clean(self) -> dict[str, Any]:
        """A question to be added needs its key and its words."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind"):
            for name in ("key", "title"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _now("请写几个字。"))
        elif not self.errors and any(given.get(name) for name in ("key", "title", "look")):
            self.add_error("kind", _now("请从里面选一个。"))
        return given

    def added(self) -> list[NewItem]:
        """The question to be added."""
        given = self.cleaned_data
        look = tuple(word for word in map(str.strip, _BETWEEN.split(given["look"])) if word)
        return [NewItem(given["key"], given["kind"], given["title"], look, given["stops"])] if given["kind"] else []


class ReviewForm(PlainForm):
    """A word about the round, and which late failures are taken as broken now."""

    note = forms.CharField(
        label=_("说一句"), required=False, max_length=rules.NOTE_MOST, error_messages={"max_length": _("太长了，请写短一点。")}
    )

    def __init__(self, *args: Any, late: Sequence[CheckRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.id, f"{one.facility} · {one.item}") for one in late]
        self.add(
            "open_late",
            forms.TypedMultipleChoiceField(
                label=_("这些来晚了，后来又查到好。勾上的按坏了去修"),
                choices=choices,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple if late else forms.MultipleHiddenInput,
                error_messages={"invalid_choice": _("请从里面选。"), "invalid_list": _("请从里面选。")},
            ),
        )


class TypedForm(PlainForm):
    """Every question of a round with its answers in one list: good, broken and why, out of reach and why, does not apply and why."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for facility, item in sheet.pairs():
            label = f"{facility.code} {facility.name} · {item.title}"
            choices = [("", _now("还没查")), *_choices(facility.kind)]
            hint = f"{item.key} {facility.where}"
            field = forms.ChoiceField(label=label, help_text=hint, choices=choices, required=False, error_messages=_PICK)
            self.add(f"c-{facility.id}-{item.key}", field)

    def answers(self) -> Iterator[tuple[int, str, str, str]]:
        """Facility, item, result and reason of what was filled in."""
        for name, value in self.cleaned_data.items():
            if value:
                _c, facility, item = name.split("-", 2)
                result, _colon, reason = value.partition(":")
                yield int(facility), item, result, reason

    def clean(self) -> dict[str, Any]:
        """At least one is filled in, and no more than one upload takes."""
        given: dict[str, Any] = super().clean() or {}
        filled = sum(1 for value in given.values() if value)
        if not self.errors and not filled:
            self.add_error(None, _("还一项也没有填。"))
        if filled > rules.CHECKS_MOST:
            self.add_error(None, _("一次最多填 200 项，请分两次。"))
        return given


def _choices(kind: str) -> Iterator[tuple[str, str]]:
    words = {result.value: str(result.label) for result in rules.CheckResult}
    yield "OK", words["OK"]
    for word in kinds()[kind].reasons:
        yield f"FAIL:{word.code}", f"{words['FAIL']} · {word.text}"
    for reached in NotReached:
        yield f"NOT_REACHED:{reached.value}", f"{words['NOT_REACHED']} · {reached.label}"
    for applies in NotApplicable:
        yield f"NOT_APPLICABLE:{applies.value}", f"{words['NOT_APPLICABLE']} · {applies.label}"


class FileForm(PlainForm):
    """A round as a file."""

    file = forms.FileField(
        label=_("手机存下的巡检文件"),
        help_text=_("json，最多 30 MB"),
        max_length=200,
        error_messages={"required": _("请选一个文件。"), "empty": _("文件是空的。"), "max_length": _("文件名太长了。")},
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
