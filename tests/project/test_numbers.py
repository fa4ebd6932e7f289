"""No number stands on a page without leading to what it is the sum of, unless this table says why.

Read from the templates alone: whatever shows a figure, or so many of something, is a link, or is named here with its reason. Whether the
links tell the truth, ``tests/demo/test_sums.py`` sees.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import zengyi

SOURCE = Path(zengyi.__file__).parent
UNITS = "单|件|人|张|次|处|条|位|户|份|幢|项|方|笔|名|家|场|篇|趟|分"
#: What opens and closes a link; a figure as its own; and so many of something within a sentence.
TOKEN = re.compile(
    r"(?P<open><a\b)|(?P<close></a>)"
    r"|(?P<figure><(?:b\b|\w+\b[^>]*class=\"[^\"]*\b(?:n|figure)\b)[^>]*>\s*[+−]?\s*\{\{\s*(?P<shown>[^}]+?)\s*\}\})"
    r"|(?P<counted>\{\{\s*(?P<said>\w+)\s*\}\}\s*(?P<unit>" + UNITS + r")(?!钟))"
)
#: A figure's expression that ends so is a word, a day or money, and no number.
WORDS = re.compile(
    r"(?:title|name|place|text|label|party|deed|category|spot|what|words|where|facility|branch|memo|community|told|said|secret|username"
    r"|tier_name|state_name|answer_name|ball_name|duty_name|on_day|alias|doing|state|last|code|route|urgency|figure|first\.1|day\.day)$"
    r"|\|(?:date|spoken|hour|yuan|worth|default|time|truncatechars|slice|join)"
)

#: Why a number leads nowhere, and where such numbers stand.
HERE = "its parts stand on the same page, beside it or below"
ONE = "it is of one thing: what an order or a deed brings, how many a post asks for, how long somebody stayed"
RULE = "a rule or a limit says so"
INSIDE = "its parts are told inside the branch or to the holder only, and the page says so"
SENT = "it tells what has just come of a sheet or a form"
BY_HAND = "somebody counted it and wrote it down"
RATIO = "a share or an average of numbers that lead on"

STAND = {
    HERE: {
        "activities/_roll_top.html": "found.absent",
        "activities/eradication.html": "card.remaining n次 row.remaining",
        "activities/hours.html": "m分 card.times",
        "activities/occasion.html": "found.guests.free all位 free位 m分",
        "activities/record.html": "m分 n次",
        "activities/sign_ups.html": "slot.sure slot.offered",
        "bank/_duo.html": "n分",
        "bank/_passbook.html": "home.total",
        "bank/appraisal.html": "n人",
        "bank/appraisal_own.html": "n分 score分",
        "bank/closing.html": "n件 n处",
        "bank/deed_choose.html": "n条",
        "bank/duty_vacancy.html": "n人 taken人",
        "bank/entries.html": "account.balance",
        "bank/quarter_members.html": "n名",
        "bank/roll_call_new.html": "n人",
        "bank/roll_call_print.html": "n人",
        "councils/ballot_desk.html": "n位",
        "councils/ballot_form.html": "n处",
        "councils/hall.html": "number项 all项 n次 n人 asked人 n单",
        "councils/session.html": "n次 n人 asked人",
        "councils/topic.html": "n条",
        "facilities/defect.html": "n处 n张 n次",
        "facilities/facility.html": "n处",
        "facilities/labels.html": "n处",
        "facilities/pictures.html": "n张",
        "facilities/plan.html": "n处",
        "facilities/round.html": "row.checks n张 n项",
        "facilities/share.html": "hours.up hours.down hours.unknown",
        "messages/inbox.html": "n件 n条",
        "messages/slips.html": "n张 n条",
        "messages/slips_list.html": "n张",
        "news/_answers.html": "one.number n处",
        "news/_facts.html": "n张",
        "news/_look.html": "n处",
        "news/edit.html": "n处",
        "news/step.html": "n张 n处",
        "orders/_pairs.html": "there次 back次 n分",
        "orders/_plan.html": "n单",
        "orders/difficulty.html": "n分 n笔",
        "orders/order.html": "n张",
        "orders/signs.html": "n幢",
        "people/estate.html": "n幢",
        "people/merge.html": "n份",
        "project/_front.html": "forloop.counter n条 n方",
        "project/_photos_field.html": "n张",
        "project/_waiting.html": "n件",
        "project/home.html": "n分",
        "works/_courts.html": "side.rows|length n次",
        "works/_sums.html": "sheet.new sheet.answered sheet.late sheet.returned",
        "works/line.html": "n户 n次",
        "works/project.html": "n件",
        "works/sheet.html": "row.held n次",
        "works/site.html": "n件",
    },
    ONE: {
        "activities/eradication.html": "n人 row.count",
        "activities/here.html": "found.number n位",
        "activities/hours_all.html": "n次 m分",
        "activities/sign_up.html": "found.number n位",
        "activities/sign_ups.html": "n位",
        "bank/_caps.html": "cap.most cap.had cap.waits cap.this cap.left asked分 points分",
        "bank/_closing_side.html": "day.number",
        "bank/_deed_facts.html": "deed.brings|signed",
        "bank/_deed_row.html": "row.brings|signed",
        "bank/_deeds_table.html": "row.brings|signed",
        "bank/_duty_turn.html": "row.points",
        "bank/_duty_vacancy.html": "n人",
        "bank/corrections.html": "row.entry.points|signed",
        "bank/duty_offers.html": "n人",
        "bank/duty_turn.html": "points分",
        "bank/duty_turn_new.html": "points分 left分",
        "bank/roll_call.html": "mark.points",
        "councils/move.html": "n单",
        "facilities/rounds.html": "n处",
        "facilities/scan.html": "n位",
        "news/piece.html": "n处 n次",
        "orders/_move_fields.html": "n位 points分",
        "orders/_paid.html": "n分",
        "orders/_pane.html": "n分",
        "orders/_places.html": "n人 taken人",
        "orders/_row.html": "row.difficulty row.booked|minus",
        "orders/_tacc.html": "n分 points分",
        "project/_tacc_in.html": "points",
        "project/district.html": "deed.difficulty",
        "works/_demand_facts.html": "n次",
        "works/_rankings.html": "before位 after位",
    },
    RULE: {"bank/_appraisal_how.html": "least分", "bank/_tier_years.html": "least分"},
    INSIDE: {
        "bank/_appraisal_row.html": "row.sums.base row.sums.base_score row.sums.gain row.sums.held row.sums.deducted row.score",
        "bank/_appraisal_sums.html": "score分",
        "bank/quarter.html": "saver.points points",
        "bank/quarter_members.html": "row.gain|signed",
        "councils/_ballot_result.html": "votes area n位",
        "project/board.html": "saver.gain",
        "project/district.html": "k人 n人",
    },
    SENT: {
        "bank/roll_call_sheet.html": "n处",
        "facilities/file.html": "new项 known项 refused项 photos张",
        "facilities/import.html": "new处 changed处 unchanged处 n处",
        "people/_sheet_errors.html": "more_errors处",
        "people/import.html": "new人 changed人 unchanged人 n幢 n处 n人",
    },
    BY_HAND: {
        "councils/topic.html": "figure.number",
        "works/_demand_facts.html": "n户",
        "works/_project_row.html": "n户",
        "works/alliance.html": "n户",
        "works/shares.html": "n户",
    },
    RATIO: {
        "facilities/list.html": "all.per_cent",
        "facilities/share.html": "whole.per_cent",
        "project/district.html": "coverage.percent row.flow.to_claim|lasting",
    },
}


def unlinked(html: str) -> Iterator[str]:
    """The numbers of a template that stand in no link."""
    depth = 0
    for found in TOKEN.finditer(html):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(0, depth - 1)
        elif depth == 0 and found["counted"]:
            yield f"{found['said']}{found['unit']}"
        elif depth == 0 and not WORDS.search(found["shown"]):
            yield found["shown"]


def test_every_number_leads_on_or_says_why_not() -> None:
    files = SOURCE.glob("*/templates/**/*.html")
    found = {(str(file).split("/templates/")[1], one) for file in files for one in unlinked(file.read_text())}
    found = {(name if "/" in name else f"project/{name}", one) for name, one in found}
    told = {(name, one) for among in STAND.values() for name, these in among.items() for one in these.split()}
    assert not found - told, f"these numbers lead nowhere: {sorted(found - told)}"
    assert not told - found, f"these are linked now, or gone: {sorted(told - found)}"


def test_a_number_without_a_link_is_found() -> None:
    """The reader of templates itself."""
    assert list(unlinked('<td class="n">{{ row.late }}</td><b>{{ row.title }}</b>')) == ["row.late"]
    assert list(unlinked('<a href="?x"><b>{{ row.late }}</b></a> {{ n }} 件<p class="figure">{{ sum }}</p>')) == ["n件", "sum"]
