// Small comforts on top of pages that work without them.
(() => {
  "use strict";

  // A form with unsaved changes asks before it is left; one save at a time.
  let dirty = false;
  let leaving = false;
  const guarded = () => document.querySelector("form[data-guard]");

  document.addEventListener("input", (event) => {
    if (event.target.closest("main form[data-guard]")) dirty = true; // a dialog asks by itself
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (leaving) {
      event.preventDefault();
      return;
    }
    const form = event.target;
    const pressed = event.submitter;
    if (dirty && pressed && pressed.hasAttribute("data-undo")) return; // asks before the entries are lost
    if (form.matches("form[data-guard]") || form.matches("form[data-once]")) {
      leaving = true;
      dirty = false;
      if (pressed) pressed.setAttribute("aria-busy", "true");
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    document.querySelectorAll("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  // "= 4 rings" beside a number of seconds; one ring is 5 s.
  const rings = (field) => {
    const hint = document.getElementById(field.dataset.rings);
    if (!hint) return;
    const seconds = Number.parseInt(field.value, 10);
    if (!Number.isFinite(seconds) || seconds < 1) {
      hint.textContent = "";
      return;
    }
    const count = seconds / 5;
    const language = document.documentElement.lang || "fr";
    const rule = new Intl.PluralRules(language).select(count);
    const words = rule === "one" ? hint.dataset.one : hint.dataset.many;
    hint.textContent = words.replace("{n}", new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(count));
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-rings]")) rings(event.target);
  });

  // Menus made of <details> close when the focus or the pointer goes elsewhere, and on Escape.
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) close(menu);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      close(menu);
      menu.querySelector("summary").focus();
    });
  });

  // Buttons that copy a text: there only where the browser can copy; the text can be selected by hand anyway.
  const offerCopies = (root) =>
    root.querySelectorAll("button[data-copy]").forEach((button) => (button.hidden = !navigator.clipboard));
  document.addEventListener("DOMContentLoaded", () => offerCopies(document));
  document.addEventListener("htmx:afterSwap", (event) => offerCopies(event.detail.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(() => {
      button.textContent = button.dataset.copied;
    });
  });

  document.addEventListener("DOMContentLoaded", () => {
    const form = guarded();
    if (form && form.hasAttribute("data-unsaved")) dirty = true;
    // After a save the receipt is what one reads next, and Tab goes on from it.
    const receipt = form && form.querySelector("#receipt");
    if (receipt) receipt.focus({ preventScroll: true });
  });
})();
