/* 增一: what is nicer with scripts. Everything works without. */
(function () {
  "use strict";
  /* One press is enough: a second press of a sent form does nothing (the server would take it only once anyway). */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  /* Errors are where the eyes and the reader go first. */
  var errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
