// The builder beyond what htmx does. What is typed while an answer is under way is put
// back when the answer has replaced the inputs. A button opens the browser's own
// calendar, and the day chosen is written into the text box, where words do as well.

const TEXTS = "#builder :is(input[type=text], textarea)";
let sent = new Map();
let typed = new Map();

const isOurs = (element) => element?.closest?.("#builder") && !element.matches("[role=combobox]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOurs(event.detail.elt)) return;
  sent = new Map([...document.querySelectorAll(TEXTS)].map((box) => [box.id, box.value]));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event.detail.requestConfig.elt)) return;
  const changed = [...document.querySelectorAll(TEXTS)].filter((box) => sent.has(box.id) && sent.get(box.id) !== box.value);
  typed = new Map(changed.map((box) => [box.id, { value: box.value, at: box.selectionStart }]));
});

document.addEventListener("htmx:afterSettle", (event) => {
  const kept = typed;
  typed = new Map();
  for (const [id, { value, at }] of kept) {
    const box = document.getElementById(id);
    if (!box || box.value === value) continue;
    box.value = value;
    if (document.activeElement === box) box.setSelectionRange(at, at);
    tell(box);
  }
  // htmx listens to new inputs a moment after they can be typed into.
  if (!["builder", "rows"].includes(event.target.id)) return;
  const unheard = [...event.target.querySelectorAll(".value")].find((box) => !kept.has(box.id) && box.value !== box.defaultValue && box.matches("input[type=text], textarea"));
  if (unheard) tell(unheard);
});

function tell(box) {
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function equip(root) {
  for (const button of root.querySelectorAll("[data-picks][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picks]");
  if (!button) return;
  const picker = button.parentElement.querySelector(".picker");
  picker.hidden = false;
  const day = document.getElementById(button.dataset.picks).value.match(/^\d{4}-\d\d-\d\d/);
  picker.value = day ? day[0] : "";
  picker.showPicker();
});

document.addEventListener("change", (event) => {
  const picker = event.target.closest(".picker");
  if (!picker || !picker.value) return;
  const text = document.getElementById(picker.parentElement.querySelector("[data-picks]").dataset.picks);
  text.value = picker.value;
  tell(text);
  text.focus();
});

document.addEventListener("htmx:load", (event) => equip(event.detail.elt));
equip(document);
