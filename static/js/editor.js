// Rich text over a plain textarea: Squire edits, and every change writes the HTML to
// the hidden field named by data-html and the plain text to the textarea, so that the
// form posts both. Without this script the textarea is all there is, and it works.
// Where data-editor is "html" the textarea itself holds HTML, written once it is edited.

const ACTIONS = {
  bold: (squire) => (squire.hasFormat("B") ? squire.removeBold() : squire.bold()),
  italic: (squire) => (squire.hasFormat("I") ? squire.removeItalic() : squire.italic()),
  underline: (squire) => (squire.hasFormat("U") ? squire.removeUnderline() : squire.underline()),
  list: (squire) => (squire.hasFormat("UL") ? squire.removeList() : squire.makeUnorderedList()),
  numbers: (squire) => (squire.hasFormat("OL") ? squire.removeList() : squire.makeOrderedList()),
  quote: (squire) => (squire.hasFormat("BLOCKQUOTE") ? squire.decreaseQuoteLevel() : squire.increaseQuoteLevel()),
  code: (squire) => squire.toggleCode(),
  link: askForLink,
  plain: (squire) => squire.removeAllFormatting(),
  undo: (squire) => squire.undo(),
  redo: (squire) => squire.redo(),
};

const BLOCKS = new Set(["DIV", "P", "LI", "PRE", "BLOCKQUOTE", "UL", "OL", "TABLE", "TR", "H1", "H2", "H3", "H4"]);

function askForLink(squire) {
  if (squire.hasFormat("A")) return squire.removeLink();
  const address = window.prompt("Link to", "https://");
  if (address && /^(https?:|mailto:)/i.test(address)) squire.makeLink(address);
}

function escapeText(text) {
  const holder = document.createElement("div");
  holder.textContent = text;
  return holder.innerHTML;
}

function textToHtml(text) {
  return text.split(/\r?\n/).map((line) => `<div>${escapeText(line) || "<br>"}</div>`).join("");
}

// Plain text as a mail reader shows it: "> " before quoted lines, "* " before items.
function htmlToText(node, prefix = "") {
  let text = "";
  const startLine = () => {
    if (text && !text.endsWith("\n")) text += "\n";
  };
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      text += child.data.replaceAll("\u200b", "").replaceAll("\u00a0", " ");
    } else if (child.nodeName === "BR") {
      if (child !== node.lastChild) text += "\n";
    } else if (child.nodeName === "BLOCKQUOTE") {
      startLine();
      text += htmlToText(child).replace(/\n$/, "").split("\n").map((line) => `> ${line}`).join("\n") + "\n";
    } else if (BLOCKS.has(child.nodeName)) {
      startLine();
      const mark = child.nodeName === "LI" ? (node.nodeName === "OL" ? `${[...node.children].indexOf(child) + 1}. ` : "* ") : "";
      text += mark + htmlToText(child).replace(/\n$/, "") + "\n";
    } else if (child.nodeName === "A" && child.href && !child.textContent.includes("://") && /^https?:/.test(child.href)) {
      text += `${htmlToText(child)} <${child.href}>`;
    } else {
      text += htmlToText(child);
    }
  }
  return prefix + text;
}

function isFormatted(root) {
  return root.querySelector("b, i, u, strong, em, ul, ol, blockquote, code, pre, a, table, img, h1, h2, h3") !== null;
}

function enhance(holder) {
  const area = holder.querySelector("textarea");
  const hidden = holder.querySelector("[data-html]");
  const toolbar = holder.querySelector("[data-toolbar]");
  const isSource = holder.dataset.editor === "html";
  if (!area || !(hidden || isSource) || !window.Squire || holder.dataset.ready) return;
  holder.dataset.ready = "yes";

  const root = document.createElement("div");
  root.className = "writing";
  root.setAttribute("role", "textbox");
  root.setAttribute("aria-multiline", "true");
  const label = holder.closest(".field")?.querySelector("label");
  root.setAttribute("aria-label", area.getAttribute("aria-label") || label?.textContent.trim() || "Message");
  area.hidden = true;
  area.required = false;
  area.after(root);
  toolbar.hidden = false;

  const squire = new window.Squire(root, { blockTag: "DIV", tagAttributes: {} });
  let isEdited = false;
  const write = () => {
    if (isSource) {
      const isEmpty = !root.textContent.trim() && !root.querySelector("img, hr, table");
      if (isEdited) area.value = isEmpty ? "" : squire.getHTML();
      return;
    }
    area.value = htmlToText(root).replace(/\n+$/, "");
    hidden.value = isFormatted(root) ? squire.getHTML() : "";
  };
  const read = () => squire.setHTML(isSource ? area.value : hidden.value || textToHtml(area.value));
  read();

  squire.addEventListener("input", () => {
    isEdited = true;
    write();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  squire.addEventListener("pathChange", () => {
    for (const button of toolbar.querySelectorAll("[data-format]")) {
      button.setAttribute("aria-pressed", squire.hasFormat(button.dataset.format));
    }
  });
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (!button) return;
    ACTIONS[button.dataset.action](squire);
    isEdited = true;
    write();
    squire.focus();
  });
  area.addEventListener("restore", read);
  area.addEventListener("focus-editor", () => squire.focus());
  holder.closest("form")?.addEventListener("submit", write, { capture: true });
  label?.addEventListener("click", () => squire.focus());
}

function enhanceAll(within) {
  for (const holder of within.querySelectorAll("[data-editor]")) enhance(holder);
}

enhanceAll(document);
document.addEventListener("htmx:load", (event) => enhanceAll(event.detail.elt.parentNode ?? document));
