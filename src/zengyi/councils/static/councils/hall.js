// A session by the keyboard. A number puts its party before the line; Alt with a number does so while one is typing.
// Alt with N, B, S or P, or these keys alone outside the line: next item, the one before, begin it, what the room sees. Without this file all of it are
// links and a form: a number is then typed before the word. The page may be shown anew without being loaded, so nothing of it is kept.
(() => {
  "use strict";
  const root = document.documentElement;
  const hall = (what) => document.querySelector(`#hall ${what}`);
  const line = () => hall("input[name=line]");
  const keys = () => [...document.querySelectorAll("#hall [data-party]")];

  function show(on) {
    root.toggleAttribute("data-wall", on);
    hall('[data-key="p"]')?.setAttribute("aria-pressed", on);
    sessionStorage.setItem("wall", on ? "1" : "");
  }

  function start() {
    const wall = hall('[data-key="p"]');
    if (!wall) return root.removeAttribute("data-wall");
    wall.hidden = false;
    show(sessionStorage.getItem("wall") === "1");
    line()?.focus({ preventScroll: true });
  }

  function speaks(button) {
    const typed = line();
    const known = keys().map((key) => key.dataset.party).find((start) => typed.value.startsWith(start)) || "";
    typed.value = button.dataset.party + typed.value.slice(known.length);
    typed.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#hall [data-party], #hall [data-key]");
    if (button?.dataset.party) speaks(button);
    if (button?.dataset.key === "p") show(!root.hasAttribute("data-wall"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const typing = event.target.matches("input, textarea, select");
    const empty = event.target === line() && !line().value;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const party = digit && line() && keys()[digit[1] - 1];
    const letter = /^Key([NBPS])$/.exec(event.code);
    const way = letter && (event.altKey || !typing) && hall(`[data-key="${letter[1].toLowerCase()}"]`);
    if (party && (event.altKey || empty || !typing)) {
      event.preventDefault();
      speaks(party);
    } else if (way) {
      event.preventDefault();
      way.click();
    } else if (event.key === "Escape" && typing) event.target.blur();
  });

  document.addEventListener("zengyi:shown", start);
  start();
})();
