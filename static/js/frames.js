// Gives a sandboxed message frame the height of what is in it. The frame runs no
// script; allow-same-origin is what lets its height be read from here.

const TALLEST = 20000;

function fit(frame) {
  const inner = frame.contentDocument;
  if (!inner?.body) return;
  const set = () => {
    const height = Math.min(TALLEST, inner.documentElement.scrollHeight);
    if (height > 0 && Math.abs(height - frame.height) > 1) frame.height = height;
  };
  frame.height = 1;
  set();
  new ResizeObserver(set).observe(inner.body);
}

function watch(frame) {
  if (frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.readyState === "complete") fit(frame);
}

function watchAll() {
  for (const frame of document.querySelectorAll("iframe[data-fit]")) watch(frame);
}

watchAll();
document.addEventListener("htmx:load", watchAll);
