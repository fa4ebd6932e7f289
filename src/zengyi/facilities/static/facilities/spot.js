/* 增一 zengyi · facilities: a spot on the drawing. A tap fills in both numbers; the numbers put the dot there. */
(() => {
  "use strict";
  const box = document.querySelector("[data-spot]");
  if (!box) return;
  const svg = box.querySelector("svg"), dot = svg.querySelector(".spot"), form = box.closest("form");
  const x = form.elements.x, y = form.elements.y, clear = box.querySelector("button");

  function show() {
    const set = x.value !== "" && y.value !== "";
    dot.setAttribute("visibility", set ? "visible" : "hidden");
    clear.hidden = !set;
    if (set) { dot.setAttribute("cx", x.value); dot.setAttribute("cy", y.value); }
  }

  /* Typed in by hand or by a tap: drafts and warnings hear of both. */
  function put(across, down) {
    x.value = across; y.value = down;
    [x, y].forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
    show();
  }

  svg.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    put(Math.max(0, Math.round(at.x)), Math.max(0, Math.round(at.y)));
  });
  clear.addEventListener("click", () => put("", ""));
  [x, y].forEach((field) => field.addEventListener("input", show));
  document.addEventListener("zengyi:shown", show);
  box.hidden = false;
  show();
})();
