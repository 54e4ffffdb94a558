// Loaded before anything is painted: the look is the reader's choice, else the system's, also when that changes.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = root.dataset.theme;
  const apply = () => {
    const theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    root.setAttribute("data-bs-theme", theme);
  };
  dark.addEventListener("change", apply);
  apply();
})();
