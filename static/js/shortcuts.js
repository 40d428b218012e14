// Single-key shortcuts. An element offers itself by data-key="c"; j and k walk the
// rows marked data-row. They can be turned off in the help dialog (WCAG 2.1.4),
// which is remembered on this device.

const OFF = "shortcuts-off";

function isTyping(target) {
  return target.closest("input, select, textarea, [contenteditable], dialog[open]") !== null;
}

function isShown(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isShown);
  if (rows.length === 0) return;
  const current = rows.findIndex((row) => row.classList.contains("chosen"));
  const next = Math.min(rows.length - 1, Math.max(0, current === -1 ? 0 : current + step));
  rows[current]?.classList.remove("chosen");
  rows[next].classList.add("chosen");
  rows[next].scrollIntoView({ block: "nearest" });
  rows[next].querySelector("a[href]")?.focus({ preventScroll: true });
}

function openHelp() {
  document.getElementById("shortcut-help")?.showModal();
}

function activate(key) {
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown);
  if (!element) return false;
  if (element.matches("input, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("[role=search] input")) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (localStorage.getItem(OFF)) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "?") openHelp();
  else if (!activate(event.key)) return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcut-help]")) openHelp();
});

const toggle = document.querySelector("[data-shortcut-toggle]");
if (toggle) {
  toggle.checked = !localStorage.getItem(OFF);
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}
