"""Reading a page's forms finds at least what a browser shows, so that what it finds nothing in need not be opened."""

from tests.browser.forms_in import forms_in

PAGE = """<form action="/search"><input name="q"></form>
<form method="post"><input type="hidden" name="csrf" value="x"><button>sign out</button></form>
<form id="f" method="post" action="?step=2"><input type="hidden" name="_key" data-of="7"></form><textarea name="text" form="f"></textarea>
<form method="POST" action="/orders/3/note"><input name="_key" type="hidden"><select name="kind"></select></form>
<form method="post" action="/me/password"><input type="password" name="password"><input name="code" autocomplete="one-time-code"></form>"""


def test_forms_that_ask_for_words_are_found() -> None:
    found = [(form.address, form.marked, form.about) for form in forms_in(PAGE, "http://127.0.0.1/orders/3/")]
    assert found == [("/orders/3/", True, "7"), ("/orders/3/note", True, "")]
