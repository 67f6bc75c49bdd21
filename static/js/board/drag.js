// Dragging with mouse and touch, when SortableJS is there.
import { add, laneAround, lanes, listIn, put, rowAround, spotOf } from "./cards.js";
import { sent } from "./moves.js";

const drag = { from: null, given: false };
const watchers = [];
const equipped = new WeakSet();

/** Is a card in the reader's hand? */
export const isDragging = () => drag.from !== null;

/** Call when the hand has let go. */
export function whenDropped(listener) {
  watchers.push(listener);
}

function taken(event) {
  drag.from = spotOf(event.item);
  drag.given = false;
}

/** Escape gives the card back: the drop that ends the drag then counts for nothing. */
function gaveUp(event) {
  if (event.key !== "Escape" || !isDragging()) return;
  drag.given = true;
  event.preventDefault();
  event.stopPropagation();
  for (const type of ["pointerup", "mouseup", "touchend"]) document.dispatchEvent(new Event(type, { bubbles: true }));
}

function dropped(event) {
  const { item: card } = event;
  const { from, given } = drag;
  drag.from = null;
  mark(null);
  const lane = laneAround(card);
  if (lane !== from.lane) recount(from.lane, lane);
  if (given) put(card, from.lane, from);
  else if (lane !== from.lane || event.oldDraggableIndex !== event.newDraggableIndex) sent(card, from);
  watchers.forEach((listener) => listener());
}

function recount(left, entered) {
  add(left, -1);
  add(entered, 1);
}

function mark(lane) {
  lanes().forEach((one) => one.classList.toggle("target", one === lane));
}

function over(event) {
  mark(event.to.closest(".lane"));
  return true;
}

function equip(list) {
  if (equipped.has(list)) return;
  equipped.add(list);
  window.Sortable.create(list, {
    group: `cards-${rowAround(list).dataset.row ?? ""}`, // within its row
    draggable: ".task",
    filter: ".ibtn, .menu",
    preventOnFilter: false,
    forceFallback: true, // one behaviour for mouse and touch, and Escape is ours
    fallbackOnBody: true, // what follows the pointer is no card of any lane
    fallbackTolerance: 5,
    emptyInsertThreshold: 24, // an empty lane is met at its head already
    delay: 180,
    delayOnTouchOnly: true,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    dragClass: "drag",
    fallbackClass: "drag",
    onStart: taken,
    onMove: over,
    onEnd: dropped,
  });
}

/** Make every lane a place to drag from and to; also lanes that come later. */
export function watchDrag() {
  if (!window.Sortable) return;
  const all = () => lanes().map(listIn).forEach(equip);
  all();
  document.addEventListener("fragment:shown", all);
  document.addEventListener("keydown", gaveUp, true);
}
