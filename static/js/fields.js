// Custom fields: values whose category does not fit the field they depend on are taken
// out of sight, and a field with several lines gets another when the last is used.
// Without this script all values are there, in groups, and the server checks.

function chosen(name, form) {
  const inputs = [...form.elements].filter((input) => input.name === name);
  return inputs.flatMap((input) => {
    if (input.type === "checkbox" || input.type === "radio") return input.checked ? [input.value] : [];
    if (input.type === "hidden") return [];
    if (input.selectedOptions) return [...input.selectedOptions].map((option) => option.value);
    return [input.value];
  }).filter(Boolean).map((value) => value.toLowerCase());
}

function allow(element, isAllowed) {
  element.hidden = !isAllowed;
  element.disabled = !isAllowed;
}

function narrow(holder) {
  const form = holder.closest("form");
  const values = chosen(holder.dataset.basedOn, form);
  // Nothing to go by on this form: the server knows the other field.
  if (![...form.elements].some((input) => input.name === holder.dataset.basedOn)) return;
  const fits = (category) => !category || values.includes(category.toLowerCase());
  for (const group of holder.querySelectorAll("optgroup")) {
    const isAllowed = fits(group.label);
    allow(group, isAllowed);
    for (const option of group.children) {
      option.hidden = !isAllowed;
      if (!isAllowed) option.selected = false;
    }
  }
  for (const option of holder.querySelectorAll("option[data-category]")) option.disabled = !fits(option.dataset.category);
  for (const label of holder.querySelectorAll("label[data-category]")) {
    const isAllowed = fits(label.dataset.category);
    const input = label.querySelector("input");
    allow(input, isAllowed);
    label.hidden = !isAllowed;
    if (!isAllowed) input.checked = false;
  }
}

function narrowAll(within) {
  for (const holder of within.querySelectorAll("form [data-based-on]")) narrow(holder);
}

function addLine(input) {
  const lines = input.closest("[data-lines]");
  if (!lines || input !== lines.lastElementChild || !input.value) return;
  const limit = Number(lines.dataset.lines);
  if (limit && lines.children.length >= limit) return;
  const next = input.cloneNode();
  next.value = "";
  next.id = `${input.id}_${lines.children.length}`;
  next.setAttribute("aria-label", `Value ${lines.children.length + 1}`);
  next.removeAttribute("value");
  lines.append(next);
  window.htmx?.process(next);
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form) narrowAll(form.parentNode);
});
document.addEventListener("input", (event) => addLine(event.target));
narrowAll(document);
document.addEventListener("htmx:load", (event) => narrowAll(event.detail.elt.parentNode ?? document));
