"""What people type about demands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PhotosField, PlainForm
from zengyi.people.web.fields import PhoneField
from zengyi.works.forms.fields import day, households, line, one_of, optional, pick, pin_field, words
from zengyi.works.forms.projects import set_choices
from zengyi.works.rules.demands import DEMAND_PHOTOS_MOST, PIN_MOST, SPOT_MOST, Answer, Ball, DemandVerb, Way
from zengyi.works.rules.projects import TEXT_MOST

ASKED = [(ball.value, ball.label) for ball in (Ball.CONTRACTOR, Ball.COMMUNITY)]
_NAME_MOST = 40


class DemandForm(PlainForm):
    """What somebody wants of the work, where, and how it was heard."""

    title = line(_("一句话，什么事？"), hint=_("例如：井盖高出路面 3 厘米"))
    way = one_of(_("怎么听来的"), Way.choices)
    text = words(_("是什么情况？"), TEXT_MOST, least=0, hint=_("可以不填，不用写姓名电话"))
    photos = PhotosField(most=DEMAND_PHOTOS_MOST)
    lot_id = pick(_("哪个标段"))
    place_id = pick(_("哪一幢，或哪个地点"))
    spot = optional(_("说得再准一点"), SPOT_MOST, _("例如：西口、南门。不用写门牌号"))
    addressee = one_of(_("要谁答复"), ASKED)
    households = households()
    name = optional(_("谁提的"), _NAME_MOST, _("只有监理队和社区看得到；不肯说就空着"))
    phone = PhoneField(label=_("怎么联系"), help_text=_("办完了要告诉他"))

    pin_on = pin_field()
    pin_x = pin_field(PIN_MOST)
    pin_y = pin_field(PIN_MOST)

    def __init__(
        self,
        *args: Any,
        lots: Sequence[tuple[int, str]] = (),
        places: Sequence[tuple[int, str]] = (),
        estate: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate
        set_choices(self, "lot_id", [("", _("说不清")), *lots])
        set_choices(self, "place_id", [("", _("不选")), *places])

    def clean_pin_on(self) -> int | None:
        """The estate whose plan was shown, or nothing."""
        given: int | None = self.cleaned_data["pin_on"]
        if given not in (None, self.estate):
            raise forms.ValidationError(_("请在图上点一下。"))
        return given


class AnswerForm(PlainForm):
    """Accept with a day, explain, or refuse with a reason."""

    answer = one_of(_("怎么答复"), Answer.choices)
    promised = day(_("哪天做好"), required=False, hint=_("答应了就定个日子"))
    text = words(_("说一句"), least=0, hint=_("解释、不答应、改日子，都要说为什么"))


class DoForm(PlainForm):
    """What was done, with photos."""

    text = words(_("做了什么"))
    photos = PhotosField(most=DEMAND_PHOTOS_MOST)


class RemarkForm(PlainForm):
    """A remark that may be left out."""

    text = words(_("想说一句也行"), least=0)


class BackForm(PlainForm):
    """Why it is not right."""

    text = words(_("哪里还不行"), hint=_("施工方要另定日子；原来的日子留着"))


class InsistForm(PlainForm):
    """Why it is asked again, and of whom."""

    text = words(_("为什么要再议"))
    addressee = one_of(_("要谁答复"), ASKED)


class TellForm(PlainForm):
    """How whoever wanted it was told."""

    text = words(_("怎么告诉的，他怎么说"), hint=_("例如：打了电话，他说好"))


#: The form of each verb of a demand.
DEMAND_FORMS: dict[str, type[PlainForm]] = {
    DemandVerb.ANSWER: AnswerForm,
    DemandVerb.DO: DoForm,
    DemandVerb.PASS: RemarkForm,
    DemandVerb.RETURN: BackForm,
    DemandVerb.SETTLE: RemarkForm,
    DemandVerb.INSIST: InsistForm,
    DemandVerb.TELL: TellForm,
}
