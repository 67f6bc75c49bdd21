// Fetch a piece of the page again with the reader's own rights and morph it in place.
//
//   refresh(url, id)      for scripts
//   <div id="feed" data-refresh="/c/linden/" data-refresh-on="task.">      for pages: on every live event whose
//                         type starts with one of the words (or on all), and when the connection asks for a resync
//
//   <div id="sent" data-refresh-soon>      for what is on its way and tells by no event: every two seconds, while it says so
//
// Where some events of a type matter and others do not, the page says which, and any one of these is enough:
//
//   data-refresh-some="issue.updated"        types that are looked at more closely
//   data-refresh-of="issue_id:12 member:u7 given"   facts of the message: of that value, or (without one) there at all
//   data-refresh-facts="title due_date"      what has changed, as the message names it
//
// Several wishes for one object within 150 ms are one fetch; of a part that refreshes itself there is one a second, and none
// while the reader types in it, drags or has a menu open, or has ticked or marked something just now. What they are busy with
// stays, also afterwards: a box that was ticked an hour ago must not keep the rest of the page an hour old.
import { announce } from "./words.js";

const APART = 150;
const WHOLE = 1000; // between two looks at a part that refreshes itself
const BREATH = 2000; // whoever has pressed no key for so long is not typing just now
const REST = 15000; // and whoever has ticked or marked nothing for so long does something else
const SOON = 2000;
const GLOW = 2400;
const HELD = ".drag, .sortable-chosen, .sortable-drag, [data-hold]";
const LIDS = "dialog, [popover]";
const TYPED = "input:not([type=hidden], [type=submit], [type=button]), textarea, select";
const jobs = new Map();
let typedAt = -REST;
let markedAt = -REST;

/**
 * Ask for one element to be fetched again; `spread` is how many ms a crowd of readers is spread over.
 * `calm`: once a second at most, and when the reader's hands are off it.
 */
export function refresh(url, id, { spread = APART, calm = false } = {}) {
  const job = jobs.get(id) ?? { last: -WHOLE, timer: 0, running: false, again: false };
  jobs.set(id, job);
  job.url = url;
  job.calm = calm;
  if (job.running) job.again = true;
  else if (!job.timer) plan(id, job, Math.random() * spread);
}

/** Is an answer on its way that may be older than what the page shows by now? */
export const isFetching = (id) => Boolean(jobs.get(id)?.running);

function plan(id, job, wait) {
  const free = job.last + (job.calm ? WHOLE : APART) - performance.now();
  job.timer = setTimeout(() => run(id, job), Math.max(wait, free, 0));
}

/** Are the reader's hands on it? Then a look would come between. */
function inHand(element, calm) {
  if (element.matches(HELD) || element.querySelector(HELD)) return true;
  return calm && (isTyping(element) || isMarked(element) || [...element.querySelectorAll(LIDS)].some(busy));
}

/** Keys are being pressed in it, or something is chosen in a form for many rows that is not sent yet. */
function isTyping(element) {
  const ago = performance.now() - typedAt;
  if (ago < BREATH && element.contains(document.activeElement)) return true;
  return ago < REST && [...element.querySelectorAll("form[data-many]")].some((form) => [...form.querySelectorAll(TYPED)].some(typed));
}

function isMarked(element) {
  if (performance.now() - markedAt > REST) return false;
  const selection = getSelection();
  return !selection.isCollapsed && (element.contains(selection.anchorNode) || element.contains(selection.focusNode));
}

async function run(id, job) {
  job.timer = 0;
  const element = document.getElementById(id);
  if (!element) return jobs.delete(id);
  if (inHand(element, job.calm)) return plan(id, job, 300); // wait for the hand to let go
  job.running = true;
  job.last = performance.now();
  try {
    await fetchInto(element, id, job);
  } catch {
    // No answer: the live connection will ask for a resync once it is back.
  } finally {
    job.running = false;
    if (job.again) { job.again = false; plan(id, job, 0); }
  }
}

async function fetchInto(element, id, job) {
  // Nobody asked for this one: it must not keep the session of an empty chair alive.
  const headers = { "HX-Request": "true", "HX-Target": id, Accept: "text/html", "X-Unasked": "1" };
  const answer = await fetch(job.url, { credentials: "same-origin", headers });
  if (answer.status === 404 || answer.status === 410) return gone(element);
  if (!answer.ok || answer.redirected) return;
  const held = document.createElement("template");
  held.innerHTML = await answer.text();
  if (inHand(element, job.calm)) return void (job.again = true); // taken up while the answer was on its way
  const also = list(element.dataset.refreshAlso); // what the same answer carries besides
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

const list = (text) => (text ?? "").split(" ").filter(Boolean);

/** Does what happened change what this part shows? */
function concerns({ dataset }, message) {
  const begins = (word) => message.type.startsWith(word);
  const always = list(dataset.refreshOn);
  const some = list(dataset.refreshSome);
  if (always.some(begins) || (!always.length && !some.length)) return true;
  if (!some.some(begins)) return false;
  const facts = list(dataset.refreshFacts);
  return (message.changed ?? []).some((name) => facts.includes(name)) || list(dataset.refreshOf).some((one) => says(message, one));
}

/** Does the message name that thing, now or as it was before? */
function says(message, one) {
  const [name, value] = one.split(/:(.*)/);
  const told = [message[name], message.before?.[name]].flat().filter((it) => it !== undefined && it !== null);
  return value === undefined ? told.length > 0 : told.some((it) => String(it) === value);
}

function refreshDrawn(message) {
  for (const element of document.querySelectorAll("[data-refresh][id]")) {
    if (message && !concerns(element, message)) continue;
    refresh(element.dataset.refresh || location.href, element.id, { spread: 400, calm: true });
  }
}

function refreshSoon() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-refresh-soon][id]")) refresh(location.href, element.id);
}

setInterval(refreshSoon, SOON);
document.addEventListener("input", () => { typedAt = performance.now(); });
document.addEventListener("selectionchange", () => { markedAt = performance.now(); });
document.addEventListener("live:event", (event) => refreshDrawn(event.detail));
document.addEventListener("live:resync", () => refreshDrawn(null));
