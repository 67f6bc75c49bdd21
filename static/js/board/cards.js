// Cards and lanes as the page shows them. The server owns the order; this only draws it.
// A board in rows has every lane once in each row, and a card stays in its row: "the lane" is then the one beside the card.
import { isFetching, refresh } from "../fragments.js";

const words = document.getElementById("board-words");

/** A sentence of the board, with {placeholders} filled in. */
export function say(name, values = {}) {
  return (words?.dataset[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export const board = () => document.querySelector("[data-board]");
export const cardOf = (id) => document.getElementById(`card-${id}`);
export const isInRows = () => "rows" in board().dataset;
export const rowAround = (node) => node.closest("[data-row]") ?? board();
export const lanesBeside = (node) => [...rowAround(node).querySelectorAll(".lane")];
/** The lane with this key: of a board in rows the one in the row of `card`; null where there is none. */
export const laneOf = (id, card = board()) => rowAround(card).querySelector(`.lane[data-lane="${id}"]`);
export const laneAround = (card) => card.closest(".lane");
export const listIn = (lane) => lane.querySelector("[data-cards]");
export const cardsIn = (lane) => [...listIn(lane).children].filter((item) => item.matches(".task"));
export const lanes = () => [...board().querySelectorAll(".lane")];
export const nameOf = (lane) => lane.querySelector("header :is(h2, h3)").textContent.trim();
export const titleOf = (card) => card.querySelector(":is(h3, h4)").textContent.trim();
export const address = (card) => `${board().dataset.root}${card.dataset.task}/`;

/** Look at the whole board again, once the reader's hands are off it; what was unfolded stays unfolded. */
export function look() {
  refresh(unfolded(), board().id, { calm: true });
}

/** What has just been done may be missing in an answer that is on its way: then look once more. */
export function lookAgain() {
  if (isFetching(board().id)) look();
}

/** The address of the board with as many cards of each lane as the page shows now. */
function unfolded() {
  const { board: start, first } = board().dataset;
  const address = new URL(start, location.href);
  const seen = lanes().map((lane) => [lane.dataset.lane, cardsIn(lane).length]).filter(([, count]) => count > Number(first));
  if (!seen.length) return start;
  address.searchParams.delete("lane");
  address.searchParams.delete("upto");
  for (const [lane, count] of seen) {
    address.searchParams.append("lane", lane);
    address.searchParams.append("upto", count);
  }
  return address.pathname + address.search;
}

/** Look at one card again, or at the rows, where it may stand in another one now. */
export function lookAt(card, { stays = false } = {}) {
  if (isInRows() && !stays) return look();
  refresh(`${address(card)}card/`, card.id);
}

/** Put a node before another (null: last) and keep what it holds: focus, an open menu, scroll. */
function settle(list, node, before) {
  if (list.moveBefore && node.isConnected) return list.moveBefore(node, before);
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(node, before);
  focused?.focus({ preventScroll: true });
}

/** The first place of a lane that no card holds: what says that there is more stands below it. */
const end = (list) => [...list.children].find((item) => !item.matches(".task")) ?? null;

/** Where a card stands: enough to bring it back. */
export function spotOf(card) {
  const following = card.nextElementSibling?.matches(".task") ? card.nextElementSibling : null;
  return { lane: laneAround(card), above: aboveOf(card), before: following };
}

export function aboveOf(card) {
  const previous = card.previousElementSibling;
  return previous?.matches(".task") ? previous : null;
}

/** Put a card into a lane: before `before`, else below `above`, else at its end; both lanes count anew. */
export function put(card, lane, { above = null, before = null } = {}) {
  const from = card.isConnected ? laneAround(card) : null;
  const list = listIn(lane);
  const usable = (node) => node?.isConnected && node !== card && node.parentElement === list;
  let next = end(list);
  if (usable(before)) next = before;
  else if (usable(above)) next = above.nextElementSibling;
  if (next === card) next = card.nextElementSibling;
  if (card.parentElement !== list || card.nextElementSibling !== next) settle(list, card, next);
  if (from !== lane) {
    if (from) add(from, -1);
    add(lane, 1);
  }
}

/** Change what a lane counts, cards beyond the fold included. */
export function add(lane, by) {
  const count = lane.querySelector("[data-count]");
  const now = Math.max(0, Number(count.textContent) + by);
  const over = lane.dataset.limit !== "" && now > Number(lane.dataset.limit);
  count.textContent = String(now);
  count.parentElement.classList.toggle("over", over);
  const signs = { "[data-over]": !over, "[data-empty]": now > 0 };
  for (const [sign, hidden] of Object.entries(signs)) lane.querySelector(sign)?.toggleAttribute("hidden", hidden);
  markLane(lane);
}

/** In the menus of a lane's cards, the lane itself is the present one. */
function markLane(lane) {
  for (const button of lane.querySelectorAll('.menu button[name="lane"]')) {
    if (button.value === lane.dataset.lane) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

/** A card that is known by its title only, until it is fetched. */
export function sketch(id, title) {
  const card = document.createElement("li");
  const heading = document.createElement("h3");
  const link = document.createElement("a");
  card.className = "task";
  card.id = `card-${id}`;
  card.dataset.task = id;
  card.dataset.version = "0";
  link.href = address(card);
  link.textContent = title;
  heading.append(link);
  card.append(heading);
  return card;
}

/** The version that the page shows of a card, also in the form of its menu. */
export function setVersion(card, version) {
  card.dataset.version = String(version);
  const field = card.querySelector('form[data-move] input[name="version"]');
  if (field) field.value = String(version);
}
