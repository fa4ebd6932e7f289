// For how many minutes something runs, beside the hour it began: the page tells the hour itself. Nothing is looked up for it.
(() => {
  "use strict";
  function tell() {
    for (const place of document.querySelectorAll("[data-since]")) {
      const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 60000));
      place.textContent = place.dataset.words.replace("#", minutes);
      place.hidden = false;
    }
  }
  document.addEventListener("zengyi:shown", tell);
  setInterval(tell, 10000);
  tell();
})();
