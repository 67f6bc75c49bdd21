// Moving a card by its menu or by keys: K and J one place up and down, 1 to 9 into a lane.
import { announce } from "../words.js";
import { aboveOf, cardsIn, laneAround, laneOf, lanes, say } from "./cards.js";
import { move } from "./moves.js";

const TYPING = "input:not([type=hidden]), textarea, select, [contenteditable]";

function step(card, up) {
  const lane = laneAround(card);
  const all = cardsIn(lane);
  const place = all.indexOf(card) + (up ? -1 : 1);
  if (place < 0 || place >= all.length) return announce(say("last"));
  move(card, lane, up ? { before: aboveOf(card) } : { above: all[place] }, { focus: true });
}

function toLane(card, lane) {
  if (!lane) return announce(say("last"));
  if (lane === laneAround(card)) return;
  move(card, lane, {}, { focus: true });
}

function shut(card) {
  card.querySelector(".menu:popover-open")?.hidePopover();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const card = event.target.closest?.("[data-board] .task");
  if (!card || event.target.closest(TYPING)) return;
  const key = event.key.toLowerCase();
  if (key !== "k" && key !== "j" && !/^[1-9]$/.test(key)) return;
  event.preventDefault();
  shut(card);
  if (key === "k" || key === "j") step(card, key === "k");
  else toLane(card, lanes()[Number(key) - 1]);
}

function chosen(event) {
  const form = event.target.closest?.("[data-board] form[data-move]");
  const card = form?.closest(".task");
  if (!card || !event.submitter) return;
  event.preventDefault();
  event.stopPropagation();
  shut(card);
  const { name, value } = event.submitter;
  if (name === "step") step(card, value === "up");
  else toLane(card, laneOf(value));
}

/** Listen for both. */
export function watchKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", chosen, true);
}
