// Moving a card: the page first, then the server. What the server refuses goes back, visibly.
//   One move after the other, because each names a neighbour where the page has put it. Without a line they wait, in number
//   and time bounded, each with the version that the page showed when it was made.
import { post } from "../post.js";
import { toast } from "../toast.js";
import { announce, word } from "../words.js";
import {
  aboveOf, address, board, cardsIn, laneAround, laneOf, look, lookAgain, nameOf, put, say, setVersion, spotOf, titleOf,
} from "./cards.js";

const GAP = 60000; // how long moves wait for the line to come back
const MOST = 20; // and how many
const AGAIN = 5000; // how often it is tried meanwhile: the line may be back without anybody saying so
const AWAY = [502, 503, 504]; // nobody stands behind the door
const JSON_ONLY = { Accept: "application/json" };
const FULL = "lane_full";
const queue = []; // moves that the server has not answered yet, in the order in which they were made
const settled = new EventTarget();
let running = false;
let cut = false; // no answer: moves wait for the line

/** Is a move of this card on its way? */
export const isMoving = (card) => queue.some((move) => move.card === card);

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
export function sent(card, from, more = {}) {
  if (cut && queue.length >= MOST) return back(card, from, say("many", { title: titleOf(card), count: MOST }));
  queue.push({ card, from, wish: { ...placeOf(card), ...more }, version: card.dataset.version });
  card.dataset.hold = ""; // what comes from the server leaves it alone until it has answered
  card.setAttribute("aria-busy", "true");
  if (cut) wait(card);
  if (!running) run();
}

/** Move a card on the page and on the server; `focus` keeps the keyboard on it. */
export function move(card, lane, where, { focus = false } = {}) {
  const from = spotOf(card);
  put(card, lane, where);
  if (focus) card.querySelector("a")?.focus();
  tell(card);
  sent(card, from);
}

function tell(card) {
  const lane = laneAround(card);
  const all = cardsIn(lane);
  announce(say("done", { title: titleOf(card), lane: nameOf(lane), place: all.indexOf(card) + 1, count: all.length }));
}

async function run() {
  running = true;
  while (queue.length) {
    const answer = await reach(queue[0]);
    if (answer === null) lost();
    else if (answer.ok && isJson(answer)) await agreed(answer);
    else await refused(answer);
  }
  running = false;
}

const isJson = (answer) => answer.headers.get("Content-Type")?.includes("json") ?? false;

/** The first move is done: its card has the version of the answer, and so have the moves of it that wait behind. */
async function agreed(answer) {
  const { card } = queue[0];
  const { version } = await answer.json();
  if (version > Number(card.dataset.version)) setVersion(card, version);
  for (const later of queue) if (later.card === card) later.version = version;
  settle(queue.shift().card);
  lookAgain();
}

/** No answer in time: what was moved meanwhile goes back, the last move first. */
function lost() {
  cut = false;
  for (const { card, from } of queue.splice(0).reverse()) {
    back(card, from, say("lost", { title: titleOf(card) }));
    settle(card);
  }
  show();
}

/** The card goes back, and with it the moves that began where this one would have ended. */
async function refused(answer) {
  const said = isJson(answer) ? await answer.json() : {};
  const { card, from, wish } = queue[0];
  for (let place = queue.length - 1; place >= 0; place--) if (queue[place].card === card) queue.splice(place, 1);
  const again = said.code === FULL && "overfill" in board().dataset && (() => overfill(card, wish));
  back(card, from, said.detail || word("failed"), again);
  settle(card);
  look(); // the answer to a first try may have been lost: the server knows where the card is
}

/** Whoever may has said: move it all the same. */
function overfill(card, { lane, after, before }) {
  const into = card.isConnected ? laneOf(lane, card) : null;
  if (!into) return look();
  const from = spotOf(card);
  const beside = (id) => document.getElementById(`card-${id}`);
  put(card, into, { above: beside(after), before: beside(before) });
  tell(card);
  sent(card, from, { override: "1" });
}

function settle(card) {
  if (isMoving(card)) return;
  delete card.dataset.hold;
  card.removeAttribute("aria-busy");
  settled.dispatchEvent(new CustomEvent("settled", { detail: card.dataset.task }));
}

/** Post; while there is no answer wait for the line and try again. Null: the line did not come back in time. */
async function reach(move) {
  const until = performance.now() + GAP;
  do {
    try {
      const answer = await post(`${address(move.card)}move/`, { ...move.wish, version: move.version }, JSON_ONLY);
      if (AWAY.includes(answer.status)) throw new TypeError(answer.statusText);
      cut = false;
      show();
      return answer;
    } catch {
      if (!cut) wait(move.card);
    }
  } while (await lineIsBack(until));
  return null;
}

function wait(card) {
  cut = true;
  toast(say("waits", { title: titleOf(card) }));
  announce(say("waits", { title: titleOf(card) }));
  show();
}

/** Say how many moves wait, for as long as they do. */
function show() {
  const sign = document.getElementById("waiting");
  if (!sign) return;
  sign.hidden = !cut;
  sign.textContent = cut ? say(queue.length === 1 ? "waiting" : "waitings", { count: queue.length }) : "";
}

/** True as soon as there may be a line again: somebody says so, or some time has passed. False when all of it has. */
function lineIsBack(until) {
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      clearTimeout(again);
      removeEventListener("online", yes);
      document.removeEventListener("live:state", heard);
      resolve(answer);
    };
    const yes = () => done(true);
    const heard = (event) => event.detail === "on" && done(true);
    const left = Math.max(0, until - performance.now());
    const timer = setTimeout(() => done(false), left);
    const again = left > AGAIN ? setTimeout(yes, AGAIN) : undefined;
    addEventListener("online", yes);
    document.addEventListener("live:state", heard);
  });
}

/** Bring the card back where it was and say why; `again` is offered as a way to have it all the same. */
function back(card, from, sentence, again) {
  if (!card.isConnected || !from.lane.isConnected) return look();
  put(card, from.lane, from);
  toast(sentence, again ? { undo: again, label: say("anyway") } : {});
  announce(`${sentence} ${say("back", { title: titleOf(card), lane: nameOf(from.lane) })}`);
}

/** Who leaves while moves wait is asked whether that is meant: they would be lost. */
addEventListener("beforeunload", (event) => { if (cut && queue.length) event.preventDefault(); });
