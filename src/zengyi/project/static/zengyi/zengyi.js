/* 增一: what is nicer with scripts. Everything works without. */
(function () {
  "use strict";
  const HOUR = 3600e3, DRAFT_LIVES = 72 * HOUR, SILENCE = 30e3, PATIENCE = [3, 5, 10, 20, 30, 60], STORE = "zengyi ", SENT = "zengyi-sent";
  const GONE = [0, 502, 503, 504]; /* nothing came back, or nobody could take it just now: it is sent again by itself */
  const say = (name) => document.body.dataset[name] || "";
  const here = () => location.pathname + location.search;
  const states = new Map(), uploads = new WeakMap(); /* of a box of photos: what sends those that wait (photos.js) */
  let shown = here();
  /* What goes on with a form: its button and the words on it, whether it is being sent, waits, was tried, is done. */
  function state(form) {
    if (!states.has(form)) states.set(form, {});
    return states.get(form);
  }

  /* ---------- drafts: what was typed, per address and person, on this phone until it is sent ---------- */
  const marked = (form) => !!(form.elements && form.elements._key);
  const address = (form) => {
    const url = new URL(form.getAttribute("action") || location.href, location.href);
    return url.pathname + url.search;
  };
  /* Several forms of a page may lead to one address: what each is about keeps their words apart. */
  const slot = (form) => `${STORE}${say("who")} ${address(form)}#${(marked(form) && form.elements._key.dataset.of) || ""}`;
  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (none) { return null; }
  }
  function write(key, draft) {
    try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch (full) { return false; }
  }
  function drop(key) {
    try { localStorage.removeItem(key); } catch (none) { /* nothing is kept there */ }
  }
  function drafts(prefix) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch (none) { return []; }
  }
  const SECRET = /^(submit|button|reset|image|password|file)$/;
  const typed = (form) => [...form.elements].filter((e) => e.name && !e.disabled && !SECRET.test(e.type)
    && (e.type !== "hidden" || e.dataset.kept) && e.name[0] !== "_" && e.autocomplete !== "one-time-code");
  function changed(e) {
    if (e.dataset.kept) return true;
    if (e.type === "radio" || e.type === "checkbox") return e.checked !== e.defaultChecked;
    if (e.options) return e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected));
    return e.value !== e.defaultValue;
  }
  /* Only what differs from the page as it came is kept: the rest may have moved on when the draft is read again. */
  function save(form, more) {
    if (!say("who") || !marked(form) || state(form).done) return false;
    clearTimeout(state(form).saving);
    const old = read(slot(form)) || {}, fields = old.fields || {}, data = new FormData(form);
    const names = new Set(Object.keys(fields).concat(typed(form).filter(changed).map((e) => e.name)));
    if (!names.size && !more) return false;
    names.forEach((name) => { fields[name] = data.getAll(name).filter((value) => typeof value === "string"); });
    return write(slot(form), Object.assign(old, { fields, at: Date.now(), page: here(), title: document.title }, more));
  }
  /* The ids of photos that were chosen: hidden fields, one each. */
  function kept(box, id) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: `${box.dataset.name}_kept`, value: id }).dataset.kept = "1";
    box.append(field);
    return field;
  }
  function fill(form, draft) {
    form.querySelectorAll("[data-shots]").forEach((box) => {
      (draft.fields[`${box.dataset.name}_kept`] || []).forEach((id) => kept(box, id));
    });
    Object.entries(draft.fields).forEach(([name, values]) => {
      const same = typed(form).filter((e) => e.name === name);
      same.forEach((e, place) => {
        if (e.type === "radio" || e.type === "checkbox") e.checked = values.includes(e.value);
        else if (values[place] !== undefined) e.value = values[place];
        e.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
    if (draft.key) form.elements._key.value = draft.key;
  }
  function restore(form) {
    const draft = marked(form) && read(slot(form));
    if (!draft || !draft.fields || state(form).restored) return;
    state(form).restored = true;
    fill(form, draft);
    if (draft.pending) return void send(form, null, true);
    if (!Object.keys(draft.fields).length) return;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "btn";
    clear.textContent = say("clear");
    clear.addEventListener("click", () => { drop(slot(form)); location.reload(); });
    note(form, say("back"), clear, form);
  }
  /* Drafts end after three days, and all of them when somebody signs out: the phone may be shared. */
  drafts(STORE).forEach((key) => { if (Date.now() - (read(key) || { at: 0 }).at > DRAFT_LIVES) drop(key); });

  /* ---------- what is said about a form, where its button is ---------- */
  function note(form, words, more, place) {
    const button = submitter(form), bar = place || (button && button.parentElement) || form;
    let said = bar.querySelector(":scope > .form-note");
    if (!said) {
      said = document.createElement("p");
      said.className = "note form-note";
      said.setAttribute("role", "status");
      bar.prepend(said);
    }
    said.hidden = !words;
    said.replaceChildren(words, ...(more ? [" ", more] : []));
  }

  /* ---------- sending: one press is enough, and busy stays busy until there is an answer ---------- */
  const submitter = (form) => form.querySelector("[type=submit]") || (form.id && document.querySelector(`[type=submit][form="${form.id}"]`));
  function work(form, button, part) {
    const now = state(form);
    now.sent = true;
    now.button = now.button || button || submitter(form);
    if (!now.button) return;
    now.words = now.words || [...now.button.childNodes];
    now.button.setAttribute("aria-busy", "true");
    now.button.textContent = say("busy") + (part ? ` ${part}` : "");
  }
  function rest(form) {
    const now = state(form);
    if (now.button) {
      now.button.removeAttribute("aria-busy");
      now.button.replaceChildren(...now.words);
    }
    now.sent = now.button = now.words = null;
  }
  /* A cookie's token is the newest there is: signing in on another page makes the one in this form stale. */
  const token = (old) => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [0, old])[1];
  /** Send ``data``; resolves with the request when it was answered, or with status 0 when it was not. */
  function post(url, data, how, progress) {
    return new Promise((resolve) => {
      const xhr = new XMLHttpRequest(), begun = Date.now();
      data.set("csrfmiddlewaretoken", token(data.get("csrfmiddlewaretoken")));
      xhr.open("POST", url);
      xhr.setRequestHeader("X-Zengyi-Form", how);
      xhr.timeout = SILENCE;
      xhr.upload.onprogress = (event) => {
        xhr.timeout = Date.now() - begun + SILENCE;
        if (progress && event.total > 65536) progress(`${Math.round((event.loaded / event.total) * 100)}%`);
      };
      xhr.onload = xhr.onerror = xhr.ontimeout = xhr.onabort = () => resolve(xhr);
      xhr.send(data);
    });
  }
  async function send(form, button, again) {
    const now = state(form), key = slot(form), looks = button && button.hasAttribute("data-look");
    if (now.sent) return;
    /* What stands there as it came was chosen, too, once it is pressed: it outlasts a sign-in in between like what was typed. */
    const stored = save(form, typed(form).length ? {} : null) || read(key);
    clearTimeout(now.waiting);
    now.waiting = 0;
    note(form, "");
    work(form, button);
    /* First the photos, one by one: what has arrived stays there, and the form itself is a few words. */
    for (const box of form.querySelectorAll("[data-shots]")) {
      const failed = uploads.has(box) && await uploads.get(box)((part) => work(form, button, part));
      if (!failed) continue;
      if (stored) save(form, { pending: true, entries: null });
      return refused(form, button, failed, stored);
    }
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    /* An empty choice of files says nothing, and would make the same words look like others when they are sent from another page. */
    [...data].forEach(([name, value]) => { if (value instanceof File && !value.size) data.delete(name); });
    const entries = [...data], whole = entries.every(([, value]) => typeof value === "string");
    if (stored && !looks) save(form, { pending: true, key: data.get("_key"), entries: whole ? entries : null });
    const before = again || now.tried;
    now.tried = true;
    const xhr = await post(address(form), data, before ? "again" : "form", (part) => work(form, button, part));
    const to = xhr.getResponseHeader("X-Zengyi-To");
    if (to) {
      now.done = true;
      drop(key);
      return leave(to);
    }
    if (isPage(xhr) && !GONE.includes(xhr.status)) {
      if (stored) save(form, { pending: false });
      return show(xhr, !marked(form));
    }
    refused(form, button, xhr, stored);
  }
  function refused(form, button, xhr, stored) {
    if (GONE.includes(xhr.status)) return wait(form, button, xhr);
    if (xhr.status === 401) return leave(`${say("signIn")}?over=1&next=${encodeURIComponent(here())}`);
    if (stored) save(form, { pending: false });
    rest(form);
    note(form, sentence(xhr));
  }
  const isPage = (xhr) => /^text\/html/.test(xhr.getResponseHeader("Content-Type") || "");
  function sentence(xhr) {
    try { return JSON.parse(xhr.responseText).title; } catch (none) { return say("broken"); }
  }
  /* Kept, and sent again by itself: when the phone says that there is a network, and every now and then. */
  function wait(form, button, xhr) {
    const now = state(form), once = !marked(form) || (button && button.hasAttribute("data-look"));
    rest(form);
    note(form, xhr.status ? sentence(xhr) : say(once ? "offline" : "waiting"));
    if (once) return;
    now.times = (now.times || 0) + 1;
    now.pressed = button;
    now.waiting = setTimeout(() => send(form, button, true), 1000 * pause(now.times, xhr));
  }
  const pause = (times, xhr) => Number(xhr.getResponseHeader("Retry-After")) || PATIENCE[Math.min(times, PATIENCE.length) - 1];
  window.addEventListener("online", () => {
    states.forEach((now, form) => { if (now.waiting) send(form, now.pressed, true); });
    others(1);
  });
  function leave(to) {
    const url = new URL(to, location.href);
    const same = url.pathname + url.search === here() && url.hash;
    location.assign(url.href);
    if (same) location.reload();
  }
  /* An answer that is a page takes this one's place: the form again with what is wrong in it, or what was asked for. */
  function show(xhr, stay) {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    page.querySelectorAll("head link[rel=stylesheet], script[src]").forEach((one) => {
      const name = one.src ? "src" : "href", part = one.getAttribute(name);
      if (document.querySelector(`[${name}="${CSS.escape(part)}"]`)) return;
      const made = document.createElement(one.tagName);
      if (!one.src) made.rel = "stylesheet";
      made[name] = part;
      document.head.append(made);
    });
    const url = new URL(xhr.responseURL);
    if (stay || url.pathname + url.search === here()) history.replaceState(history.state, "");
    else history.pushState({}, "", url.pathname + url.search);
    shown = here();
    document.title = page.title;
    Object.assign(document.documentElement.dataset, page.documentElement.dataset);
    states.clear();
    document.body.replaceWith(page.body);
    scrollTo(0, 0);
    [...document.forms].forEach((form) => { state(form).restored = true; }); /* the answer holds what was sent */
    start(document);
  }
  window.addEventListener("popstate", () => { if (here() !== shown) location.reload(); });

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post") return;
    try { sessionStorage.setItem(SENT, Date.now()); } catch (none) { /* then pages stay as they were */ }
    if (form.hasAttribute("data-leaves")) {
      const unsent = drafts(STORE + say("who")).some((key) => (read(key) || {}).pending);
      if (unsent && !confirm(say("unsent"))) return event.preventDefault();
      drafts(STORE).forEach(drop);
      try { indexedDB.deleteDatabase("zengyi"); } catch (none) { /* no photos are kept there */ }
      return;
    }
    /* A file that answers is the browser's to keep. */
    if (form.hasAttribute("data-again") || (button && button.hasAttribute("data-file"))) return;
    event.preventDefault(); /* one without a key, too: what the browser sends itself tells no one when it is stopped */
    send(form, button);
  });
  /* Who writes on while a form waits for the network sends it themselves when they are done. */
  document.addEventListener("input", (event) => {
    const form = event.target.form, now = form && state(form);
    if (!form || !marked(form)) return;
    if (now.waiting) {
      clearTimeout(now.waiting);
      now.waiting = 0;
      note(form, say("kept"));
    }
    clearTimeout(now.saving);
    now.saving = setTimeout(() => save(form, (read(slot(form)) || {}).pending && !now.sent ? { pending: false } : undefined), 200);
  });
  function saveAll() {
    states.forEach((now, form) => { if (now.saving) save(form); });
  }
  window.addEventListener("pagehide", saveAll);
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(); });
  /* Rich text for another site's editor: the document behind the link goes to the clipboard; where that fails the link shows it. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest && event.target.closest("a[data-copy]");
    if (!link) return;
    event.preventDefault();
    try {
      const page = await (await fetch(link.href)).text(), html = page.replace(/^[^]*<body[^>]*>|<\/body>[^]*$/g, "");
      const bare = new DOMParser().parseFromString(html.replace(/ style="[^"]*"/g, ""), "text/html").body; /* looks are for elsewhere */
      document.addEventListener("copy", (copying) => {
        copying.clipboardData.setData("text/html", html);
        copying.clipboardData.setData("text/plain", bare.textContent);
        copying.preventDefault();
      }, { once: true });
      if (!document.execCommand("copy")) throw new Error("nothing was copied");
      link.nextElementSibling.textContent = link.dataset.copy;
    } catch (refused) { location.href = link.href; }
  });
  /* A page that comes back as it was left is loaded anew when a form was sent since: somebody may have signed in, or chosen large type. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    let sent = 0;
    try { sent = Number(sessionStorage.getItem(SENT)); } catch (none) { /* nobody knows */ }
    if (sent > performance.timeOrigin) location.reload();
    else states.forEach((now, form) => rest(form));
  });

  /* What was left unsent on another page is sent from here; where that page must be seen again, it is one tap away. */
  async function others(times) {
    for (const key of say("who") ? drafts(STORE + say("who") + " ") : []) {
      const draft = read(key), open = [...document.forms].some((form) => marked(form) && slot(form) === key);
      if (!draft || !draft.pending || open) continue;
      const data = new FormData();
      (draft.entries || []).forEach(([name, value]) => data.append(name, value));
      const xhr = draft.entries && await post(key.slice(key.indexOf(" /") + 1), data, "again");
      if (xhr && GONE.includes(xhr.status)) {
        setTimeout(() => others(times + 1), 1000 * pause(times, xhr));
        continue;
      }
      const to = xhr && xhr.getResponseHeader("X-Zengyi-To"), link = document.createElement("a"), main = document.getElementById("main");
      if (to) drop(key);
      else if (xhr) write(key, Object.assign(draft, { pending: false }));
      link.className = "btn";
      link.href = to || draft.page;
      link.textContent = say("look");
      note(main, say(to ? "done" : "left").replace("#", draft.title.split(" · ")[0]), link, main);
    }
  }

  /* ---------- a look-up while somebody types: it never leads away, and what is typed stands in no address ---------- */
  const asking = new WeakMap();
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-ask]");
    if (!box) return;
    clearTimeout(asking.get(box));
    asking.set(box, setTimeout(async () => {
      const form = event.target.form, data = new FormData();
      ["csrfmiddlewaretoken", ...box.dataset.with.split(" ")].forEach((name) => data.set(name, new FormData(form).get(name) || ""));
      const xhr = await post(box.dataset.ask, data, "look"), into = document.getElementById(box.dataset.into);
      if (xhr.status === 200 && into) into.innerHTML = xhr.responseText;
    }, 700));
  });

  /* What is picked stands on the button that opens the tiles; it may be opened again to change it. */
  document.addEventListener("change", (event) => {
    const picker = event.target.closest(".picker"), said = picker && picker.querySelector("[data-picked]");
    if (!said || (event.target.type === "radio" && !event.target.checked)) return;
    const name = event.target.value && event.target.nextElementSibling.textContent;
    said.textContent = name ? said.dataset.picked.replace("#", name) : said.dataset.none;
  });

  function start(root) {
    document.dispatchEvent(new CustomEvent("zengyi:shown"));
    root.querySelectorAll("form").forEach(restore);
    /* Errors are where the eyes and the reader go first. */
    const errors = document.getElementById("errors");
    if (errors && root === document) errors.focus();
  }
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  /* By then the scripts of the page's parts have run, too. */
  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    others(1);
  });
  window.zengyi = { PATIENCE, GONE, say, note, post, sentence, save, kept, uploads };
})();
