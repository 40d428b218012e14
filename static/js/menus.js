// Small manners the browser does not have by itself: menus close when one clicks
// elsewhere, reply buttons open the box on the page, selected text is what gets quoted.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("a[data-reply]");
  const box = document.getElementById("reply");
  if (opener && box && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const choice = box.querySelector(`input[type=radio][value="${opener.dataset.reply}"]`);
    if (choice) {
      event.preventDefault();
      choice.checked = true;
      const status = box.querySelector("select[name=status]");
      if (status && opener.dataset.status) status.value = opener.dataset.status;
      opener.closest("details.menu")?.removeAttribute("open");
      box.classList.add("open");
      box.scrollIntoView({ block: "end" });
      const area = box.querySelector("textarea");
      if (area.hidden) area.dispatchEvent(new Event("focus-editor"));
      else area.focus();
    }
  }
  const closer = event.target.closest("[data-close]");
  if (closer) (closer.closest("dialog") ?? closer.closest("[data-closable]"))?.[closer.closest("dialog") ? "close" : "remove"]();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
