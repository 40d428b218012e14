// Lists of results: choose all rows of the page, and say how many are chosen. Inside a
// row's own form Escape puts the row back.

const picks = () => [...document.querySelectorAll(".pick input[name=id]")];

function count() {
  const boxes = picks();
  const chosen = boxes.filter((box) => box.checked).length;
  for (const all of document.querySelectorAll("[data-pick-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const place of document.querySelectorAll("[data-pick-count]")) {
    place.textContent = chosen ? `(${chosen})` : "";
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    for (const box of picks()) box.checked = event.target.checked;
  }
  if (event.target.closest(".pick")) count();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest(".cellform")?.querySelector("[data-cancel]")?.click();
});

// The form takes the place of what was clicked: so does the keyboard's focus. A row that
// is drawn anew keeps its choice.
let chosenBefore = "";
let editedBefore = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  const box = event.detail.target.closest?.("[data-row]")?.querySelector(".pick input");
  chosenBefore = box?.checked ? box.value : "";
  const form = document.activeElement?.closest(".cellform");
  editedBefore = form?.getAttribute("action") ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  document.querySelector(".cellform :is(select, input:not([type=hidden]))")?.focus();
  if (editedBefore) document.querySelector(`a.edit[hx-get^="${editedBefore}"]`)?.focus();
  const box = picks().find((each) => each.value === chosenBefore);
  if (box) box.checked = true;
  count();
});

count();
