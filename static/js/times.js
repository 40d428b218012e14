// Keeps "4 min ago" true while the page stays open. The words are those of the
// server's filter, so that nothing jumps when the script takes over.

const UNITS = [["y", 31536000], ["mo", 2592000], ["wk", 604800], ["d", 86400], ["h", 3600], ["min", 60]];

function words(seconds) {
  const distance = Math.abs(seconds);
  for (const [unit, length] of UNITS) {
    // A unit switches at twice its length: 90 minutes says more than "1 h".
    if (distance >= 2 * length || (unit === "min" && distance >= length)) {
      const count = Math.floor(distance / length);
      return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
    }
  }
  return seconds < 0 ? "in a moment" : "just now";
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = words((Date.now() - Date.parse(time.dateTime)) / 1000);
    const shown = time.dataset.relative ? `${time.dataset.relative} ${text}` : text;
    if (time.textContent !== shown) time.textContent = shown;
  }
}

setInterval(refresh, 30000);
