// Sentences of the work pages, in the reader's language.

/** A sentence with {placeholders} filled in. */
export function say(name, values = {}) {
  const words = document.getElementById("work-words");
  return (words?.dataset[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
