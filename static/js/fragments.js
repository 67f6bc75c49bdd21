// Fetch a piece of the page again with the reader's own rights and morph it in place.
//
//   refresh(url, id)      for scripts
//   <div id="feed" data-refresh="/c/linden/" data-refresh-on="task.">      for pages: on every live event whose
//                         type starts with one of the words (or on all), and when the connection asks for a resync
//
//   <div id="sent" data-refresh-soon>      for what is on its way and tells by no event: every two seconds, while it says so
//
// Several wishes for one object within 150 ms are one fetch. What the reader is busy with is left alone.
import { announce } from "./words.js";

const APART = 150;
const SOON = 2000;
const GLOW = 2400;
const HELD = ".drag, .sortable-chosen, .sortable-drag, [data-hold]";
const TYPED = "input:not([type=hidden], [type=submit], [type=button]), textarea, select";
const jobs = new Map();

/** Ask for one element to be fetched again; `spread` is how many ms a crowd of readers is spread over. */
export function refresh(url, id, spread = APART) {
  const job = jobs.get(id) ?? { last: 0, timer: 0, running: false, again: false };
  jobs.set(id, job);
  job.url = url;
  if (job.running) job.again = true;
  else if (!job.timer) plan(id, job, Math.random() * spread);
}

/** Is an answer on its way that may be older than what the page shows by now? */
export const isFetching = (id) => Boolean(jobs.get(id)?.running);

function plan(id, job, wait) {
  const free = job.last + APART - performance.now();
  job.timer = setTimeout(() => run(id, job), Math.max(wait, free, 0));
}

async function run(id, job) {
  job.timer = 0;
  const element = document.getElementById(id);
  if (!element) return jobs.delete(id);
  if (element.matches(HELD) || element.querySelector(HELD)) return plan(id, job, 300); // wait for the hand to let go
  job.running = true;
  job.last = performance.now();
  try {
    await fetchInto(element, job.url, id);
  } catch {
    // No answer: the live connection will ask for a resync once it is back.
  } finally {
    job.running = false;
    if (job.again) { job.again = false; plan(id, job, 0); }
  }
}

async function fetchInto(element, url, id) {
  // Nobody asked for this one: it must not keep the session of an empty chair alive.
  const headers = { "HX-Request": "true", "HX-Target": id, Accept: "text/html", "X-Unasked": "1" };
  const answer = await fetch(url, { credentials: "same-origin", headers });
  if (answer.status === 404 || answer.status === 410) return gone(element);
  if (!answer.ok || answer.redirected) return;
  const held = document.createElement("template");
  held.innerHTML = await answer.text();
  const also = (element.dataset.refreshAlso ?? "").split(" ").filter(Boolean); // what the same answer carries besides
  for (const name of [id, ...also]) {
    const old = document.getElementById(name);
    const next = held.content.getElementById(name);
    if (old && next) show(old, next);
  }
}

/** The object is no more, or not for this reader. A page that minds prevents the default. */
function gone(element) {
  const told = element.dispatchEvent(new CustomEvent("fragment:gone", { bubbles: true, cancelable: true }));
  if (told) element.remove();
}

function show(element, next) {
  const before = new Set(rows(element).map((row) => row.id));
  const id = element.id;
  const changed = element.textContent !== next.textContent;
  if (!morph(element, next)) return;
  const current = document.getElementById(id);
  window.htmx?.process(current);
  const added = rows(current).filter((row) => !before.has(row.id));
  if (added.length) added.forEach(glow);
  else if (changed && current.matches("li, tr, [data-glow]")) glow(current);
  const said = added[0]?.querySelector("[data-say]");
  if (said) announce(said.textContent.trim().replace(/\s+/g, " "));
  current.dispatchEvent(new CustomEvent("fragment:shown", { bubbles: true, detail: { added: added.map((row) => row.id) } }));
}

const rows = (element) => [...element.querySelectorAll("li[id], tr[id]")];

/** One glow for what just changed. */
export function glow(element) {
  element.classList.add("fresh");
  setTimeout(() => element.classList.remove("fresh"), GLOW);
}

/** Is the reader busy with exactly this node: typing, an open menu or dialog, a drag? */
function busy(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  if (node.matches(HELD) || node.matches("dialog[open]") || (node.popover && node.matches(":popover-open"))) return true;
  return node.matches(TYPED) && (node === document.activeElement || typed(node));
}

function typed(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control instanceof HTMLSelectElement) return [...control.options].some((option) => option.selected !== option.defaultSelected);
  return control.value !== control.defaultValue;
}

const busyInside = (node) => busy(node) || (node.nodeType === Node.ELEMENT_NODE && [...node.querySelectorAll("*")].some(busy));

function morph(element, next) {
  if (window.Idiomorph) {
    window.Idiomorph.morph(element, next, {
      morphStyle: "outerHTML",
      callbacks: {
        beforeNodeMorphed: (node) => !busy(node),
        beforeNodeRemoved: (node) => !busyInside(node) && !(node.contains?.(document.activeElement) && node !== document.body),
      },
    });
    return true;
  }
  if (busyInside(element)) return false; // without the morpher only a whole swap is possible: better late than lost
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceWith(next);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return true;
}

function wanted(element, type) {
  const words = (element.dataset.refreshOn ?? "").split(" ").filter(Boolean);
  return !words.length || words.some((start) => type.startsWith(start));
}

function refreshDrawn(type) {
  for (const element of document.querySelectorAll("[data-refresh][id]")) {
    if (type === null || wanted(element, type)) refresh(element.dataset.refresh || location.href, element.id, 400);
  }
}

function refreshSoon() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-refresh-soon][id]")) refresh(location.href, element.id);
}

setInterval(refreshSoon, SOON);
document.addEventListener("live:event", (event) => refreshDrawn(event.detail.type));
document.addEventListener("live:resync", () => refreshDrawn(null));
