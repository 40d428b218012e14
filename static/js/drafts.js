// Keeps what is being typed in this tab until the server says it has it: a closed
// laptop or an expired session loses nothing. A form opts in by data-draft="<key>"; the
// page after a success names the key in data-sent-draft; the login page empties all.

const PREFIX = "draft:";

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "file", "password", "submit"].includes(field.type) && field.name !== "csrfmiddlewaretoken");
}

function rich(form) {
  return [...form.querySelectorAll("[data-html]")];
}

function isUntouched(form) {
  return [...form.querySelectorAll("textarea")].every((area) => area.value === area.defaultValue) && !form.hasAttribute("data-invalid");
}

function save(form) {
  const values = [...fields(form), ...rich(form)].map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? `${field.value}=${field.checked}` : field.value]);
  const written = fields(form).some((field) => field.tagName === "TEXTAREA" && field.value.trim() !== field.defaultValue.trim());
  const key = PREFIX + form.dataset.draft;
  if (written) sessionStorage.setItem(key, JSON.stringify(values));
  else sessionStorage.removeItem(key);
}

function restore(form) {
  const stored = sessionStorage.getItem(PREFIX + form.dataset.draft);
  if (!stored || !isUntouched(form)) return;
  const values = JSON.parse(stored);
  for (const field of [...fields(form), ...rich(form)]) {
    for (const [name, value] of values) {
      if (name !== field.name) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (value === `${field.value}=true`) field.checked = true;
        else if (value === `${field.value}=false`) field.checked = false;
      } else {
        field.value = value;
      }
    }
  }
  for (const area of form.querySelectorAll("textarea")) area.dispatchEvent(new Event("restore"));
  form.classList.add("open");
  form.closest(".replybox")?.classList.add("open");
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = false;
}

if (document.querySelector("[data-clear-drafts]")) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
for (const sent of document.querySelectorAll("[data-sent-draft]")) {
  sessionStorage.removeItem(PREFIX + sent.dataset.sentDraft);
}
// After the editors of this page, which load as modules before this one.
for (const form of document.querySelectorAll("form[data-draft]")) restore(form);

document.addEventListener("input", (event) => {
  const form = event.target.form ?? event.target.closest("form");
  if (form?.dataset.draft) save(form);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-discard]");
  if (!button) return;
  sessionStorage.removeItem(PREFIX + button.form.dataset.draft);
  window.location.reload();
});
