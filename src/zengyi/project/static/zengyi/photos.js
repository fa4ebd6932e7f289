/* 增一: photos of a form. Each is shrunk here and sent by itself as soon as it is chosen; the form then carries its id. */
(function () {
  "use strict";
  if (window.zengyi.photos) return; /* a part of a page that is loaded again brings this file again */
  window.zengyi.photos = true;
  const { PATIENCE, GONE, say, note, post, save, kept, uploads } = window.zengyi;
  const SIDE = 1600, DAY = 24 * 3600e3, NOBODY = "00000000-0000-0000-0000-000000000000";

  /* ---------- a photo that has not arrived yet lies on the phone: over a reload and a sign-in ---------- */
  const shelf = () => new Promise((done) => {
    try {
      const asked = indexedDB.open("zengyi", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("photos");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = asked.onblocked = () => done(null);
    } catch (none) { done(null); }
  });
  async function stored(how, what) {
    const base = await shelf();
    if (!base) return null;
    return new Promise((done) => {
      const going = base.transaction("photos", how), asked = what(going.objectStore("photos"));
      going.oncomplete = () => done(asked.result);
      going.onerror = going.onabort = () => done(null);
    }).catch(() => null).finally(() => base.close());
  }
  const place = (id) => `${say("who")} ${id}`;
  const lay = (id, file) => stored("readwrite", (photos) => photos.put({ file, at: Date.now() }, place(id)));
  const find = async (id) => ((await stored("readonly", (photos) => photos.get(place(id)))) || {}).file;
  const forget = (id) => stored("readwrite", (photos) => photos.delete(place(id)));
  stored("readwrite", (photos) => {
    const walk = photos.openCursor();
    walk.onsuccess = () => {
      const at = walk.result;
      if (!at) return;
      if (Date.now() - at.value.at > 3 * DAY) at.delete();
      at.continue();
    };
    return walk;
  });

  /* ---------- shrinking ---------- */
  async function decoded(file) {
    try { return await createImageBitmap(file); } catch (other) { /* HEIC, say, which some browsers show and do not decode here */ }
    const reader = new FileReader(), picture = new Image();
    await new Promise((resolve) => { reader.onload = reader.onerror = resolve; reader.readAsDataURL(file); });
    picture.src = reader.result;
    await picture.decode();
    return picture;
  }
  function drawn(picture, wide, high, canvas, left = 0, top = 0, side = [picture.width, picture.height]) {
    canvas.width = wide;
    canvas.height = high;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, wide, high);
    pen.drawImage(picture, left, top, side[0], side[1], 0, 0, wide, high);
    return canvas;
  }
  /** The photo with at most 1600 pixels a side and without what the camera wrote beside it: place, time, device. What this browser
      cannot decode stays as it is; the server looks at it anyhow. */
  async function shrunk(file) {
    try {
      const picture = await decoded(file), part = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = drawn(picture, Math.round(picture.width * part), Math.round(picture.height * part), document.createElement("canvas"));
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      return blob ? new File([blob], "photo.jpg", { type: "image/jpeg", lastModified: 0 }) : file;
    } catch (unknown) { return file; }
  }
  /* randomUUID is only there on https; a community's server may be a machine in the next room. */
  function random() {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /* ---------- the box: a tile for each photo, and one to take another ---------- */
  function shots(box) {
    const input = box.querySelector("input[type=file]"), form = input.form, add = document.createElement("span");
    const most = Number(box.dataset.most), waiting = new Map(), tiles = new Map();
    const url = (id) => box.dataset.stage.replace(NOBODY, id);
    const fields = () => [...box.querySelectorAll("input[data-kept]")];
    let taking = Promise.resolve(), going = null, times = 0, timer = 0;
    add.className = "shot shot-add";
    add.append(box.querySelector(":scope > svg"), box.dataset.shots, input);
    box.classList.add("shots");
    box.append(add);
    const data = (more) => {
      const sent = new FormData();
      ["csrfmiddlewaretoken", "_by"].forEach((name) => form.elements[name] && sent.set(name, form.elements[name].value));
      Object.entries(more).forEach(([name, value]) => sent.set(name, value));
      return sent;
    };
    const tell = (words) => note(form, words, null, box.parentElement);
    function count() {
      [...tiles.values()].forEach((tile, n) => tile.setAttribute("aria-label", box.dataset.drop.replace("#", n + 1)));
      add.hidden = tiles.size >= most;
    }
    function state(id, words) {
      const said = tiles.has(id) && tiles.get(id).querySelector("b");
      if (said) said.textContent = words;
    }
    function remove(id) {
      fields().filter((field) => field.value === id).forEach((field) => field.remove());
      if (tiles.has(id)) tiles.get(id).remove();
      tiles.delete(id);
      waiting.delete(id);
      forget(id);
      count();
      save(form);
    }
    function tile(id, file) {
      const shot = document.createElement("button"), face = document.createElement(file ? "canvas" : "img");
      shot.type = "button";
      shot.className = "shot";
      shot.append(face, document.createElement("b"));
      shot.addEventListener("click", () => {
        const arrived = !waiting.has(id);
        remove(id);
        if (arrived) post(url(id), data({ drop: "1" }), "form");
        input.focus();
      });
      tiles.set(id, shot);
      add.before(shot);
      count();
      if (file) {
        decoded(file).then((picture) => {
          const side = Math.min(picture.width, picture.height), left = (picture.width - side) / 2, top = (picture.height - side) / 2;
          drawn(picture, 160, 160, face, left, top, [side, side]);
        }).catch(() => shot.prepend(file.name));
      } else {
        face.alt = "";
        face.onerror = async () => {
          const asked = await fetch(url(id)).catch(() => ({ status: 0 }));
          if (asked.status !== 404) return; /* no network: it is there all the same */
          remove(id);
          tell(box.dataset.gone);
        };
        face.src = url(id);
      }
    }
    function hold(id, file) {
      waiting.set(id, file);
      tile(id, file);
      state(id, "…");
    }
    async function take(files) {
      box.setAttribute("aria-busy", "true");
      for (const one of files) {
        if (tiles.size >= most) break;
        const file = await shrunk(one), id = random();
        kept(box, id);
        hold(id, file);
        await lay(id, file);
        save(form);
        pump();
      }
      box.removeAttribute("aria-busy");
    }
    /* One after the other; resolves with what failed, or with nothing when all have arrived. */
    async function all() {
      let failed = null;
      for (const [id, file] of waiting) {
        const place = () => `${[...tiles.keys()].indexOf(id) + 1}/${tiles.size}`;
        if (going.progress) going.progress(place());
        const xhr = await post(url(id), data({ photo: file }), "form", (part) => {
          state(id, part);
          if (going.progress) going.progress(`${place()} ${part}`);
        });
        if (!tiles.has(id)) { /* taken away meanwhile */
          post(url(id), data({ drop: "1" }), "form");
        } else if (xhr.status === 200) {
          waiting.delete(id);
          state(id, "");
          forget(id);
          times = 0;
        } else if (GONE.includes(xhr.status) || xhr.status === 401 || xhr.status === 429) {
          failed = xhr;
          state(id, box.dataset.waits);
          break;
        } else {
          remove(id);
          tell(window.zengyi.sentence(xhr));
          failed = xhr;
        }
      }
      return failed;
    }
    async function pump(progress) {
      clearTimeout(timer);
      if (going) {
        going.progress = progress || going.progress;
        return going.done;
      }
      going = { progress };
      const mine = going;
      mine.done = all().then((failed) => {
        going = null;
        if (failed && GONE.includes(failed.status) && box.isConnected) {
          times += 1;
          timer = setTimeout(pump, 1000 * PATIENCE[Math.min(times, PATIENCE.length) - 1]);
        }
        return failed;
      });
      return mine.done;
    }
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) taking = taking.then(() => take(files));
    });
    window.addEventListener("online", () => { if (waiting.size && box.isConnected) pump(); });
    /* Those that came with the page, or were chosen before it was loaded. */
    async function adopt() {
      await null; /* the draft is read right after the boxes are made */
      box.querySelectorAll(".shot-kept").forEach((one) => {
        kept(box, one.querySelector("[type=hidden]").value);
        one.remove();
      });
      const ids = fields().map((field) => field.value), files = await Promise.all(ids.map(find));
      ids.forEach((id, n) => (files[n] ? hold(id, files[n]) : tile(id)));
      if (waiting.size) pump();
    }
    taking = adopt();
    uploads.set(box, async (progress) => {
      await taking;
      return waiting.size ? pump(progress) : null;
    });
  }
  const start = () => document.querySelectorAll("[data-shots]:not(.shots)").forEach(shots);
  document.addEventListener("zengyi:shown", start);
  if (document.readyState === "complete") start();
})();
