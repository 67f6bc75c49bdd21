// A board in rows: a card is dragged within its row, to another place or lane. What the server refuses is drawn as it is.
import { refresh } from "../fragments.js";
import { post } from "../post.js";
import { toast } from "../toast.js";
import { word } from "../words.js";

const rows = () => document.querySelector("[data-rows][data-moves]");
const equipped = new WeakSet();

/** The card beside it on that side; what says that there is more is none. */
const beside = (card, side) => (card[side]?.matches(".task") ? card[side].dataset.task : "");

async function dropped({ item: card, from, to, oldIndex, newIndex }) {
  if (from === to && oldIndex === newIndex) return;
  const after = beside(card, "previousElementSibling");
  const wish = {
    lane: to.closest(".lane").dataset.lane,
    after,
    before: after ? "" : beside(card, "nextElementSibling"),
    version: card.dataset.version,
  };
  try {
    const answer = await post(`${rows().dataset.rows}${card.dataset.task}/move/`, wish, { Accept: "application/json" });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) card.dataset.version = String(said.version);
    else toast(said.detail || word("failed"));
  } catch {
    toast(word("noAnswer"));
  }
  refresh(location.href, rows().id);
}

function equip(list) {
  if (equipped.has(list)) return;
  equipped.add(list);
  window.Sortable.create(list, {
    group: `row-${list.dataset.row}`,
    draggable: ".task",
    filter: ".ibtn, .menu",
    preventOnFilter: false,
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 5,
    delay: 180,
    delayOnTouchOnly: true,
    dragClass: "drag",
    fallbackClass: "drag",
    onEnd: dropped,
  });
}

/** Make every lane of a row a place to drag from and to; also those that come later. */
export function watchRows() {
  if (!rows() || !window.Sortable) return;
  const all = () => document.querySelectorAll("[data-row]").forEach(equip);
  all();
  document.addEventListener("fragment:shown", all);
}
