// Shortcuts: J and K walk, N new, E edit, M move, A mine, G then B, L or C to another view, ? shows the sheet.
import { areOn, isShortcut, turn } from "../shortcuts.js";
import { announce } from "../words.js";
import { take } from "./take.js";
import { say } from "./words.js";

const WAIT = 1500; // ms in which the second key of G counts
const LINKS = "[data-board] .task :is(h3, h4) a, [data-walk], #calendar .rows a.cover, #day a.cover";
let went = 0;

const seen = (element) => element.checkVisibility?.() ?? true;
const links = () => [...document.querySelectorAll(LINKS)].filter(seen);

/** What the keys speak of: the card or row that has the focus, or the task whose page this is. */
function present() {
  return document.activeElement?.closest("[data-task]") ?? document.querySelector("article[id^=task-]");
}

const linkOf = (item) => item.querySelector(LINKS);
const addressOf = (item) => linkOf(item)?.getAttribute("href") ?? location.pathname;
const titleOf = (item) => (linkOf(item) ?? item.querySelector("h1")).textContent.trim();

function walk(by) {
  const all = links();
  if (!all.length) return;
  const here = all.indexOf(present() && linkOf(present()) || document.activeElement);
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function withPresent(act) {
  const item = present();
  if (!item) return announce(say("none"));
  act(item);
}

function edit(item) {
  location.assign(`${addressOf(item)}?edit=1`);
}

function openMenu(item) {
  const opener = item.querySelector("[popovertarget^=menu-]");
  if (!opener) return location.assign(addressOf(item));
  opener.click();
  document.getElementById(opener.getAttribute("popovertarget"))?.querySelector("button")?.focus();
}

function fresh() {
  const line = [...document.querySelectorAll("[data-quick]")].find(seen);
  if (line) return line.focus();
  document.querySelector("[data-key=n]")?.click();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  n: fresh,
  e: () => withPresent(edit),
  m: () => withPresent(openMenu),
  a: () => withPresent((item) => take(item, addressOf(item), titleOf(item))),
  g: () => { went = performance.now(); },
  "?": () => document.getElementById("keys")?.showModal(),
};

function pressed(event) {
  if (!isShortcut(event)) return;
  if (event.target.closest?.(".menu") && !(event.key === "a" && event.target.closest("[data-task]"))) return; // as its menu says
  const way = performance.now() - went < WAIT ? document.querySelector(`[data-way="${CSS.escape(event.key)}"]`) : null;
  went = 0;
  const act = way ? () => way.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Listen, and let the reader turn it off. */
export function watchShortcuts() {
  const box = document.querySelector("[data-keys]");
  if (box) {
    box.checked = areOn();
    box.addEventListener("change", () => turn(box.checked));
  }
  document.addEventListener("keydown", pressed);
}
