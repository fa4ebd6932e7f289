/* 增一: what is nicer with scripts. Everything works without. */
(function () {
  "use strict";
  /* One press is enough: a second press of a sent form does nothing (the server would take it only once anyway). */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    busy(event.submitter);
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  /* The pressed button says that it works; the page stays as it is. */
  function busy(button) {
    if (!button || !/btn-(red|ink)/.test(button.className)) return;
    var words = Array.from(button.childNodes);
    function back() { button.replaceChildren.apply(button, words); }
    button.textContent = document.body.dataset.busy;
    setTimeout(back, 8000);
    window.addEventListener("pageshow", back);
  }
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  /* Photos: seen before they are sent, added one by one as a phone's camera gives them, taken out again with a tap. */
  document.querySelectorAll("[data-shots]").forEach(function (box) {
    var input = box.querySelector("input"), add = document.createElement("span"), kept;
    try { kept = new DataTransfer(); } catch (tooOld) { return; }
    add.className = "shot shot-add";
    add.append(box.querySelector("svg"), box.dataset.shots, input);
    box.classList.add("shots");
    box.append(add);
    function show() {
      input.files = kept.files;
      box.querySelectorAll("button").forEach(function (old) { old.remove(); });
      Array.from(kept.files).forEach(function (file, place) {
        var shot = document.createElement("button"), canvas = document.createElement("canvas");
        shot.type = "button";
        shot.className = "shot";
        shot.setAttribute("aria-label", box.dataset.drop.replace("#", place + 1));
        shot.addEventListener("click", function () { kept.items.remove(place); show(); input.focus(); });
        canvas.width = canvas.height = 160;
        shot.append(canvas);
        add.before(shot);
        createImageBitmap(file).then(function (picture) {
          var side = Math.min(picture.width, picture.height), left = (picture.width - side) / 2, top = (picture.height - side) / 2;
          canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, 160, 160);
        }).catch(function () { shot.prepend(file.name); });
      });
      add.hidden = kept.files.length >= Number(box.dataset.most);
    }
    input.addEventListener("change", function () {
      Array.from(input.files).forEach(function (file) { if (kept.files.length < Number(box.dataset.most)) kept.items.add(file); });
      show();
    });
  });
  /* What is picked stands on the button that opens the tiles; it may be opened again to change it. */
  document.querySelectorAll(".picker").forEach(function (picker) {
    var said = picker.querySelector("[data-picked]");
    picker.addEventListener("change", function (event) {
      var name = event.target.value && event.target.nextElementSibling.textContent;
      said.textContent = name ? said.dataset.picked.replace("#", name) : said.dataset.none;
    });
  });
  /* Errors are where the eyes and the reader go first. */
  var errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
