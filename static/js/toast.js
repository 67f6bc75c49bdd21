// Toasts: say what was done and offer to undo it; never take the focus.
import { word } from "./words.js";

const STAY = 7000;
const box = () => document.querySelector(".toasts");

/** Let a toast go by itself, but not while it is pointed at or holds the focus. */
function fade(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) fade(toast);
    else toast.remove();
  }, STAY);
}

/** Show a toast. `undo` is a function; it runs once and closes the toast. */
export function toast(text, { undo, label } = {}) {
  const item = document.createElement("div");
  item.className = "toast";
  item.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label || word("undo");
    button.addEventListener("click", () => { item.remove(); undo(); }, { once: true });
    item.append(button);
  }
  box()?.append(item);
  fade(item);
  return item;
}

/** Toasts the server drew fade like any other. */
export function fadeDrawn() {
  box()?.querySelectorAll(".toast").forEach(fade);
}
