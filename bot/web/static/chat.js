// Makes the chat live. Without this file the page still works as plain forms.
// What is typed stays on this phone until the server has confirmed that it is stored; it is sent again under the same
// one-time key as often as needed, so nothing is lost and nothing is stored twice.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const page = JSON.parse(byId("page").textContent);
  const words = page.words;
  const log = byId("messages");
  const textBox = byId("text");
  const statusLine = byId("status");

  const SEND_TIMEOUT_MS = 30_000;
  const STALLED_UPLOAD_MS = 45_000;
  const RETRY_FIRST_MS = 1_500;
  const RETRY_MOST_MS = 30_000;
  const POLL_MS = 4_000;
  const HELLO_WITHIN_MS = 10_000;
  const STREAM_AGAIN_MS = 60_000;
  const RECORDING_MOST_S = 15 * 60;

  let newest = page.newest;
  let closed = false;
  let language = document.documentElement.lang;

  document.body.classList.add("live");
  document.querySelectorAll("[data-live]").forEach((part) => { part.hidden = false; });

  // ---- what stays on this phone

  const place = `oudergesprek:${location.pathname}`;
  const memory = new Map();
  const keep = (name, value) => {
    try {
      if (value === "" || value === "[]") localStorage.removeItem(`${place}${name}`);
      else localStorage.setItem(`${place}${name}`, value);
    } catch {
      memory.set(name, value);  // storage is forbidden or full: at least as long as the page is open
    }
  };
  const kept = (name) => {
    try {
      return localStorage.getItem(`${place}${name}`) ?? memory.get(name) ?? "";
    } catch {
      return memory.get(name) ?? "";
    }
  };
  const keptQueue = () => {
    try {
      const found = JSON.parse(kept("queue") || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };

  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(36).padStart(2, "0")).join("");
  const freshKey = () => `${page.key}.${random()}`;

  // ---- showing messages

  const bottom = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 160;
  const showFrom = (first) => {
    if (!first) return;
    const bar = document.querySelector(".bar").offsetHeight;
    const room = window.innerHeight - bar - byId("composer").offsetHeight;
    const top = first.getBoundingClientRect().top + window.scrollY;
    const tall = document.documentElement.scrollHeight - byId("composer").offsetHeight - top > room;
    // Not scrollIntoView: in a frame that moves the page around it as well. A little of what came before stays in sight.
    window.scrollTo(0, tall ? top - bar - Math.min(96, window.innerHeight / 8) : document.documentElement.scrollHeight);
  };

  const further = byId("further");
  const composer = byId("composer");
  const lookBelow = () => {
    further.hidden = log.getBoundingClientRect().bottom <= composer.getBoundingClientRect().top + 16;
  };
  further.addEventListener("click", () => {
    const room = window.innerHeight - document.querySelector(".bar").offsetHeight - composer.offsetHeight;
    window.scrollBy(0, room * 0.8);
  });
  window.addEventListener("scroll", lookBelow, { passive: true });
  const sizes = new ResizeObserver(lookBelow);
  sizes.observe(log);
  sizes.observe(document.documentElement);

  // By the moment from which it is shown, then by number: what was held for quiet hours comes under what was read meanwhile.
  const isLater = (one, other) =>
    Number(one.dataset.at) - Number(other.dataset.at) || Number(one.dataset.id) - Number(other.dataset.id);
  const insertInOrder = (item) => {
    const later = [...log.querySelectorAll("[data-id]")].find((other) => isLater(other, item) > 0);
    log.insertBefore(item, later ?? null);
  };

  const showTheirs = ({ id, html }) => {
    const made = document.createElement("template");
    made.innerHTML = html;  // from our own server's template, the same that made this page
    const item = made.content.querySelector("li");
    const shown = byId(`m${id}`);
    newest = Math.max(newest, id);
    if (!shown) {
      item.classList.add("arrived");
      insertInOrder(item);
      return item;
    }
    if (shown.dataset.mark === item.dataset.mark) return null;
    const focused = shown.contains(document.activeElement) ? document.activeElement.value : null;
    shown.replaceWith(item);
    if (focused) item.querySelector(`button[value="${CSS.escape(focused)}"]`)?.focus();
    return null;
  };

  const receive = (data) => {
    const follow = bottom();
    const first = data.messages.map(showTheirs).filter(Boolean)[0];
    if (follow) showFrom(first);
    language = data.language;
    if (!data.open) close(words.closed);
    else settle();
  };
  // Another language was chosen: the page itself follows as soon as nothing waits to be sent.
  const settle = () => {
    if (language !== document.documentElement.lang && !queue.length && !recorder) location.reload();
  };

  const showMine = (text, before) => {
    const item = byId("own").content.firstElementChild.cloneNode(true);
    item.querySelector(".body").textContent = text;
    log.insertBefore(item, before ?? null);
    return item;
  };
  const setState = (entry, state, failed = false) => {
    if (!entry.bubble) return;
    entry.bubble.querySelector(".state").textContent = state;
    entry.bubble.classList.toggle("failed", failed);
  };

  const tell = (sentence) => {
    if (statusLine.textContent === sentence && statusLine.hidden === !sentence) return;
    const follow = bottom();
    statusLine.hidden = !sentence;
    statusLine.textContent = sentence;
    if (follow) window.scrollTo(0, document.documentElement.scrollHeight);
  };
  const close = (sentence) => {
    closed = true;
    tell(sentence);
    byId("writing").hidden = true;
    document.querySelectorAll(".choices button, .bar-buttons button").forEach((one) => { one.disabled = true; });
    source?.close();
  };

  // ---- sending: one after the other, in the order they were said

  const queue = [];
  let busy = false;
  let failures = 0;
  let retryTimer = 0;

  const keepQueue = () => {
    const lasting = queue.filter((entry) => !entry.file);
    keep("queue", JSON.stringify(lasting.map(({ key, path, fields, label }) => ({ key, path, fields, label }))));
  };

  const enqueue = (entry) => {
    entry.key ??= freshKey();
    entry.known = newest;
    if (entry.path === "say" || entry.path === "file") {
      entry.bubble = showMine(entry.label);
      setState(entry, words.sending);
    }
    queue.push(entry);
    keepQueue();
    failures = 0;
    pump();
  };

  const pump = async () => {
    if (busy || closed) return;
    busy = true;
    clearTimeout(retryTimer);
    while (queue.length && !closed) {
      const entry = queue[0];
      setState(entry, words.sending);
      const outcome = await deliver(entry);
      if (outcome === "later") {
        failures += 1;
        queue.forEach((one) => setState(one, words.waiting));
        tell(entry.file ? words.file_waits : words.offline);
        retryTimer = setTimeout(pump, Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2));
        break;
      }
      if (outcome === "stay") break;
      failures = 0;
      tell("");
      queue.shift();
      keepQueue();
    }
    busy = false;
    if (!closed) settle();
  };

  const deliver = async (entry) => {
    let answer;
    try {
      answer = entry.file ? await upload(entry) : await post(entry);
    } catch {
      return "later";
    }
    const { status, data } = answer;
    if (status === 200 && Array.isArray(data?.messages)) {
      arrived(entry, data);
      return "done";
    }
    // No word of ours in the answer: a proxy or a café's sign-in page stands between us and the school.
    if (status >= 500 || [408, 425, 429].includes(status) || !data?.code) return "later";
    return refused(entry, data);
  };

  const arrived = (entry, data) => {
    release(entry);
    setState(entry, words.sent);
    const brings = data.messages.some(({ id }) => id > entry.known) || newest > entry.known;
    if (entry.path === "tap" && entry.label && brings) {
      const next = [...log.querySelectorAll("[data-id]")].find((one) => Number(one.dataset.id) > entry.known);
      setState({ bubble: showMine(entry.label, next) }, words.sent);
    }
    receive(data);
    // Whoever did something far above is brought to what came of it.
    showFrom([...log.querySelectorAll(".theirs")].find((one) => Number(one.dataset.id) > entry.known));
  };

  const refused = (entry, { code, problem }) => {
    release(entry);
    setState(entry, `${words.not_sent}. ${problem}`, true);
    if (code === "chat_closed" || code === "not_found") {
      close(problem);
      return "stay";  // the words stay on this phone
    }
    tell(problem);
    if (entry.path === "say" && !textBox.value) {
      textBox.value = entry.fields.text;
      draftChanged();
    }
    return "refused";
  };

  const release = (entry) => {
    document.querySelectorAll(`.choices button[value="${CSS.escape(entry.fields?.button ?? "")}"]`)
      .forEach((one) => one.removeAttribute("aria-busy"));
  };

  const post = async ({ path, key, fields }) => {
    const hasty = new AbortController();
    const timer = setTimeout(() => hasty.abort(), SEND_TIMEOUT_MS);
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ ...fields, key, after: String(newest) }),
        signal: hasty.signal,
      });
      return { status: response.status, data: await response.json().catch(() => null) };
    } finally {
      clearTimeout(timer);
    }
  };

  // XMLHttpRequest, because it alone tells how far an upload is.
  const upload = (entry) => new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("key", entry.key);
    form.append("after", String(newest));
    form.append("file", entry.file, entry.name);
    const request = new XMLHttpRequest();
    let stalled = setTimeout(() => request.abort(), STALLED_UPLOAD_MS);
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_UPLOAD_MS);
    };
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      alive();
      if (lengthComputable) setState(entry, `${words.sending} ${Math.floor((100 * loaded) / total)} %`);
    };
    request.onload = () => {
      clearTimeout(stalled);
      let data = null;
      try { data = JSON.parse(request.responseText); } catch { /* not ours */ }
      resolve({ status: request.status, data });
    };
    request.onerror = request.onabort = () => { clearTimeout(stalled); reject(new Error("upload")); };
    request.open("POST", entry.path);
    request.setRequestHeader("accept", "application/json");
    request.send(form);
  });

  // ---- typing

  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    textBox.style.height = "auto";
    textBox.style.height = `${textBox.scrollHeight + 3}px`;
  };
  const draftChanged = () => {
    keep("draft", textBox.value);
    grow();
    const empty = !textBox.value.trim();
    byId("record").hidden = !(empty && canRecord);
    byId("send").hidden = empty && canRecord;
  };
  const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = textBox.value;
    if (!text.trim()) return;
    textBox.value = "";
    enqueue({ path: "say", fields: { text }, label: text });
    draftChanged();
    window.scrollTo(0, document.documentElement.scrollHeight);
  });
  textBox.addEventListener("input", draftChanged);
  textBox.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!sends || !matchMedia("(hover: hover) and (pointer: fine)").matches) return;
    event.preventDefault();
    byId("say").requestSubmit();
  });

  // ---- tapping

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!button || !form.matches(".choices, [data-command]")) return;
    event.preventDefault();
    const path = form.matches(".choices") ? "tap" : "command";
    if (queue.some((entry) => entry.path === path && Object.values(entry.fields).includes(button.value))) return;
    if (path === "tap") button.setAttribute("aria-busy", "true");
    enqueue({ path, fields: { [button.name]: button.value }, label: path === "tap" ? button.textContent.trim() : "" });
  });

  // ---- files and recordings

  const fileBox = byId("file");
  const sendFile = (file, label, name) => {
    if (file.size > page.file_limit_mb * 1024 * 1024) {
      tell(words.too_large);
      return;
    }
    enqueue({ path: "file", file, name, label });
    window.scrollTo(0, document.documentElement.scrollHeight);
  };
  document.querySelectorAll("[data-pick]").forEach((button) => button.addEventListener("click", () => {
    fileBox.accept = button.dataset.pick;
    fileBox.click();
  }));
  fileBox.addEventListener("change", () => {
    const file = fileBox.files[0];
    if (!file) return;
    byId("attach").open = false;
    sendFile(file, file.type.startsWith("audio/") ? words.sound : words.photo, file.name);
    fileBox.value = "";
  });
  document.addEventListener("click", (event) => {
    if (!byId("attach").contains(event.target)) byId("attach").open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !byId("attach").open) return;
    byId("attach").open = false;
    byId("attach").querySelector("summary").focus();
  });

  let recorder = null;
  const showRecording = (on) => {
    byId("recording").hidden = !on;
    byId("writing").hidden = on;
  };
  byId("record").addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      tell(words.no_microphone);
      return;
    }
    tell("");
    const type = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
    const pieces = [];
    const began = Date.now();
    let wanted = false;
    recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 32_000 });
    const clock = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      byId("time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= RECORDING_MOST_S) byId("finish").click();
    }, 250);
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => {
      clearInterval(clock);
      stream.getTracks().forEach((track) => track.stop());
      const kind = recorder.mimeType || type || "audio/webm";
      recorder = null;
      showRecording(false);
      byId("time").textContent = "0:00";
      const blob = new Blob(pieces, { type: kind });
      if (wanted && blob.size) sendFile(blob, words.sound, "voice");
      byId("record").focus();
    };
    byId("finish").onclick = () => { wanted = true; recorder?.stop(); };
    byId("discard").onclick = () => recorder?.stop();
    recorder.start(1_000);
    showRecording(true);
    byId("finish").focus();
  });

  // ---- hearing: events where they come through, asking every few seconds where they do not

  let source = null;
  let pollTimer = 0;
  let helloTimer = 0;
  let againTimer = 0;

  const poll = async () => {
    clearTimeout(pollTimer);
    if (closed || document.hidden) return;
    try {
      const response = await fetch(`messages?after=${newest}`, { headers: { accept: "application/json" } });
      const data = await response.json();
      if (response.ok) receive(data);
      else if (["chat_closed", "not_found"].includes(data.code)) close(data.problem);
    } catch { /* the next round asks again */ }
    if (!closed && !source) pollTimer = setTimeout(poll, POLL_MS);
  };
  const listen = () => {
    clearTimeout(againTimer);
    source?.close();
    source = null;
    if (closed || document.hidden) return;
    if (!window.EventSource) { poll(); return; }
    source = new EventSource(`events?after=${newest}`);
    const giveUp = () => {
      clearTimeout(helloTimer);
      source?.close();
      source = null;
      poll();
      againTimer = setTimeout(listen, STREAM_AGAIN_MS);
    };
    helloTimer = setTimeout(giveUp, HELLO_WITHIN_MS);
    source.addEventListener("hello", () => { clearTimeout(helloTimer); clearTimeout(pollTimer); });
    source.onmessage = ({ data }) => receive(JSON.parse(data));
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) giveUp();
      else { clearTimeout(helloTimer); helloTimer = setTimeout(giveUp, HELLO_WITHIN_MS); }
    };
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; clearTimeout(pollTimer); return; }
    pump();
    poll();
    listen();
  });
  window.addEventListener("online", () => { failures = 0; pump(); poll(); listen(); });
  window.addEventListener("beforeunload", (event) => {
    if (recorder || queue.some((entry) => entry.file)) event.preventDefault();
  });

  // ---- begin

  textBox.value ||= kept("draft");
  keptQueue().forEach((entry) => {
    if (entry.path === "say") {
      entry.bubble = showMine(entry.label);
      setState(entry, words.waiting);
    }
    entry.known = newest;
    queue.push(entry);
  });
  draftChanged();
  if (location.hash !== "#main") showFrom(log.querySelector(".theirs:last-child"));
  pump();
  listen();
})();
