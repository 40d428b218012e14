/* Offer for each grouping the parts its field has. Without this script a part that
   does not fit is passed over. */

function fit(row) {
  const [field, part] = row.querySelectorAll("select");
  const kind = field.selectedOptions[0]?.dataset.kind ?? "";
  for (const group of part.querySelectorAll("optgroup")) {
    const fits = group.dataset.kind === kind;
    group.hidden = !fits;
    group.disabled = !fits;
  }
  if (part.selectedOptions[0]?.closest("optgroup")?.disabled) part.value = "";
  part.disabled = kind === "";
  part.hidden = kind === "";
}

for (const row of document.querySelectorAll("[data-grouping]")) {
  fit(row);
  row.addEventListener("change", () => fit(row));
}
