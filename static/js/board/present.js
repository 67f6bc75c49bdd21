// Who has this board open, as the live connection tells it. Without a connection nobody is shown.
import { say } from "./cards.js";

const TINTS = 6;
const corner = () => document.getElementById("present");

/** The letters and the tint that the server draws for a name: see `initials` and `tint` in cooperatives/templatetags. */
function initials(name) {
  const words = name.match(/[\p{L}\p{N}][^\s\-–]*/gu) ?? [];
  const letters = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...words.join("")].slice(0, 2).join("");
  return letters.toUpperCase() || "?";
}

function tint(name) {
  let sum = ~0;
  for (const byte of new TextEncoder().encode(name)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ((~sum >>> 0) % TINTS) + 1;
}

function face(text, shade) {
  const span = document.createElement("span");
  span.className = "avatar sm";
  span.setAttribute("aria-hidden", "true");
  if (shade) span.dataset.tint = shade;
  else span.classList.add("more");
  span.textContent = text;
  return span;
}

function draw({ people, count }) {
  const place = corner();
  if (!place) return;
  const names = people.map((one) => one.name);
  const more = count - names.length;
  place.replaceChildren(...names.map((name) => face(initials(name), tint(name))), ...(more > 0 ? [face(`+${more}`, 0)] : []));
  const said = say(more > 0 ? "presentMore" : "present", { names: names.join(", "), count: more });
  place.setAttribute("aria-label", said);
  place.title = said;
  place.hidden = !count;
}

/** Listen for who comes and goes, and for the end of the line: whom we cannot hear of we do not show. */
export function watchPresent() {
  document.addEventListener("live:presence", (event) => draw(event.detail));
  document.addEventListener("live:state", (event) => event.detail !== "on" && draw({ people: [], count: 0 }));
}
