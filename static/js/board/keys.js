// Moving a card by its menu or by keys: K and J (with Shift, or in the open menu) one place up and down, 1 to 9 into a lane.
// K and J alone walk from card to card: ../work/keys.js.
import { isShortcut } from "../shortcuts.js";
import { announce } from "../words.js";
import { aboveOf, cardsIn, laneAround, laneOf, lanesBeside, say } from "./cards.js";
import { move } from "./moves.js";

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
  const card = event.target.closest?.("[data-board] .task");
  if (!card || !isShortcut(event)) return;
  const key = event.key.toLowerCase();
  const steps = (key === "k" || key === "j") && (event.shiftKey || event.target.closest(".menu"));
  if (!steps && !/^[1-9]$/.test(key)) return;
  event.preventDefault();
  shut(card);
  if (steps) step(card, key === "k");
  else toLane(card, lanesBeside(card)[Number(key) - 1]);
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
  else toLane(card, laneOf(value, card));
}

/** Listen for both. */
export function watchKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", chosen, true);
}
