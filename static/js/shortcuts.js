// Single keys may be turned off (WCAG 2.1.4): speech input and trembling hands press them by accident.

const KEPT = "keys";
const TYPING = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** May a single key do something? */
export function areOn() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

/** Remember the reader's choice in this browser. */
export function turn(on) {
  try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* the choice cannot be kept here */ }
}

/** Is this key meant as a shortcut: switched on, alone, and not typed into something? */
export function isShortcut(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  return areOn() && !event.target.closest?.(TYPING) && !document.querySelector("dialog[open]");
}
