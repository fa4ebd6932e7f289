/* The roll without a network: every mark is written into IndexedDB at the tap, with its moment, before anything is sent; it is sent when
   there is a network, one after the other, under the id that its form had. Without scripts, or where nothing can be kept, the same forms
   are sent by the browser.

   The page itself shows names, so it is never kept. A twin with numbers only (data-lies) is: this page fetches it and gives its address to
   the browser, so that a tab that was closed or thrown out opens without a network; with one, the twin leads back here (data-full). */
(function () {
  "use strict";
  const $ = (id) => document.getElementById(id);
  if (!$("roll") || !window.indexedDB) return;
  const words = Object.assign({}, $("roll").dataset), occasion = Number(words.occasion), whose = document.body.dataset.who || "";
  /* A phone whose clock is wrong by minutes: the page says what time it was when it came; the twin does not know, and asks the phone. */
  const AHEAD = "zengyi-ahead", off = Date.parse(words.now) - Date.now();
  let ahead = Math.abs(off) > 120e3 ? off : 0;
  try {
    if (words.now) localStorage.setItem(AHEAD, ahead);
    else ahead = Number(localStorage.getItem(AHEAD)) || 0;
  } catch (none) { /* nothing is kept here */ }
  const NEXT = { IN: "inside", OUT: "left", ABSENT: "absent", CLEAR: "waits" };
  let db = null, marks = [], sending = false, ended = "", timer = 0, laying = 0, putting = 0;

  /* ---- what is kept on the phone ---- */
  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open("zengyi-rolls", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("marks", { keyPath: "uid" }).createIndex("occasion", "occasion");
    asked.onsuccess = () => {
      db = asked.result;
      db.onclose = () => { db = null; };
      db.onversionchange = () => { db.close(); db = null; };
      done(db);
    };
    asked.onerror = () => fail(asked.error);
  });
  const work = async (mode, run) => {
    const there = db || await open();
    return new Promise((done, fail) => {
      const step = there.transaction("marks", mode, mode === "readwrite" ? { durability: "strict" } : {}), asked = run(step.objectStore("marks"));
      step.oncomplete = () => done(asked && asked.result);
      step.onerror = step.onabort = () => fail(step.error);
    });
  };
  const put = (mark) => work("readwrite", (store) => store.put(mark));
  const drop = (mark) => work("readwrite", (store) => store.delete(mark.uid));

  /* ---- what is seen ---- */
  const fill = (text, ...values) => values.reduce((so, value) => so.replace("#", value), text);
  const row = (mark) => $(`p${mark.attendee}`);
  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "numeric", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  function stand(mark) {
    const li = row(mark);
    if (!li) return;
    li.dataset.state = NEXT[mark.mark];
    li.querySelectorAll("button[name=mark]").forEach((button) => { button.hidden = !button.dataset.when.split(" ").includes(li.dataset.state); });
    const note = li.querySelector("[data-note]"), done = [...li.querySelectorAll("button[name=mark]")].find((b) => b.value === mark.mark);
    const what = mark.sentence || `${clock(mark.at)} ${done ? done.dataset.word : ""}${mark.got ? "" : ` · ${words.kept}`}`;
    note.textContent = mark.mark === "CLEAR" && mark.got ? "" : what;
    note.hidden = !note.textContent;
    if (li.querySelector("[data-was]")) li.querySelector("[data-was]").hidden = true;
  }
  function count() {
    const states = [...document.querySelectorAll("#roll li[data-state]")].map((li) => li.dataset.state), of = (...names) => states.filter((one) => names.includes(one)).length;
    $("n-inside").textContent = of("inside");
    $("n-came").textContent = fill(words.came, of("inside", "left"), of("absent"));
    $("n-awaited").textContent = fill(words.awaited, of("waits"));
  }
  const waiting = () => marks.filter((mark) => !mark.got && !mark.sentence);
  function show() {
    const bar = $("roll-said"), n = waiting().length, cut = !navigator.onLine || ended === "net";
    bar.hidden = !n && !ended && !marks.length;
    bar.className = `note ${n ? "note-amber" : "note-teal"}`;
    bar.querySelector("[data-words]").textContent = ended === "auth" ? fill(words.auth, n) : n || cut ? fill(cut ? words.offline : words.sending, n) : words.all;
    bar.querySelector("[data-sign-in]").hidden = ended !== "auth";
    bar.querySelector("[data-dismiss]").hidden = !marks.some((mark) => mark.sentence);
    count();
  }

  /* ---- sending: one after the other; what is refused keeps nothing else back ---- */
  const token = (old) => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [0, old])[1];
  function post(mark) {
    const data = new URLSearchParams(mark.fields);
    data.set("csrfmiddlewaretoken", token(data.get("csrfmiddlewaretoken")));
    return fetch(mark.to, { method: "POST", body: data, headers: { "X-Zengyi-Form": "again" }, redirect: "manual", cache: "no-store" });
  }
  async function refusal(answer) {
    const text = await answer.text();
    if (!/^text\/html/.test(answer.headers.get("Content-Type") || "")) {
      try { return JSON.parse(text).title; } catch (none) { return words.broken; }
    }
    const page = new DOMParser().parseFromString(text, "text/html"), said = page.querySelector("#errors li") || page.querySelector("main h1, main p");
    return said ? said.textContent.trim() : words.broken;
  }
  async function one(mark) {
    let answer;
    try { answer = await post(mark); } catch (gone) { throw "net"; }
    if (answer.status === 401 || answer.type === "opaqueredirect") throw "auth";
    if (answer.status === 502 || answer.status === 503 || answer.status === 504 || answer.status === 429) throw "net";
    if (answer.headers.get("X-Zengyi-To")) mark.got = true;
    else mark.sentence = await refusal(answer);
    await (mark.got ? drop(mark) : put(mark)); // what was refused stays until somebody has seen it
    stand(mark);
  }
  async function send() {
    clearTimeout(timer);
    if (sending || ended === "auth") return;
    ended = navigator.onLine ? "" : "net";
    show();
    if (ended) return;
    sending = true;
    try {
      for (let mark = waiting()[0]; mark; mark = waiting()[0]) { await one(mark); show(); }
    } catch (why) {
      ended = typeof why === "string" ? why : "net";
      if (ended === "net") timer = setTimeout(send, 8000);
    }
    sending = false;
    show();
    clearTimeout(laying);
    if (!ended) laying = setTimeout(words.now ? lay : lead, words.now ? 1000 : 0); // once for marks that follow each other
  }

  /* ---- the twin that opens without a network ---- */
  async function lay() {
    if (!words.lies) return;
    try {
      const answer = await fetch(words.lies, { cache: "reload" });
      if (answer.ok && !answer.redirected && location.pathname !== words.lies) history.replaceState(history.state, "", words.lies);
    } catch (gone) { /* what lies there is still good */ }
  }
  async function lead() { // once nothing waits: what is on its way would stand on neither page
    try {
      const answer = await fetch(words.full, { redirect: "manual", cache: "no-store" });
      if (answer.ok && !putting) location.replace(words.full);
    } catch (gone) { /* no network: this page is enough */ }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.hasAttribute("data-closes") && waiting().length) {
      event.preventDefault();
      event.stopImmediatePropagation();
      show();
      $("roll-said").scrollIntoView({ block: "nearest" });
      return;
    }
    if (!form.hasAttribute("data-mark") || !button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string"), now = new Date(Date.now() + ahead);
    const key = fields.find(([name]) => name === "_key"), uid = key[1] = fresh(); // a page that was opened again has its old ids
    fields.push(["mark", button.value], ["at", now.toISOString()]);
    const mark = { uid, occasion, whose, attendee: form.elements.attendee.value, mark: button.value, at: now.getTime(), to: form.action, fields };
    putting += 1;
    put(mark).then(() => {
      marks.push(mark);
      stand(mark);
      show();
      const next = row(mark).querySelector("button[name=mark]:not([hidden])");
      if (next) next.focus();
      send();
    }, () => { form.removeAttribute("data-mark"); form.requestSubmit(button); }) // nothing can be kept here: the browser sends it
      .finally(() => { putting -= 1; });
  }, true);
  function fresh() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = 0x40 | (b[6] & 15);
    b[8] = 0x80 | (b[8] & 63);
    return Array.from(b, (n, k) => (k === 4 || k === 6 || k === 8 || k === 10 ? "-" : "") + (n + 256).toString(16).slice(1)).join("");
  }

  window.addEventListener("online", () => { if (ended === "net") ended = ""; send(); });
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting().length) { ended = ""; send(); } });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) Promise.all(marks.filter((mark) => mark.sentence).map(drop)).then(() => location.replace(words.full));
  });
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  work("readonly", (store) => store.index("occasion").getAll(occasion)).then((found) => {
    marks = found.filter((mark) => mark.whose === whose).sort((x, y) => x.at - y.at);
    marks.forEach(stand);
    if (marks.length) show();
    send();
  }, () => { /* nothing can be kept here: the browser sends each mark */ });
})();
