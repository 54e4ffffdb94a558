// The frame: the drawer on narrow screens, help beside the page, dialogs with their own address, the search key.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);

  // The drawer of the side bar.
  const drawer = () => document.querySelector("[data-drawer]");
  const openDrawer = (open) => {
    const sidebar = byId("sidebar");
    const button = drawer();
    if (!sidebar || !button) return;
    sidebar.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) sidebar.querySelector("a").focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drawer]");
    if (button) openDrawer(button.getAttribute("aria-expanded") !== "true");
    else if (!event.target.closest("#sidebar") && drawer()?.getAttribute("aria-expanded") === "true") openDrawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drawer()?.getAttribute("aria-expanded") === "true") {
      openDrawer(false);
      drawer().focus();
    }
  });

  // "/" goes to the search of everything, unless something is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = byId("everything");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".everywhere")) clearFound();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.id === "everything") clearFound();
  });
  const clearFound = () => {
    const found = byId("everything-found");
    if (found) found.replaceChildren();
  };

  // Help beside the page.
  let helpFrom = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-help]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const panel = byId("help-panel");
    if (!panel) return;
    event.preventDefault();
    helpFrom = link;
    openDrawer(false);
    window.htmx.ajax("GET", link.href, { target: "#help-panel", swap: "innerHTML" }).then(() => {
      panel.hidden = false;
      document.body.classList.add("has-help");
      panel.focus();
    });
  });
  const closeHelp = () => {
    const panel = byId("help-panel");
    if (!panel || panel.hidden) return false;
    panel.hidden = true;
    document.body.classList.remove("has-help");
    if (helpFrom) helpFrom.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-help]")) closeHelp();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#help-panel")) closeHelp();
  });

  // Dialogs: the page of a link marked data-dialog, laid over this one; the address is its own.
  const dialog = () => byId("dialog");
  let below = null;
  let address = "";
  let changed = false;
  let opener = ""; // where the focus returns to when the page below is loaded again
  const AFTERWARDS = "focus-afterwards";
  const load = (address) =>
    window.htmx.ajax("GET", address, { target: "#dialog-body", swap: "innerHTML", headers: { "HX-Dialog": "1" } });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !dialog()) return;
    event.preventDefault();
    const menu = link.closest("details[data-menu]");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    }
    if (!dialog().open) {
      below = window.location.href;
      const row = link.closest("tr[id]");
      opener = row ? `#${row.id} summary` : link.closest(".line-menu") ? ".line-menu > summary" : "";
    }
    const wanted = new URL(link.href);
    // From the page below, its own address as it stands; a link inside a dialog may know better.
    if (!dialog().open || !wanted.searchParams.has("back")) {
      const back = new URL(below);
      back.searchParams.delete("receipt"); // of an earlier save: coming back is not saving again
      wanted.searchParams.set("back", back.pathname + back.search);
    }
    load(wanted.href).then(() => {
      if (!dialog().open) dialog().showModal();
      focusFirst();
      address = wanted.href;
      window.history.pushState({ dialog: true }, "", address);
    });
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "dialog-body") return;
    changed = false;
    const title = event.detail.target.querySelector("h1, h2");
    if (title) {
      title.id = title.id || "dialog-title";
      dialog().setAttribute("aria-labelledby", title.id);
    }
    event.detail.target.querySelectorAll("form[method=post]").forEach((form) => {
      if (form.hasAttribute("data-whole-page")) return;
      form.setAttribute("hx-post", form.getAttribute("action") || window.location.href);
      form.setAttribute("hx-target", "#dialog-body");
      form.setAttribute("hx-swap", "innerHTML");
      form.setAttribute("hx-headers", '{"HX-Dialog": "1"}');
      form.setAttribute("hx-disabled-elt", "find button[type=submit]");
      if (form.querySelector("input[type=file]")) form.setAttribute("hx-encoding", "multipart/form-data");
      window.htmx.process(form);
      if (form.hasAttribute("data-unsaved")) changed = true;
    });
    if (dialog().open) focusFirst();
  });
  const focusFirst = () => {
    const body = byId("dialog-body");
    const first = body.querySelector("[autofocus], .is-invalid, [aria-invalid=true]") || body.querySelector("h1, h2");
    if (!first) return;
    if (first.matches("h1, h2")) first.tabIndex = -1;
    first.focus();
  };
  document.addEventListener("input", (event) => {
    if (event.target.closest("#dialog-body form[method=post]")) changed = true;
  });

  // What was saved shows on the page below: no entry is lost, and the focus returns to where it was.
  const comeBack = () => {
    changed = false;
    window.sessionStorage.setItem(AFTERWARDS, opener);
  };
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.target?.id === "dialog-body" && event.detail.xhr.getResponseHeader("HX-Redirect")) comeBack();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#dialog-body a.btn-primary")) comeBack();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const selector = window.sessionStorage.getItem(AFTERWARDS);
    window.sessionStorage.removeItem(AFTERWARDS);
    if (selector) document.querySelector(selector)?.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (dialog()?.open && changed) event.preventDefault();
  });

  const close = () => {
    if (changed && !window.confirm(dialog().dataset.unsavedQuestion)) return;
    changed = false;
    dialog().close();
  };
  document.addEventListener("click", (event) => {
    if (!dialog()?.open) return;
    const leaving = event.target.closest("[data-close-dialog], #dialog-body a[data-cancel]");
    if (!leaving && event.target !== dialog()) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("DOMContentLoaded", () => {
    dialog()?.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    dialog()?.addEventListener("close", () => {
      byId("dialog-body").replaceChildren();
      if (below) window.history.replaceState(null, "", below);
      below = null;
    });
  });
  window.addEventListener("popstate", () => {
    if (!dialog()?.open) return;
    if (changed && !window.confirm(dialog().dataset.unsavedQuestion)) {
      window.history.pushState({ dialog: true }, "", address);
      return;
    }
    changed = false;
    dialog().close();
  });
})();
