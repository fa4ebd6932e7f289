/* What goes wrong in large text: things that stick out, words that leave their box or are cut off, columns too narrow to read. */
window.large = (function () {
  "use strict";
  const BOXES = "button, .btn, .chip, .tag, .tabbar a, .rail a, .pick span, .tile, .card, .note, .mode, summary, label, td, th, .input";
  const NARROW_EM = 2.6, WORDS_LEAST = 4;

  function words(element) {
    const name = element.innerText || element.getAttribute("aria-label") || "";
    return `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""} “${name.trim().slice(0, 20)}”`;
  }

  /** Somebody can scroll to what is in it. */
  const scrolls = (e) => {
    for (let box = e; box && box !== document.body; box = box.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
    }
    return false;
  };

  function texts(element) {
    const range = document.createRange();
    return [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).map((node) => {
      range.selectNodeContents(node);
      return { text: node.data.trim(), rects: [...range.getClientRects()], box: range.getBoundingClientRect() };
    }).filter(({ rects }) => rects.length); /* the words in a textarea are drawn by the browser, which wraps and scrolls them */
  }

  function wrong() {
    const said = [], broad = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > broad + 1) said.push(`${document.scrollingElement.scrollWidth - broad} px too wide`);
    for (const e of document.body.querySelectorAll("*")) {
      if (e.closest("svg, .sr, .skip, option, .nowrap-ok") || !e.checkVisibility()) continue;
      const size = parseFloat(getComputedStyle(e).fontSize);
      for (const { text, rects, box } of texts(e)) {
        if (scrolls(e)) continue;
        const around = e.closest(BOXES), wide = Math.max(...rects.map((r) => r.width));
        if (box.right > broad + 1 || box.left < -1) said.push(`${words(e)} leaves the window`);
        else if (around) {
          const edge = around.getBoundingClientRect();
          if (box.right > edge.right + 2 || box.left < edge.left - 2 || box.bottom > edge.bottom + 3 || box.top < edge.top - 3)
            said.push(`${words(e)} leaves ${words(around)}`);
        }
        const lines = new Set(rects.map((r) => Math.round(r.top))).size;
        if (text.length >= WORDS_LEAST && lines > 2 && wide < NARROW_EM * size) said.push(`${words(e)} is ${Math.round(wide)} px narrow`);
        for (let hid = e; hid && hid !== document.body; hid = hid.parentElement) {
          if (getComputedStyle(hid).overflowX !== "hidden" || hid.clientWidth === 0) continue;
          const cut = hid.getBoundingClientRect();
          if (box.right > cut.right + 2 || box.left < cut.left - 2) said.push(`${words(e)} is cut off by ${words(hid)}`);
          break;
        }
      }
    }
    return [...new Set(said)];
  }

  /** In both sizes of type, each at 200 %. */
  function at200() {
    const root = document.documentElement, said = [];
    for (const [mode, percent] of [["", "200%"], ["care", "250%"]]) {
      if (mode) root.dataset.mode = mode;
      else delete root.dataset.mode;
      root.style.fontSize = percent;
      said.push(...wrong().map((one) => `${mode || "plain"}: ${one}`));
    }
    delete root.dataset.mode;
    root.style.fontSize = "";
    return said;
  }
  return { at200, wrong };
})();
