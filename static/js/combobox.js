// Text boxes with suggestions, after the combobox pattern of WAI-ARIA: the focus stays
// in the box, arrows go through the list, Enter takes the option chosen, Escape closes.
// htmx brings the options; each has data-text (what the box becomes) or data-url.

const PATIENCE = 1000;
const BOX = "input[role=combobox]";
const chosen = new WeakMap();
const dismissed = new WeakSet();
// Boxes whose options are still those of an earlier text, with the steps to be made
// once theirs have come: an arrow pressed quickly must not choose what was there before.
const awaited = new WeakMap();

const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
const optionsOf = (box) => [...listOf(box).querySelectorAll("[role=option]")];
const isOpen = (box) => box.getAttribute("aria-expanded") === "true";
const activeOf = (box) => document.getElementById(box.getAttribute("aria-activedescendant"));

function close(box) {
  listOf(box).hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function open(box) {
  const options = optionsOf(box);
  options.forEach((option, index) => { option.id = `${listOf(box).id}-${index}`; });
  const waiting = awaited.get(box);
  awaited.delete(box);
  const isShown = options.length > 0 && document.activeElement === box && !dismissed.has(box);
  if (!isShown) {
    close(box);
    if (waiting?.isEntered) box.form.requestSubmit();
    return;
  }
  listOf(box).hidden = false;
  box.setAttribute("aria-expanded", "true");
  box.removeAttribute("aria-activedescendant");
  if (!waiting?.steps) return;
  step(box, waiting.steps);
  if (waiting.isEntered) enter(box);
}

function enter(box) {
  if (activeOf(box)) take(box, activeOf(box));
  else box.form.requestSubmit();
}

function activate(box, option) {
  for (const other of optionsOf(box)) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function step(box, by) {
  const options = optionsOf(box);
  const current = options.indexOf(activeOf(box));
  // One place beside the list is the box itself, with what was typed.
  const places = options.length + 1;
  const next = (current + 1 + by + places) % places;
  activate(box, next === 0 ? null : options[next - 1]);
}

function take(box, option) {
  if (option.dataset.url) {
    close(box);
    window.location.assign(option.dataset.url);
    return;
  }
  box.value = option.dataset.text;
  box.setSelectionRange(box.value.length, box.value.length);
  const goesOn = /[:.]$/.test(box.value);
  if (!goesOn) chosen.set(box, box.value);
  close(box);
  const runs = box.type === "search" && !goesOn;
  if (runs) box.form.requestSubmit();
  else box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Before the shortcuts of the page, which would leave the box at once on Escape.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(BOX);
  if (!box || event.isComposing) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const waiting = awaited.get(box);
  const isWaiting = waiting && Date.now() - waiting.since < PATIENCE;
  if (isWaiting && (by || (event.key === "Enter" && waiting.steps))) {
    if (by) waiting.steps += by;
    else waiting.isEntered = true;
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (by === 1 && !isOpen(box) && optionsOf(box).length > 0) {
    dismissed.delete(box);
    open(box);
  }
  if (!isOpen(box)) return;
  if (by) step(box, by);
  else if (event.key === "Enter" && activeOf(box)) take(box, activeOf(box));
  else if (event.key === "Escape") { dismissed.add(box); close(box); }
  else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.(BOX) || box.value === chosen.get(box)) return;
  dismissed.delete(box);
  awaited.set(box, { since: Date.now(), steps: 0 });
  activate(box, null);
}, { capture: true });

document.addEventListener("mousedown", (event) => {
  // A press on the list must not take the focus out of the box.
  if (event.target.closest("[role=listbox]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[role=listbox] [role=option]");
  if (!option) return;
  const box = document.querySelector(`[aria-controls="${option.closest("[role=listbox]").id}"]`);
  if (box) take(box, option);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(BOX)) close(event.target);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const box = event.detail.elt;
  if (!box.matches?.(BOX)) return;
  if (box.value === chosen.get(box)) event.preventDefault();
  else chosen.delete(box);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.detail.requestConfig?.elt;
  if (box?.matches?.(BOX)) open(box);
});
