"""Hands on the keyboard: where the focus is, whether it can be seen, and where Tab leads."""

from dataclasses import dataclass

from playwright.sync_api import Page

ALT = 1
#: About the element with the focus: its place in the page, its text, whether it looks different with the focus, and whether it is in view
#: and not covered.
_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const up = e.parentElement;
  const near = [e, up, up.parentElement, e.closest('article'), e.nextElementSibling, ...e.querySelectorAll('rect')];
  const look = () => near.filter(n => n).map(n => {
    const s = getComputedStyle(n);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.stroke, s.strokeWidth, s.boxShadow, s.borderColor].join();
  }).join(';');
  const box = e.getBoundingClientRect();
  const middle = (from, to, most) => Math.min(Math.max((Math.max(from, 0) + Math.min(to, most)) / 2, 1), most - 1);
  const top = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  const inView = box.width > 1 && box.bottom > 1 && box.right > 1 && box.top < innerHeight - 1 && box.left < innerWidth - 1;
  const onTop = !!top && (e.contains(top) || top.contains(e) || (e.parentElement.tagName === 'LABEL' && e.parentElement.contains(top)));
  const inParts = e.matches('input[type=date], input[type=datetime-local]');  // would start anew from its first part
  const focused = look();
  if (!inParts) e.blur();
  const shows = inParts ? getComputedStyle(e).outlineStyle !== 'none' : look() !== focused;
  if (!inParts) e.focus({preventScroll: true});
  const path = [];
  for (let n = e; n.parentElement; n = n.parentElement) path.unshift([...n.parentElement.children].indexOf(n));
  const pane = e.closest('#queue, #plan, #pane');
  return {
    path: path.join('.'), id: e.id, pane: pane ? pane.id : '',
    name: (e.getAttribute('aria-label') || e.innerText || e.value || e.id || '').trim().slice(0, 40),
    hidden: [shows ? '' : 'looks as without the focus', inView ? '' : 'out of view',
      onTop ? '' : 'covered by ' + (top && (top.id || top.getAttribute('class') || top.tagName))].filter(Boolean).join(', '),
  };
}"""


@dataclass(frozen=True)
class Focus:
    """What has the focus. ``path`` tells elements apart; ``hidden`` says what keeps the focus from being seen."""

    path: str
    id: str
    pane: str
    name: str
    hidden: str


def focus(page: Page) -> Focus | None:
    """Where the focus is; ``None`` when nothing has it."""
    found = page.evaluate(_FOCUS)
    return Focus(**found) if found else None


def access(page: Page, key: str) -> None:
    """Alt and an access key. Chromium acts on the character, which Playwright's ``press`` leaves out when Alt is held."""
    session = page.context.new_cdp_session(page)
    stroke = {"modifiers": ALT, "key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **stroke})
    session.send("Input.dispatchKeyEvent", {"type": "char", "text": key, "unmodifiedText": key, **stroke})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **stroke})
    session.detach()


def round_trip(page: Page, key: str = "Tab", most: int = 400) -> list[Focus]:
    """Press ``key`` until the focus leaves the page or is back at the start; everything it came to, in order."""
    seen: list[Focus] = []
    for _press in range(most):
        page.keyboard.press(key)
        here = focus(page)
        if here is None or (seen and here.path == seen[0].path):
            return seen
        if not seen or here.path != seen[-1].path:  # Tab stops several times in a date field
            seen.append(here)
    raise AssertionError(f"{key} does not leave the page after {most} presses: {[one.name for one in seen[-6:]]}")


def go_to(page: Page, name: str, most: int = 200) -> Focus:
    """Press Tab until something whose words hold ``name`` has the focus. It must be seen at every stop."""
    for _press in range(most):
        page.keyboard.press("Tab")
        here = focus(page)
        assert here is not None, f"the focus left the page before {name}"
        assert not here.hidden, f"{here.name or here.path}: {here.hidden}"
        if name in here.name:
            return here
    raise AssertionError(f"Tab does not come to {name}")
