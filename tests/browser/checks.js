/* What the tests ask of every page. Runs beside axe, before the page's own scripts. */
window.checks = (function () {
  "use strict";
  const root = () => document.documentElement;
  const COLOURS = ["color-contrast", "link-in-text-block"];
  const BUT_COLOURS = Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }]));
  const TARGET_SIZE = { "target-size": { enabled: true } };
  const LOOKS = [
    { name: "light" },
    { name: "dark", theme: "dark" },
    { name: "care", mode: "care" },
    { name: "dark care", theme: "dark", mode: "care" },
  ];
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const STATES = ["aria-current", "aria-pressed", "aria-invalid", "checked", "open", "disabled", "type"];

  /** The look a cookie would give the page. */
  function wear(look) {
    if (look.mode) root().dataset.mode = look.mode;
    else delete root().dataset.mode;
    root().dataset.theme = look.theme || "light";
  }

  function words(element) {
    const name = element.getAttribute("aria-label") || element.innerText || element.name || element.id || "";
    return `${element.tagName.toLowerCase()} “${name.trim().slice(0, 30)}”`;
  }

  /** Nothing sticks out to the side. */
  function overflow() {
    const broad = root().clientWidth, more = document.scrollingElement.scrollWidth - broad;
    if (more <= 0) return [];
    const out = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > broad + 1);
    return [`${more} px too wide at ${broad}: ${out.slice(0, 6).map((e) => `${words(e)}.${e.getAttribute("class")}`).join(" > ")}`];
  }

  function inText(link) {
    if (link.tagName !== "A" || getComputedStyle(link).display !== "inline") return false;
    return link.parentElement.innerText.trim().length > link.innerText.trim().length;
  }

  /** Fingers need room: 44 px, 56 in large type. Links within a sentence are as high as the sentence. */
  function targets() {
    const least = root().dataset.mode === "care" ? 56 : 44;
    const found = [];
    for (const e of document.querySelectorAll(CONTROLS)) {
      if (!e.checkVisibility() || e.closest(".sr, .skip") || inText(e)) continue;
      const boxes = [e, e.closest("label")].filter(Boolean).map((one) => one.getBoundingClientRect());
      const cover = getComputedStyle(e, "::after");
      if (cover.content !== "none" && cover.position === "absolute") boxes.push(e.closest("article").getBoundingClientRect());
      const high = Math.max(...boxes.map((b) => b.height)), broad = Math.max(...boxes.map((b) => b.width));
      if (Math.min(high, broad) < least - 0.5) found.push(`${words(e)} is ${Math.round(broad)}×${Math.round(high)}, not ${least}`);
    }
    return found;
  }

  /** Whether axe's rule about 24 px could find anything: something that small, or two in each other's way. The rule takes as long as all
      the others together. */
  function tight() {
    const shown = [...document.querySelectorAll(`${CONTROLS}, [tabindex="0"]`)].filter((e) => e.checkVisibility() && !e.closest(".sr, .skip"));
    const boxes = shown.filter((e) => !inText(e)).map((e) => e.getBoundingClientRect());
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.some((a, n) => Math.min(a.width, a.height) < 24 || boxes.slice(n + 1).some((b) => meet(a, b)));
  }

  /** What axe finds wrong, and the elements with which it finds nothing wrong by all of the rules. */
  async function judged(where, options) {
    const found = await axe.run(where, { resultTypes: ["violations", "incomplete", "passes"], preload: false, elementRef: true, ...options });
    const nodes = (results) => results.flatMap((one) => one.nodes.map((n) => n.element));
    const wrong = new Set(nodes([...found.violations, ...found.incomplete]));
    const said = found.violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.target.join(" ")}: ${[...n.any, ...n.all, ...n.none].map((c) => c.message).join("; ")}`),
    );
    return [said, nodes(found.passes).filter((element) => !wrong.has(element))];
  }

  async function violations(where, options) {
    return (await judged(where, { resultTypes: ["violations"], ...options }))[0];
  }

  function number(text, from = 0x811c9dc5) {
    let hash = from;
    for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0), 0x01000193) >>> 0;
    return hash;
  }

  /** A number for what stands in the page's middle: the same for two readers who are shown the same. */
  function face() {
    return number(root().dataset.ui + document.getElementById("main").innerHTML.replace(/<input type="hidden"[^>]*>/g, ""));
  }

  /** How an element is styled follows from its tag, classes and states, and from those of all it stands in; no page has styles of its
      own. A number for that; ``known`` keeps those of the elements above. */
  function styling(element, known) {
    if (!known.has(element)) {
      const above = element === root() ? number(JSON.stringify(element.dataset)) : styling(element.parentElement, known);
      const states = STATES.map((state) => element.getAttribute(state)).join();
      known.set(element, number(`${element.tagName}.${element.getAttribute("class")}.${states}`, above));
    }
    return known.get(element);
  }

  const CLEAR = "rgba(0, 0, 0, 0)";
  const paints = (style) => style.backgroundColor !== CLEAR || style.backgroundImage !== "none";

  /** Whether an element is laid over others, moved onto them, or painted by more than a colour: then no style tells what is behind words. */
  function laid(element, style) {
    const drawn = ["::before", "::after"].map((which) => getComputedStyle(element, which));
    const moved = ["Top", "Right", "Bottom", "Left"].some((s) => parseFloat(style[`margin${s}`]) + parseFloat(style[`padding${s}`]) < 0);
    return (
      moved || ["absolute", "fixed", "sticky"].includes(style.position) || style.transform !== "none" ||
      style.backgroundImage !== "none" || style.filter !== "none" || style.mixBlendMode !== "normal" || style.opacity !== "1" ||
      drawn.some((one) => one.content !== "none" && one.position === "absolute" && paints(one)) || !!element.ownerSVGElement
    );
  }

  /** The colours behind an element, of all it stands in; null when no style tells. ``known`` keeps those of the elements above. */
  function ground(element, known) {
    if (!known.has(element)) {
      const style = getComputedStyle(element), above = element === root() ? "" : ground(element.parentElement, known);
      const colour = style.backgroundColor, opaque = !colour.startsWith("rgba");
      known.set(element, above === null || laid(element, style) ? null : opaque ? colour : colour === CLEAR ? above : `${above}/${colour}`);
    }
    return known.get(element);
  }

  /** A number for all that the contrast of an element's words follows from; null when no style tells. */
  function seen(element, known) {
    const behind = ground(element, known), style = getComputedStyle(element);
    if (behind === null) return null;
    const size = parseFloat(style.fontSize), large = size >= 24 || (size > 18.66 && style.fontWeight >= 700);
    const text = element.tagName === "A" && style.display.startsWith("inline") && getComputedStyle(element.parentElement);
    const around = text ? [text.color, text.fontWeight, style.textDecorationLine, style.fontWeight, style.borderBottom] : [];
    const typed = element.matches("input, select, textarea") ? [element.tagName, getComputedStyle(element, "::placeholder").color] : [];
    return number([behind, style.color, large, style.textShadow, ...around, ...typed].join());
  }

  /** Elements with words of their own whose styling was not met before; ``met`` grows. With the number of what each is seen as. */
  function unmet(met) {
    const fresh = new Map(), known = new Map(), behind = new Map();
    for (const e of document.body.querySelectorAll("*")) {
      const speaks = e.matches("input, select, textarea") || [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!speaks || !e.checkVisibility() || e.closest(".sr") || getComputedStyle(e).backgroundImage !== "none") continue;
      const kind = styling(e, known);
      if (met.has(kind)) continue;
      met.add(kind);
      const as = seen(e, behind);
      if (as === null || !met.has(as)) fresh.set(e, as);
    }
    return fresh;
  }

  /** The colours of elements whose look is new. What axe can tell of one, it tells of all that are seen the same way, from now on. */
  async function colours(met) {
    const fresh = unmet(met);
    if (!fresh.size) return [];
    const [said, passed] = await judged({ include: [...fresh.keys()] }, { runOnly: { type: "rule", values: COLOURS } });
    for (const element of passed) if (fresh.get(element)) met.add(fresh.get(element));
    return said;
  }

  /** Everything that is ``where``, in every look. Colours follow from the styling, so each styling is looked at once in each look;
      large type changes colours and sizes, and shows what only it shows. */
  async function inEveryLook(where, known) {
    const met = new Set(known), said = [];
    for (const look of LOOKS) {
      wear(look);
      const found = [];
      if (look.name === "light") found.push(...(await violations(where, { rules: tight() ? { ...TARGET_SIZE, ...BUT_COLOURS } : BUT_COLOURS })));
      if (look.name === "care") {
        if (tight()) found.push(...(await violations(where, { runOnly: { type: "rule", values: ["target-size"] } })));
        const only = [...document.querySelectorAll(".care-only")];
        if (only.length) found.push(...(await violations({ include: only }, { rules: BUT_COLOURS })));
      }
      if (!look.theme) {
        found.push(...overflow());
        if (root().dataset.ui === "phone") found.push(...targets());
      }
      found.push(...(await colours(met)));
      said.push(...found.map((one) => `${look.name}: ${one}`));
    }
    wear(LOOKS[0]);
    return [said, [...met].slice(known.length)];
  }

  /** The page. */
  async function everything(known) {
    return inEveryLook(document, known);
  }

  /** What a refused form shows that it did not show before: its summary, and the fields that are wrong. */
  async function errors(known) {
    const wrong = [...document.querySelectorAll("#errors, .error, [aria-invalid=true]")];
    return inEveryLook({ include: [...new Set(wrong.map((e) => e.closest(".field, fieldset") || e))] }, known);
  }

  /** What stands around the page's middle. */
  async function around() {
    const parts = [...document.body.querySelectorAll("nav, header")].filter((e) => !e.closest("main"));
    return violations({ include: parts }, {});
  }

  /** Whether it fits the window as it is now, in both sizes of type. */
  function fits() {
    const said = [];
    for (const look of [LOOKS[0], LOOKS[2]]) {
      wear(look);
      said.push(...overflow().map((one) => `${look.name}: ${one}`));
    }
    wear(LOOKS[0]);
    return said;
  }

  /** A refused form: the focus is on the summary, whose links lead to the fields, which say what is wrong with them. */
  function refused() {
    const said = [], errors = document.getElementById("errors");
    if (!errors) return ["no summary of what is wrong"];
    if (document.activeElement !== errors) said.push(`the focus is on ${words(document.activeElement)}, not on the summary`);
    for (const link of errors.querySelectorAll("a[href^='#']")) {
      if (!document.getElementById(link.hash.slice(1))) said.push(`${words(link)} leads nowhere`);
    }
    const bad = [...document.querySelectorAll("[aria-invalid=true]")];
    if (!bad.length && !errors.innerText.trim()) said.push("nothing is said to be wrong");
    for (const field of bad) {
      const ids = `${field.getAttribute("aria-describedby")} ${field.closest("fieldset")?.getAttribute("aria-describedby")}`.split(" ");
      if (!ids.some((id) => id.endsWith("-error") && document.getElementById(id))) said.push(`${words(field)} does not say what is wrong`);
    }
    return said;
  }

  function form() {
    const asks = (f) => [...f.elements].some((e) => e.matches("textarea, select, input:not([type=hidden])"));
    const sent = document.getElementById("f") || [...document.querySelectorAll("main form")].filter((f) => f.method === "post").pop();
    return sent && asks(sent) ? sent : null;
  }

  /** Take out what stands in the page's form; false when it asks for nothing. */
  function emptied() {
    for (const e of form()?.elements || []) {
      if (e.type === "radio" || e.type === "checkbox") e.checked = false;
      else if (e.matches("textarea, input:not([type=hidden])")) e.value = "";
    }
    return !!form();
  }

  function send() {
    form().requestSubmit();
  }

  return { everything, errors, around, face, fits, refused, emptied, send, overflow, targets, violations };
})();
