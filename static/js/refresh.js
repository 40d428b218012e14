// Reloads the page as often as the reader chose, but never while something typed
// would be lost. Without script the page carries a meta refresh instead.

const seconds = Number(document.body.dataset.refresh);

function isDirty() {
  return [...document.querySelectorAll("form[method=post] :is(input, textarea, select)")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected && option.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

if (seconds > 0) {
  setInterval(() => {
    if (!isDirty() && !document.querySelector("dialog[open], details.menu[open]")) window.location.reload();
  }, seconds * 1000);
}

// Choosing an interval in the menu applies at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});
