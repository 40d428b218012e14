// A part of the page that could not be loaded or saved says so; the page stays as it
// was, with everything typed. Forms that fail validation answer 422 and are swapped in.

document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

function tell(text) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  const notice = document.createElement("div");
  notice.className = "notice error";
  notice.textContent = text;
  toast.replaceChildren(notice);
  setTimeout(() => notice.remove(), 10000);
}

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) tell("You have been logged out. Log in in another tab, then try again here; nothing is lost.");
  else if (status === 403) tell("You may not do that. Nothing was changed.");
  else if (status === 404) tell("That is not there any more. Reload the page to see what is.");
  else tell("The server could not do that. Nothing was changed; please try again.");
});
document.addEventListener("htmx:sendError", () => tell("The server cannot be reached. Nothing was changed; please try again."));
