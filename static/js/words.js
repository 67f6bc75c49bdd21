// Words the scripts say: translated by the server, read from <template id="words">.
const source = document.getElementById("words");

/** The sentence of that name, with {placeholders} filled in. */
export function word(name, values = {}) {
  const sentence = source?.dataset[name] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

let pending = 0;

/** Say something to screen readers, politely; what is said within one breath is said once, the newest. */
export function announce(text) {
  const region = document.getElementById("announce");
  if (!region || !text) return;
  clearTimeout(pending);
  region.textContent = ""; // else the same sentence twice would be heard once
  pending = setTimeout(() => { region.textContent = text; }, 120);
}

/** The time of day as the reader writes it. */
export function clock(moment = new Date()) {
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" }).format(moment);
}
