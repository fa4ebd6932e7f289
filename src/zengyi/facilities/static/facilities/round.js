/* A round, walked without a network: every answer is written into IndexedDB at the tap, before anything else happens; what was written is
   sent when there is a network, facts first, photos after, each under an id made here. Nothing is called saved before the server said so. */
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("round-data").textContent);
  var words = data.words, pairs = data.pairs, db = null, checks = [], photos = [], meta = null;
  var sending = false, timer = 0, at = 0, asking = "", ended = "";
  var $ = function (id) { return document.getElementById(id); };

  /* ---- what is kept on the phone ---- */
  function open() {
    return new Promise(function (done, fail) {
      var asked = indexedDB.open("zengyi-rounds", 1);
      asked.onupgradeneeded = function () {
        var made = asked.result;
        made.createObjectStore("checks", { keyPath: "uid" }).createIndex("round", "round");
        made.createObjectStore("photos", { keyPath: ["uid", "sha"] }).createIndex("round", "round");
        made.createObjectStore("meta", { keyPath: "round" });
      };
      asked.onsuccess = function () {
        db = asked.result;
        db.onclose = function () { db = null; };  // some phones close it behind our back: the next write opens it again
        db.onversionchange = function () { db.close(); db = null; };
        done(db);
      };
      asked.onerror = function () { fail(asked.error); };
    });
  }
  function work(store, mode, run) {
    return (db ? Promise.resolve(db) : open()).then(function (there) {
      return new Promise(function (done, fail) {
        var step = there.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {}), asked = run(step.objectStore(store));
        step.oncomplete = function () { done(asked && asked.result); };
        step.onerror = step.onabort = function () { fail(step.error); };
      });
    });
  }
  function put(store, row) { return work(store, "readwrite", function (s) { return s.put(row); }); }
  function drop(store, key) { return work(store, "readwrite", function (s) { return s.delete(key); }); }
  function all(store) { return work(store, "readonly", function (s) { return s.index("round").getAll(data.round); }); }

  /* ---- ids and hashes: also where the page came without TLS ---- */
  function uuid7() {
    var b = new Uint8Array(16), now = Date.now();
    crypto.getRandomValues(b);
    for (var i = 5; i >= 0; i -= 1) { b[i] = now % 256; now = Math.floor(now / 256); }
    b[6] = 0x70 | (b[6] & 15); b[8] = 0x80 | (b[8] & 63);
    return Array.from(b, function (n, k) { return (k === 4 || k === 6 || k === 8 || k === 10 ? "-" : "") + (n + 256).toString(16).slice(1); }).join("");
  }
  function hex(buffer) { return Array.from(new Uint8Array(buffer), function (n) { return (n + 256).toString(16).slice(1); }).join(""); }
  function sha256(buffer) {
    if (crypto.subtle) return crypto.subtle.digest("SHA-256", buffer).then(hex);
    var k = [], h = [], primes = 0, composite = {}, n, i, j;
    var frac = function (x, root) { return (Math.pow(x, root) * 4294967296) | 0; };
    for (n = 2; primes < 64; n += 1) {
      if (composite[n]) continue;
      for (i = n * n; i < 313; i += n) composite[i] = 1;
      if (primes < 8) h[primes] = frac(n, 0.5);
      k[primes] = frac(n, 1 / 3); primes += 1;
    }
    var bytes = new Uint8Array(buffer), size = bytes.length, whole = new Uint8Array(((size + 72) >> 6) << 6), view = new DataView(whole.buffer), w = [];
    whole.set(bytes); whole[size] = 128;
    view.setUint32(whole.length - 8, Math.floor(size / 536870912)); view.setUint32(whole.length - 4, (size * 8) >>> 0);
    var turn = function (x, by) { return (x >>> by) | (x << (32 - by)); };
    for (i = 0; i < whole.length; i += 64) {
      var s = h.slice();
      for (j = 0; j < 64; j += 1) {
        if (j < 16) w[j] = view.getInt32(i + j * 4);
        else {
          var p = w[j - 15], q = w[j - 2];
          w[j] = (w[j - 16] + (turn(p, 7) ^ turn(p, 18) ^ (p >>> 3)) + w[j - 7] + (turn(q, 17) ^ turn(q, 19) ^ (q >>> 10))) | 0;
        }
        var e = s[4], a = s[0];
        var one = (s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[j] + w[j]) | 0;
        var two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(one + two) | 0, a, s[1], s[2], (s[3] + one) | 0, e, s[5], s[6]];
      }
      for (j = 0; j < 8; j += 1) h[j] = (h[j] + s[j]) | 0;
    }
    return Promise.resolve(h.map(function (x) { return ("0000000" + (x >>> 0).toString(16)).slice(-8); }).join(""));
  }

  /* ---- time since the round began, on the server's clock as far as anybody can tell ---- */
  function elapsed() { return Math.max(0, Math.round(meta.since + (Date.now() - meta.wall))); }

  /* ---- answers ---- */
  function last(n) {
    return checks.filter(function (one) { return one.pair === n; }).sort(function (x, y) { return x.body.elapsed_ms - y.body.elapsed_ms; }).pop();
  }
  function name(one) { return pairs[one.pair] ? pairs[one.pair].name : ""; }
  function nextOpen(from) {
    for (var n = 0; n < pairs.length; n += 1) { var here = (from + n) % pairs.length; if (!last(here)) return here; }
    return pairs.length;
  }
  function answer(result, reason) {
    var pair = pairs[at], old = last(at), one = {
      uid: uuid7(), round: data.round, pair: at, state: "kept",
      body: { item: pair.item, facility_id: pair.facility, result: result, reason: reason || "", note: "", elapsed_ms: elapsed(), at: new Date().toISOString() },
      why: reason || ""
    };
    one.body.uid = one.uid;
    return put("checks", one).then(function () {
      if (old && old.state === "kept") { checks.splice(checks.indexOf(old), 1); return drop("checks", old.uid); }
      return undefined;
    }).then(function () {
      checks.push(one); meta.last = one.uid; asking = "";
      at = nextOpen(at + 1); show(); $("it").focus(); soon();
    }).catch(full);
  }
  function full() { say(words.full, true); }
  function undo() {
    var one = checks.find(function (row) { return row.uid === meta.last; });
    if (one) { at = one.pair; asking = ""; show(); $("it").focus(); }
  }

  /* ---- photos: made smaller at once, never more than one at a time ---- */
  function shoot(file) {
    var one = checks.find(function (row) { return row.uid === meta.last; });
    if (!one || !file) return;
    createImageBitmap(file).then(function (picture) {
      var scale = Math.min(1, 1600 / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale)); canvas.height = Math.max(1, Math.round(picture.height * scale));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.8); });
    }).then(function (blob) {
      if (!blob || !blob.size) throw new Error("empty");
      return blob.arrayBuffer();
    }).then(function (buffer) {
      return sha256(buffer).then(function (sha) {
        var row = { uid: one.uid, sha: sha, round: data.round, bytes: buffer, state: "kept" };
        return put("photos", row).then(function () { photos.push(row); say(words.photo_kept); show(); soon(); }, full);
      });
    }).catch(function () { say(words.photo_bad, true); });
  }

  /* ---- sending: facts first, then photos, one request each; what is refused blocks nothing ---- */
  function call(method, path, body, type) {
    return fetch(data.api + path, {
      method: method, body: body, credentials: "omit", cache: "no-store",
      headers: { "Content-Type": type, Authorization: "Bearer " + data.key }
    }).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (told) { return { status: r.status, told: told }; });
    });
  }
  function soon() { clearTimeout(timer); timer = setTimeout(send, 300); }
  function later() { clearTimeout(timer); timer = setTimeout(send, 8000); }
  function send() {
    if (sending || ended === "auth") return;
    sending = true; ended = ""; line();
    sendChecks().then(sendPhotos).then(handIn).catch(function (problem) {
      ended = problem && problem.ended ? problem.ended : "net";
      if (problem && problem.say) say(problem.say, true);
    }).then(function () { sending = false; show(); if (waits()) later(); });
  }
  function stop(found) {
    if (found.status === 401) throw { ended: "auth", say: words.signed_out };
    if (found.status === 409 || found.status === 403 || found.status === 404) throw { ended: "over", say: found.told.title || words.later };
    throw { ended: "net" };
  }
  function sendChecks() {
    var batch = checks.filter(function (one) { return one.state === "kept"; }).slice(0, 50);
    if (!batch.length) return Promise.resolve();
    return call("POST", "/checks", JSON.stringify({ checks: batch.map(function (one) { return one.body; }) }), "application/json").then(function (found) {
      if (found.status !== 200) stop(found);
      return Promise.all(found.told.checks.map(function (told) {
        var one = batch.find(function (row) { return row.uid === told.uid; });
        one.state = told.status === 422 ? "refused" : "got"; one.sentence = told.title;
        return put("checks", one);
      }));
    }).then(function () { show(); return sendChecks(); });
  }
  function sendPhotos() {
    var row = photos.find(function (one) {
      return one.state === "kept" && checks.some(function (c) { return c.uid === one.uid && c.state === "got"; });
    });
    if (!row) return Promise.resolve();
    return call("PUT", "/checks/" + row.uid + "/photos/" + row.sha, row.bytes, "image/jpeg").then(function (found) {
      if (found.status === 200 || found.status === 201) row.state = "got";
      else if (found.status === 422 || found.status === 413) { row.state = "refused"; row.sentence = found.told.title; }
      else stop(found);
      return put("photos", row);
    }).then(function () { show(); return sendPhotos(); });
  }
  function manifest() {
    return checks.filter(function (one) { return one.state !== "refused"; }).map(function (one) {
      return { uid: one.uid, photos: photos.filter(function (p) { return p.uid === one.uid && p.state !== "refused"; }).map(function (p) { return p.sha; }) };
    });
  }
  function handIn() {
    if (!meta.handing || meta.done) return Promise.resolve();
    return call("POST", "/submit", JSON.stringify({ manifest: manifest() }), "application/json").then(function (found) {
      if (found.status !== 200) stop(found);
      if (!found.told.missing_checks.length && !found.told.missing_photos.length) { meta.done = true; return put("meta", meta); }
      return undefined;
    });
  }
  function waits() {
    return checks.some(function (one) { return one.state === "kept"; }) || photos.some(function (one) { return one.state === "kept"; }) || (meta.handing && !meta.done);
  }

  /* ---- what is seen ---- */
  function say(text, alert) { var p = $("said"); p.textContent = text; p.hidden = !text; p.className = "note" + (alert ? " note-amber" : " note-teal"); }
  function fill(text, n, of) { return text.replace("#", n).replace("$", of); }
  function el(tag, text, look) { var made = document.createElement(tag); if (text) made.textContent = text; if (look) made.className = look; return made; }
  function line() {
    var p = $("net"), off = !navigator.onLine || ended === "net";
    p.textContent = meta.done ? words.done : sending && !off ? words.sending : ended === "auth" ? words.signed_out : off ? words.offline : words.online;
    $("again").hidden = ended !== "auth";
  }
  function show() {
    var pair = pairs[at], over = !pair, kept = checks.filter(function (o) { return o.state === "kept"; }).length;
    var got = checks.filter(function (o) { return o.state === "got"; }).length, pics = photos.filter(function (o) { return o.state === "kept"; }).length;
    $("item").hidden = over; $("over").hidden = !over;
    document.body.classList.toggle("answering", !over);
    if (!over) {
      $("where").textContent = fill(words.where, at + 1, pairs.length);
      $("spot").textContent = pair.where; $("it").textContent = pair.name; $("title").textContent = pair.title;
      $("look").replaceChildren.apply($("look"), pair.look.map(function (text) { return el("li", text); }));
    }
    var open_ = pairs.filter(function (_p, n) { return !last(n); }).length;
    $("left").textContent = fill(words.left, open_);
    $("ticks").replaceChildren.apply($("ticks"), pairs.map(function (p, n) {
      var one = last(n), li = el("li", "", n === at ? "t-now" : one ? "t-" + one.body.result.toLowerCase() : "");
      li.appendChild(el("span", p.name + words.colon + (one ? words[one.body.result] : words.open), "sr"));
      return li;
    }));
    $("nkeep").textContent = fill(words.items, kept) + (pics ? " " + fill(words.photos, pics) : ""); $("ngot").textContent = fill(words.items, got);
    var recent = checks.find(function (row) { return row.uid === meta.last; });
    $("last").hidden = !recent;
    if (recent) {
      $("just").textContent = fill(words.just, name(recent), words[recent.body.result]);
      var mine = photos.filter(function (p) { return p.uid === recent.uid; }).length;
      $("npics").textContent = mine ? fill(words.photos, mine) : "";
    }
    why(pair); queue(); line();
    $("hand-in").hidden = !checks.length || !!meta.done; $("hand-in").textContent = open_ ? fill(words.hand_in_open, open_) : words.hand_in;
  }
  function why(pair) {
    $("why").hidden = !asking || !pair;
    document.querySelectorAll("[data-a]").forEach(function (b) { b.setAttribute("aria-pressed", String(b.dataset.a === asking)); });
    if (!asking || !pair) return;
    $("hw").textContent = words["ask_" + asking];
    var given = asking === "FAIL" ? data.reasons[pair.kind] : data.reasons[asking];
    $("whys").replaceChildren.apply($("whys"), given.map(function (word) {
      var b = el("button", word[1], "btn"); b.type = "button"; b.onclick = function () { answer(asking, word[0]); }; return b;
    }));
  }
  function queue() {
    var rows = checks.slice().sort(function (x, y) { return y.body.elapsed_ms - x.body.elapsed_ms; });
    $("queue").replaceChildren.apply($("queue"), rows.map(function (one) {
      var li = el("li", "", "qrow"), grow = el("span", "", "grow"), mine = photos.filter(function (p) { return p.uid === one.uid; });
      grow.appendChild(el("b", name(one) + words.colon + words[one.body.result]));
      grow.appendChild(el("span", one.state === "refused" ? one.sentence : words[one.state], "label"));
      mine.forEach(function (p) {
        var row = el("span", words.photo + words.colon + (p.state === "refused" ? p.sentence : words[p.state]), "label"); grow.appendChild(row);
        if (p.state === "refused") grow.appendChild(button(words.drop, function () { drop("photos", [p.uid, p.sha]).then(function () { photos.splice(photos.indexOf(p), 1); show(); }); }));
      });
      li.appendChild(grow);
      if (!meta.done) li.appendChild(button(words.fix, function () { at = one.pair; asking = ""; show(); $("it").focus(); }));
      if (one.state === "refused") li.appendChild(button(words.drop, function () { drop("checks", one.uid).then(function () { checks.splice(checks.indexOf(one), 1); at = nextOpen(0); show(); }); }));
      return li;
    }));
  }
  function button(text, run) { var b = el("button", text, "btn btn-quiet"); b.type = "button"; b.onclick = run; return b; }

  /* ---- a file, for where there is never a network ---- */
  function save() {
    var text = function (buffer) { var out = "", b = new Uint8Array(buffer); for (var i = 0; i < b.length; i += 1) out += String.fromCharCode(b[i]); return btoa(out); };
    var file = { zengyi: "round", round: data.round, checks: checks.map(function (o) { return o.body; }),
      photos: photos.map(function (p) { return { uid: p.uid, sha256: p.sha, jpeg: text(p.bytes) }; }) };
    var a = document.createElement("a"); a.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
    a.download = data.file; a.click(); setTimeout(function () { URL.revokeObjectURL(a.href); }, 60000); say(words.saved);
  }

  document.addEventListener("click", function (event) {
    var b = event.target.closest("[data-a], [data-do]");
    if (!b || !meta) return;
    if (b.dataset.a === "OK") answer("OK"); else if (b.dataset.a) { asking = b.dataset.a; show(); $("why").scrollIntoView({ block: "nearest" }); }
    else if (b.dataset.do === "undo") undo();
    else if (b.dataset.do === "save") save();
    else if (b.dataset.do === "hand") { var on = $("bar").classList.toggle("left-hand"); b.setAttribute("aria-pressed", String(on)); }
    else if (b.dataset.do === "send") { ended = ""; send(); }
    else if (b.dataset.do === "hand-in") { meta.handing = true; put("meta", meta).then(function () { ended = ""; send(); show(); }, full); }
  });
  $("shot").addEventListener("change", function (event) { Array.from(event.target.files).forEach(shoot); event.target.value = ""; });
  window.addEventListener("online", function () { ended = ended === "net" ? "" : ended; soon(); });
  window.addEventListener("offline", line);
  document.addEventListener("visibilitychange", function () { if (!document.hidden && meta) soon(); });
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();

  Promise.all([all("checks"), all("photos"), work("meta", "readonly", function (s) { return s.get(data.round); })]).then(function (found) {
    checks = found[0]; photos = found[1];
    meta = found[2] && found[2].rendered === data.rendered ? found[2] : Object.assign({}, found[2], { round: data.round, rendered: data.rendered, since: data.since, wall: Date.now() });
    return put("meta", meta);
  }).then(function () { at = nextOpen(0); $("app").hidden = false; $("starting").hidden = true; show(); soon(); }).catch(function () { say(words.no_store, true); $("starting").hidden = true; });
})();
