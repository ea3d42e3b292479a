/*
  A form that keeps itself. Each field is sent by itself soon after it was typed. What could not be sent stays on the
  page and on this device, and goes as soon as the server answers again. What somebody else wrote is never overwritten.
*/
"use strict";

(() => {
  const WAIT_MS = 700;
  const AGAIN_MS = 3000;
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  const pair = form.querySelector("template[data-two-texts]");
  const comma = form.dataset.comma;
  const hintWords = JSON.parse(form.dataset.hintWords || "[]");
  const storageName = `draft:${form.dataset.keep}`;
  const fields = new Map();
  let timer = 0;
  let sending = null;
  let closed = false;

  const tell = (what, attention = false) => {
    status.textContent = what ? status.dataset[what] : "";
    status.classList.toggle("attention", attention);
  };

  /* One field of the form: its value, and which revision of it the page has seen. */
  const field = (box) => {
    const name = box.dataset.field;
    const inputs = [...box.querySelectorAll(`[name="${name}"]`)];
    const ticks = inputs[0].type === "checkbox" || inputs[0].type === "radio";
    const revision = box.querySelector(`[name="revision-${name}"]`);
    return {
      name, box, ticks,
      textarea: inputs[0].tagName === "TEXTAREA",
      first: inputs[0],
      get value() { return ticks ? inputs.filter((one) => one.checked).map((one) => one.value) : inputs[0].value; },
      set value(value) {
        const wanted = Array.isArray(value) ? value : [value];
        if (ticks) inputs.forEach((one) => { one.checked = wanted.includes(one.value); });
        else inputs[0].value = wanted.join("");
      },
      get revision() { return Number(revision.value); },
      set revision(number) { revision.value = String(number); },
      /* Typed before this script had come. */
      dirty: ticks ? inputs.some((one) => one.checked !== one.defaultChecked) : inputs[0].value !== inputs[0].defaultValue,
      waits: Boolean(box.querySelector(".two-texts")),
    };
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /* What is not on the server yet is on this device, and only that. */
  const remember = () => {
    const open = {};
    for (const one of fields.values()) if (one.dirty) open[one.name] = { value: one.value, revision: one.revision };
    try {
      if (Object.keys(open).length) localStorage.setItem(storageName, JSON.stringify(open));
      else localStorage.removeItem(storageName);
    } catch { /* a full or forbidden storage: the text still stands on the page */ }
  };

  const restore = () => {
    let open = {};
    try { open = JSON.parse(localStorage.getItem(storageName) || "{}"); } catch { return; }
    let found = false;
    for (const [name, kept] of Object.entries(open)) {
      const one = fields.get(name);
      if (!one || same(one.value, kept.value)) continue;
      one.value = one.dirty && one.textarea ? `${kept.value}\n\n${one.value}` : kept.value;
      one.revision = kept.revision;
      one.dirty = true;
      found = true;
      hint(one);
    }
    remember();
    if (found) { tell("restored"); soon(0); }
  };

  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const hint = (one) => {
    const place = one.box.querySelector("[data-word-hint]");
    if (!place) return;
    const text = one.first.value;
    const found = hintWords.filter((word) => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, "iu").test(text));
    place.querySelector("[data-words]").textContent = found.join(comma);
    place.hidden = !found.length;
  };

  const key = () => `${form.elements.namedItem("key").value}.${crypto.getRandomValues(new Uint32Array(2)).join("")}`;

  const send = async (one) => {
    const value = one.value;
    const body = new URLSearchParams({ key: key(), name: one.name, revision: String(one.revision) });
    for (const part of Array.isArray(value) ? value : [value]) body.append("value", part);
    const answer = await fetch(form.dataset.save, {
      method: "POST", body, headers: { accept: "application/json" }, signal: AbortSignal.timeout(15000),
    });
    if (answer.status === 403) { tell("out", true); closed = true; return; }
    if (answer.status >= 500) throw new Error("busy");
    if (!answer.ok) { tell("closed", true); closed = true; return; }
    const told = await answer.json();
    one.revision = told.revision;
    if ("theirs" in told) ask(one, told);
    else if (same(one.value, value)) one.dirty = false;
    remember();
  };

  /* Two wrote in one field: both texts stand there until the person has chosen. */
  const ask = (one, told) => {
    one.waits = true;
    one.box.querySelector(".two-texts")?.remove();
    const shown = pair.content.firstElementChild.cloneNode(true);
    shown.querySelector("[data-by]").textContent = told.by;
    shown.querySelector("[data-theirs]").textContent = named(one, told.theirs);
    if (!one.textarea) shown.querySelector('[data-take="both"]').remove();
    shown.addEventListener("click", (event) => {
      const take = event.target.dataset?.take;
      if (!take) return;
      if (take === "theirs") { one.value = told.theirs; one.dirty = false; }
      if (take === "both") one.value = `${told.theirs}\n\n${one.value}`;
      one.waits = false;
      shown.remove();
      hint(one);
      remember();
      one.first.focus();
      tell(one.dirty ? "keeping" : "kept");
      soon(0);
    });
    one.box.prepend(shown);
  };

  const named = (one, value) => {
    if (!one.ticks) return value;
    const keys = Array.isArray(value) ? value : [value];
    return [...one.box.querySelectorAll(".tick")]
      .filter((tick) => keys.includes(tick.querySelector("input").value))
      .map((tick) => tick.textContent.trim()).join(comma);
  };

  const waiting = () => [...fields.values()].filter((one) => one.dirty && !one.waits);

  const sendAll = async () => {
    clearTimeout(timer);
    if (sending) return sending;
    sending = (async () => {
      try {
        for (let next = waiting(); next.length && !closed; next = waiting()) {
          tell("keeping");
          await send(next[0]);
        }
        if (!closed) {
          if ([...fields.values()].some((one) => one.waits)) tell("two", true);
          else if (fields.size) tell("kept");
        }
        return !closed;
      } catch {
        tell("away", true);
        timer = setTimeout(sendAll, AGAIN_MS);
        return false;
      } finally { sending = null; }
    })();
    return sending;
  };

  const soon = (wait = WAIT_MS) => {
    clearTimeout(timer);
    timer = setTimeout(sendAll, wait);
  };

  for (const box of form.querySelectorAll("[data-field]")) {
    const one = field(box);
    fields.set(one.name, one);
    const changed = () => {
      one.dirty = true;
      remember();
      hint(one);
      if (status.textContent === status.dataset.kept) tell("keeping");
      if (!closed) soon();
    };
    box.addEventListener("input", (event) => { if (event.target.name === one.name) changed(); });
    box.addEventListener("change", (event) => { if (event.target.name === one.name && one.ticks) changed(); });
    if (one.dirty) hint(one);
  }

  form.addEventListener("submit", async (event) => {
    if (form.dataset.sure) return;
    event.preventDefault();
    const button = event.submitter;
    const kept = await sendAll();
    if (!kept) return;
    /* While this event goes on, the browser would not send the form again. */
    await new Promise((over) => { setTimeout(over); });
    const open = [...fields.values()].find((one) => one.waits && !one.box.querySelector("input[name^=choose-]"));
    if (open) { tell("two", true); open.box.scrollIntoView(); return; }
    form.dataset.sure = "yes";
    form.requestSubmit(button);
    delete form.dataset.sure;
  });
  addEventListener("online", () => soon(0));
  addEventListener("pagehide", remember);
  restore();
  if (waiting().length) { remember(); soon(0); }
})();
