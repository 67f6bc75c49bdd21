// What others do: a card moves, comes, changes or goes while the reader looks on. Nothing takes the focus.
import { glow } from "../fragments.js";
import { announce } from "../words.js";
import { add, board, cardOf, cardsIn, isInRows, laneAround, laneOf, look, lookAt, put, say, setVersion, sketch } from "./cards.js";
import { isDragging, whenDropped } from "./drag.js";
import { isMoving, whenSettled } from "./moves.js";

const late = []; // what happened while the reader's hand was on something

/** A drag, a move on its way or an open menu: the cards stay where they are until it is over. */
function isBusy(id) {
  const card = cardOf(id);
  return isDragging() || (card && (isMoving(card) || card.querySelector(":popover-open")));
}

function catchUp() {
  for (const message of late.splice(0)) heard({ detail: message });
}

/** A socket may leave out all but the newest state of a card, so every message is read as "it is now there, like that". */
function happened(message) {
  if (isBusy(message.issue_id)) return late.push(message);
  const card = cardOf(message.issue_id);
  const shown = card ? Number(card.dataset.version) : 0;
  if (card && message.version <= shown) return; // my own act, or already drawn
  if (message.archived) return leaves(card, message);
  if (!card) return enters(message);
  changes(card, shown, message);
}

function tell(name, { actor, title, lane }) {
  announce(say(name, { name: actor?.name ?? "", title, lane }));
}

function leaves(card, message) {
  if (!card) return look();
  if (card.contains(document.activeElement)) nearest(card)?.querySelector("a")?.focus({ preventScroll: true });
  add(laneAround(card), -1);
  card.remove();
  tell("gone", message);
  if (isInRows()) look(); // the row counts as well, and its next card has room now
}

const nearest = (card) => card.nextElementSibling ?? card.previousElementSibling;

/** A card the page does not show yet. Where only some cards are shown, the server says whether it is one of them. */
function enters(message) {
  const lane = laneOf(message.lane_id);
  const above = message.after_id ? cardOf(message.after_id) : null;
  const isNew = message.type === "issue.created";
  if (!isNew || !lane || "filtered" in board().dataset || isBeyond(lane, message, above)) {
    if (isNew) tell("added", message);
    return look();
  }
  const card = sketch(message.issue_id, message.title);
  place(card, lane, message.after_id, above);
  lookAt(card);
  glow(card);
  tell("added", message);
}

/** Is its neighbour not shown in that lane? */
const isBeyond = (lane, { after_id: after }, above) => Boolean(after) && (!above || laneAround(above) !== lane);

function place(card, lane, after, above) {
  put(card, lane, after ? { above } : { before: cardsIn(lane).find((other) => other !== card) });
}

function changes(card, shown, message) {
  const lane = laneOf(message.lane_id, card);
  const above = message.after_id ? cardOf(message.after_id) : null;
  const crossed = laneAround(card) !== lane;
  const only = message.changed.every((name) => ["lane", "status", "position"].includes(name));
  tell(only ? (crossed ? "moved" : "placed") : "changed", message);
  if (!lane || isBeyond(lane, message, above)) return look(); // of a board in rows: its neighbour stands in another row
  place(card, lane, message.after_id, above);
  setVersion(card, message.version);
  glow(card);
  if (!only || crossed) lookAt(card, { stays: only });
  if (message.version > shown + 1) look(); // something in between was left out
}

/** Steps, comments and relations are signs on the card; they change no version of it. */
function hangs(message) {
  if (isBusy(message.issue_id)) return late.push(message);
  const card = cardOf(message.issue_id);
  if (card) lookAt(card, { stays: true });
}

function heard({ detail: message }) {
  if (!board()) return;
  if (message.type === "issue.created" || message.type === "issue.updated") happened(message);
  else if (message.type.startsWith("issue.")) hangs(message);
  else if (/^(lane|board|project|label)\./.test(message.type)) look();
}

/** Listen to the live connection, and to the moments when the reader has let go. */
export function hear() {
  document.addEventListener("live:event", heard);
  document.addEventListener("live:resync", look);
  document.addEventListener("toggle", (event) => event.newState === "closed" && catchUp(), true);
  whenDropped(catchUp);
  whenSettled(catchUp);
}
