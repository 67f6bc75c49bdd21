// The box in the head of a list ticks all of the page, and says how many are chosen.
import { announce } from "../words.js";
import { say } from "./words.js";

const boxes = (form) => [...form.querySelectorAll("input[name=task]")];

function changed(event) {
  const form = event.target.closest?.("form[data-many]");
  if (!form) return;
  const all = form.querySelector("[data-all]");
  if (event.target === all) boxes(form).forEach((box) => { box.checked = all.checked; });
  else if (event.target.name !== "task") return;
  const chosen = boxes(form).filter((box) => box.checked).length;
  all.checked = chosen > 0 && chosen === boxes(form).length;
  all.indeterminate = chosen > 0 && !all.checked;
  announce(say("chosen", { n: chosen }));
}

/** Listen. */
export function watchBoxes() {
  document.addEventListener("change", changed);
}
