// Moving a card: the page first, then the server. What the server refuses goes back, visibly.
import { post } from "../post.js";
import { toast } from "../toast.js";
import { announce, word } from "../words.js";
import { aboveOf, address, cardsIn, laneAround, look, nameOf, put, say, setVersion, spotOf, titleOf } from "./cards.js";

const GAP = 20000; // how long a move waits for the line to come back
const JSON_ONLY = { Accept: "application/json" };
const waiting = new Map(); // card id -> promise: one move of a card after the other
const settled = new EventTarget();

/** Is a move of this card on its way? */
export const isMoving = (card) => waiting.has(card.id);

/** Call when no move is on its way any more for the card. */
export function whenSettled(listener) {
  settled.addEventListener("settled", (event) => listener(event.detail));
}

/** Where the page has put a card, as the server wants to hear it: one neighbour is enough, and only one can have gone. */
function placeOf(card) {
  const above = aboveOf(card);
  const below = above ? null : card.nextElementSibling;
  return {
    lane: laneAround(card).dataset.lane,
    after: above?.dataset.task ?? "",
    before: below?.matches(".task") ? below.dataset.task : "",
  };
}

/** The card has been put somewhere else; tell the server, and bring the card back to `from` when it says no. */
export function sent(card, from) {
  const wish = placeOf(card);
  const before = waiting.get(card.id) ?? Promise.resolve();
  const job = before.then(() => send(card, from, wish)).finally(() => {
    if (waiting.get(card.id) !== job) return;
    waiting.delete(card.id);
    settled.dispatchEvent(new CustomEvent("settled", { detail: card.dataset.task }));
  });
  waiting.set(card.id, job);
  return job;
}

/** Move a card on the page and on the server; `focus` keeps the keyboard on it. */
export function move(card, lane, where, { focus = false } = {}) {
  const from = spotOf(card);
  put(card, lane, where);
  if (focus) card.querySelector("a")?.focus();
  tell(card);
  return sent(card, from);
}

function tell(card) {
  const lane = laneAround(card);
  const all = cardsIn(lane);
  announce(say("done", { title: titleOf(card), lane: nameOf(lane), place: all.indexOf(card) + 1, count: all.length }));
}

async function send(card, from, wish) {
  card.setAttribute("aria-busy", "true");
  try {
    const answer = await reach(card, wish);
    if (answer === null) return back(card, from, say("lost", { title: titleOf(card) }));
    if (!answer.ok) return await refused(card, from, answer);
    const { version } = await answer.json();
    if (version > Number(card.dataset.version)) setVersion(card, version);
  } finally {
    card.removeAttribute("aria-busy");
  }
}

/** Post; when there is no answer wait for the line and try once more. Null: still none. */
async function reach(card, wish) {
  const fields = () => ({ ...wish, version: card.dataset.version });
  try {
    return await post(`${address(card)}move/`, fields(), JSON_ONLY);
  } catch {
    toast(say("waits", { title: titleOf(card) }));
    if (!(await lineIsBack())) return null;
  }
  try {
    return await post(`${address(card)}move/`, fields(), JSON_ONLY);
  } catch {
    return null;
  }
}

/** True as soon as the browser or the live connection says that there is a line again, false when that takes too long. */
function lineIsBack() {
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      removeEventListener("online", yes);
      document.removeEventListener("live:state", heard);
      resolve(answer);
    };
    const yes = () => done(true);
    const heard = (event) => event.detail === "on" && done(true);
    const timer = setTimeout(() => done(false), GAP);
    addEventListener("online", yes);
    document.addEventListener("live:state", heard);
  });
}

async function refused(card, from, answer) {
  const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  back(card, from, said.detail || word("failed"));
  look(); // the answer to a first try may have been lost: the server knows where the card is
}

/** Bring the card back where it was and say why. */
function back(card, from, sentence) {
  if (!card.isConnected || !from.lane.isConnected) return look();
  put(card, from.lane, from);
  toast(sentence);
  announce(`${sentence} ${say("back", { title: titleOf(card), lane: nameOf(from.lane) })}`);
}
