// Lists: the selection survives paging and searching; it is kept for this tab, by list.
(() => {
  "use strict";
  const holder = () => document.querySelector("[data-list]");
  const SENT = "selection-sent";
  const key = () => `selection:${holder().dataset.list}:${window.location.pathname}`;
  const read = () => {
    try {
      return new Set(JSON.parse(window.sessionStorage.getItem(key()) || "[]"));
    } catch {
      return new Set();
    }
  };
  const write = (chosen) => window.sessionStorage.setItem(key(), JSON.stringify([...chosen]));

  const show = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!holder() || !bar) return;
    const chosen = read();
    const boxes = [...document.querySelectorAll("input[name=selected]")];
    boxes.forEach((box) => {
      box.checked = chosen.has(box.value);
      box.closest("tr").classList.toggle("is-selected", box.checked);
    });
    const all = document.querySelector("[data-tick-all]");
    if (all) {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    bar.classList.toggle("is-shown", chosen.size > 0);
    const words = chosen.size === 1 ? bar.dataset.one : bar.dataset.many;
    const count = bar.querySelector(".bulk-count");
    const text = chosen.size ? words.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(chosen.size)) : "";
    if (count.textContent !== text) count.textContent = text;
  };

  document.addEventListener("change", (event) => {
    if (!holder()) return;
    const chosen = read();
    if (event.target.matches("input[name=selected]")) {
      if (event.target.checked) chosen.add(event.target.value);
      else chosen.delete(event.target.value);
    } else if (event.target.matches("[data-tick-all]")) {
      document.querySelectorAll("input[name=selected]").forEach((box) => {
        if (event.target.checked) chosen.add(box.value);
        else chosen.delete(box.value);
      });
    } else return;
    write(chosen);
    show();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-clear]")) return;
    write(new Set());
    show();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-bulk]")) return;
    const everything = document.createElement("input");
    everything.type = "hidden";
    everything.name = "selected";
    everything.value = [...read()].join(",");
    event.target.append(everything);
    window.sessionStorage.setItem(SENT, key());
  });
  // What was done with the selection needs it no longer; what was cancelled still does.
  const forget = () => {
    if (!holder()) return;
    const done = new URLSearchParams(window.location.search).has("receipt");
    if (done && window.sessionStorage.getItem(SENT) === key()) write(new Set());
    window.sessionStorage.removeItem(SENT);
  };
  // After htmx has settled: until then it still puts attributes back as they came.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "list" || event.target.querySelector?.("#list")) show();
  });
  document.addEventListener("DOMContentLoaded", forget);
  document.addEventListener("DOMContentLoaded", show);
  window.addEventListener("pageshow", show);
})();
