/* Fills in any form as somebody would who picks the last of everything, and reads it again. Runs beside the page's own scripts. */
window.filling = (function () {
  "use strict";
  const TYPED = "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit], [autocomplete=one-time-code])";
  const asks = (form) => form.method === "post" && [...form.elements].some((e) => e.name && e.matches(TYPED) && e.checkVisibility());
  const all = () => [...document.querySelectorAll("form")].filter(asks);
  const WORDS = "写到一半的话";

  function forms() {
    return all().map((form) => ({
      address: new URL(form.getAttribute("action") || location.href, location.href).pathname,
      marked: !!form.elements._key,
      about: (form.elements._key && form.elements._key.dataset.of) || "",
    }));
  }

  function value(e) {
    if (e.type === "number") return "1";
    if (e.type === "tel") return "13900001206";
    if (e.type === "date") return "2026-11-20";
    if (e.type === "time") return "08:30";
    if (e.type === "datetime-local") return "2026-12-25T17:30";
    if (e.tagName === "TEXTAREA") return `${WORDS}\n第二行`;
    return e.maxLength > 0 ? WORDS.slice(0, e.maxLength) : WORDS;
  }

  function fill(place) {
    const form = all()[place];
    for (const e of form.elements) {
      if (!e.name || e.disabled || !e.matches(TYPED)) continue;
      if (e.options) e.selectedIndex = e.options.length - 1;
      else if (e.type === "radio" || e.type === "checkbox") e.checked = true;
      else e.value = value(e);
      e.dispatchEvent(new Event("input", { bubbles: true }));
      e.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return read(place);
  }

  function read(place) {
    const form = all()[place], data = new FormData(form), found = {};
    for (const e of form.elements) {
      if (e.name && e.matches(TYPED)) found[e.name] = data.getAll(e.name).filter((one) => typeof one === "string" && one);
    }
    return found;
  }

  function send(place) {
    const form = all()[place];
    form.requestSubmit(document.querySelector(`[type=submit][form="${form.id}"]`) || form.querySelector("[type=submit]:not(.sr, [data-look])"));
  }

  const drafts = () => Object.keys(localStorage);
  const pending = () => Object.values(localStorage).some((draft) => JSON.parse(draft).pending);
  return { forms, fill, read, send, drafts, pending };
})();
