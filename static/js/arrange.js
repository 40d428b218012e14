// Arranging a dashboard by mouse and by keyboard. Every move is a request; the answer is
// the whole arrangement, so what is shown is what is kept. Without script the arrow
// buttons do the same.

const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

let held = null; // the part moved by keyboard: { key, from }
let dragged = null; // the key of the part under the mouse
let focusOn = ""; // what has the focus again once the arrangement is drawn anew

function arrangement() {
  return document.getElementById("arrangement");
}

function say(text) {
  document.getElementById("arrange-said").textContent = text;
}

function prepare() {
  for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
  for (const part of arrangement().querySelectorAll("[data-part]")) part.draggable = true;
  if (held) gripOf(held.key)?.setAttribute("aria-pressed", "true");
}

function gripOf(key) {
  return document.getElementById(`part-${key}-grip`);
}

function nameOf(grip) {
  return grip.getAttribute("aria-label").replace(/^Move /, "");
}

function send(url, values) {
  return window.htmx.ajax("POST", url, { target: "#arrangement", swap: "outerHTML", values });
}

function move(key, to) {
  focusOn = `part-${key}-grip`;
  send(arrangement().dataset.moveUrl, { key, to });
}

function place(key, { row, column, position }) {
  focusOn = `part-${key}-grip`;
  send(arrangement().dataset.placeUrl, { key, row, column, position });
}

function placeOf(part) {
  const column = part.closest(".column");
  const position = [...column.querySelectorAll("[data-part]")].indexOf(part);
  return { row: column.dataset.rowNumber, column: column.dataset.column, position };
}

// --- keyboard ---------------------------------------------------------------------

function grab(grip) {
  const part = grip.closest("[data-part]");
  held = { key: part.dataset.part, from: placeOf(part) };
  grip.setAttribute("aria-pressed", "true");
  say(`${nameOf(grip)} is held. Arrow keys move it, Space lets it go, Escape puts it back.`);
}

function letGo(grip) {
  held = null;
  grip.setAttribute("aria-pressed", "false");
  say(`${nameOf(grip)} stays here.`);
}

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = grip.closest("[data-part]").dataset.part;
  const isHeld = held?.key === key;
  if (event.key === " " || event.key === "Enter") {
    if (isHeld) letGo(grip);
    else grab(grip);
  } else if (isHeld && event.key === "Escape") {
    const { from } = held;
    held = null;
    place(key, from);
  } else if (isHeld && ARROWS[event.key]) {
    move(key, ARROWS[event.key]);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});

// --- mouse ------------------------------------------------------------------------

// Where in a column something dropped at this height belongs, without the part itself.
function target(column, y) {
  const parts = [...column.querySelectorAll("[data-part]")].filter((part) => part.dataset.part !== dragged);
  const position = parts.findIndex((part) => {
    const box = part.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return { parts, position: position === -1 ? parts.length : position };
}

function unmark() {
  for (const marked of document.querySelectorAll(".before, .after, .over")) marked.classList.remove("before", "after", "over");
}

document.addEventListener("dragstart", (event) => {
  const part = event.target.closest?.("[data-part]");
  if (!part || event.target.closest("input, select, details[open]")) return;
  dragged = part.dataset.part;
  part.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged);
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.(".column");
  if (dragged === null) return;
  unmark();
  if (!column) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  const { parts, position } = target(column, event.clientY);
  column.classList.add("over");
  if (position < parts.length) parts[position].classList.add("before");
  else parts.at(-1)?.classList.add("after");
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.(".column");
  if (dragged === null || !column) return;
  event.preventDefault();
  const { position } = target(column, event.clientY);
  place(dragged, { row: column.dataset.rowNumber, column: column.dataset.column, position });
});

document.addEventListener("dragend", () => {
  unmark();
  document.querySelector(".dragged")?.classList.remove("dragged");
  dragged = null;
});

// --- after each answer ------------------------------------------------------------

document.addEventListener("htmx:afterSettle", () => {
  prepare();
  if (focusOn) document.getElementById(focusOn)?.focus();
  focusOn = "";
});

prepare();
