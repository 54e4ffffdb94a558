// Live states: cells marked data-state-of="<line>" below an element with data-live="<address>" follow a stream.
(() => {
  "use strict";

  const MOST = 200; // lines one stream may follow
  const QUIET_MS = 12000; // the server gives a sign of life every 5 s
  const PATIENCE_MS = 2000; // a short break is not worth a word
  const PARK_MS = 10000; // a hidden page gives its connection back
  const LONGEST_RETRY_MS = 30000;

  let source = null;
  let wanted = ""; // the address followed, "" = none
  let known = {};
  let alive = 0; // when the last sign of life came
  let retries = 0;
  let over = false; // this reader may no longer follow
  const timers = {};

  const later = (name, work, delay) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, delay);
  };
  const never = (name) => clearTimeout(timers[name]);

  const cells = () => document.querySelectorAll("[data-live] [data-state-of]");

  const address = () => {
    const area = document.querySelector("[data-live]");
    if (!area) return "";
    const ids = new Set(Array.from(area.querySelectorAll("[data-state-of]"), (cell) => cell.dataset.stateOf));
    const sorted = Array.from(ids, Number).filter(Number.isInteger).sort((a, b) => a - b).slice(0, MOST);
    return sorted.length ? `${area.dataset.live}?ids=${sorted.join(",")}` : "";
  };

  const paint = () => {
    cells().forEach((cell) => {
      const state = known[cell.dataset.stateOf];
      if (!state) return;
      if (cell.textContent !== state.text) cell.textContent = state.text;
      if (cell.classList.contains(`is-${state.kind}`)) return;
      cell.classList.forEach((name) => {
        if (name.startsWith("is-")) cell.classList.remove(name);
      });
      cell.classList.add(`is-${state.kind}`);
    });
  };

  // The only words that are announced: that the figures stand still, and since when.
  const say = (text) => {
    const notice = document.getElementById("connection-lost");
    if (notice && notice.textContent !== text) notice.textContent = text;
    document.querySelectorAll("[data-live]").forEach((area) => area.classList.toggle("is-standing-still", text !== ""));
  };
  const time = (zone) => {
    const language = `${document.documentElement.lang || "fr"}-CA`;
    return new Intl.DateTimeFormat(language, { timeStyle: "medium", timeZone: zone || undefined }).format(alive);
  };
  const sayLost = () => {
    const notice = document.getElementById("connection-lost");
    if (!notice) return;
    const text = over ? notice.dataset.ended : notice.dataset.lost;
    say((text || "").replace("{time}", time(notice.dataset.zone)));
  };

  const close = () => {
    if (source) source.close();
    source = null;
    never("watch");
  };

  const lost = () => {
    close();
    if (over) return;
    later("say", sayLost, PATIENCE_MS);
    const delay = Math.min(1000 * 2 ** retries, LONGEST_RETRY_MS);
    retries += 1;
    later("retry", open, delay * (0.75 + Math.random() / 2));
  };

  const sign = () => {
    alive = Date.now();
    retries = 0;
    never("say");
    say("");
    later("watch", lost, QUIET_MS);
  };

  function open() {
    close();
    never("retry");
    wanted = address();
    if (!wanted || over) return;
    if (!alive) alive = Date.now();
    const opened = new EventSource(wanted);
    source = opened;
    later("watch", lost, QUIET_MS);
    opened.addEventListener("message", (event) => {
      if (source !== opened) return;
      Object.assign(known, JSON.parse(event.data));
      paint();
      sign();
    });
    opened.addEventListener("beat", () => {
      if (source === opened) sign();
    });
    opened.addEventListener("ended", () => {
      over = true;
      close();
      never("say");
      sayLost();
    });
    opened.addEventListener("error", () => {
      if (source === opened) lost();
    });
  }

  const stop = () => {
    close();
    ["retry", "say", "park", "rescan"].forEach(never);
  };

  const rescan = () => {
    if (address() === wanted && source) {
      paint(); // the stream has told these already
      return;
    }
    known = {};
    retries = 0;
    open();
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      later("park", stop, PARK_MS);
      return;
    }
    never("park");
    retries = 0;
    if (!source) open();
  });
  document.addEventListener("htmx:afterSwap", () => later("rescan", rescan, 300));
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", open);
  else open();
})();
