/* 增一 zengyi · works: a pin on the plan. A tap puts it there; a place chosen from the list puts it on that place. */
(() => {
  "use strict";
  const box = document.querySelector("[data-pin]");
  if (!box) return;
  const svg = box.querySelector("svg"), pin = svg.querySelector(".pin"), form = box.closest("form");
  const field = (name) => form.elements[name], view = svg.viewBox.baseVal, MOST = 1000;

  function put(x, y) {
    field("pin_on").value = box.dataset.pin;
    field("pin_x").value = Math.round(x * MOST);
    field("pin_y").value = Math.round(y * MOST);
    show();
  }

  function show() {
    const set = field("pin_x").value !== "" && field("pin_y").value !== "";
    pin.toggleAttribute("hidden", !set);
    box.querySelector("button").hidden = !set;
    if (!set) return;
    pin.setAttribute("transform",
      `translate(${view.x + field("pin_x").value / MOST * view.width} ${view.y + field("pin_y").value / MOST * view.height})`);
  }

  svg.addEventListener("click", (event) => {
    const place = svg.getBoundingClientRect(), block = event.target.closest("[data-place]");
    put((event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
    if (block) field("place_id").value = block.dataset.place;
  });
  field("place_id").addEventListener("change", () => {
    const block = svg.querySelector(`[data-place="${field("place_id").value}"] rect`);
    if (!block) return;
    const at = block.getBBox();
    put((at.x + at.width / 2 - view.x) / view.width, (at.y + at.height / 2 - view.y) / view.height);
  });
  box.querySelector("button").addEventListener("click", () => {
    ["pin_on", "pin_x", "pin_y"].forEach((name) => { field(name).value = ""; });
    show();
  });
  document.addEventListener("zengyi:shown", show);
  box.hidden = false;
  show();
})();
