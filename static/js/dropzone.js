// Files can be dropped anywhere on the form or chosen several times; the list shows
// what will be sent and lets one be taken back.

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function enhance(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-files]");
  if (!input || !list || zone.dataset.ready) return;
  zone.dataset.ready = "yes";
  let chosen = [];

  const show = () => {
    const transfer = new DataTransfer();
    for (const file of chosen) transfer.items.add(file);
    input.files = transfer.files;
    list.replaceChildren(...chosen.map((file, index) => {
      const item = document.createElement("li");
      item.className = "file";
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "linkbutton";
      remove.textContent = "remove";
      remove.setAttribute("aria-label", `Remove ${file.name}`);
      remove.addEventListener("click", () => {
        chosen = chosen.filter((_, other) => other !== index);
        show();
      });
      item.append(file.name, Object.assign(document.createElement("span"), { className: "muted", textContent: size(file.size) }), remove);
      return item;
    }));
  };
  const add = (files) => {
    chosen = [...chosen, ...files];
    show();
  };

  input.addEventListener("change", () => add(input.files));
  const area = zone.closest("form") ?? zone;
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  area.addEventListener("dragleave", (event) => {
    if (!area.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  area.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    zone.classList.remove("over");
    add(event.dataTransfer.files);
  });
}

function enhanceAll() {
  for (const zone of document.querySelectorAll("[data-dropzone]")) enhance(zone);
}

enhanceAll();
document.addEventListener("htmx:load", enhanceAll);
