// Taking a task, or giving it back: by key or by its button. Without this script the button is a form like any other.
import { board, lookAt } from "../board/cards.js";
import { post } from "../post.js";
import { toast } from "../toast.js";
import { announce, word } from "../words.js";
import { say } from "./words.js";

/** Assign what stands in `item` (a card, a row, the page of a task) to the reader, or take them off it. */
export async function take(item, address, title) {
  const link = item.querySelector(".menu:popover-open") && item.querySelector(":is(h3, h4) a");
  item.querySelector(".menu:popover-open")?.hidePopover();
  link?.focus();
  const version = item.dataset.version ?? item.querySelector("input[name=version]")?.value ?? "";
  try {
    const answer = await post(`${address}take/`, { version }, { Accept: "application/json" });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (!answer.ok) return toast(said.detail || word("failed"));
    if (item.dataset.version) item.dataset.version = String(said.version); // the echo of it is no news then
    if (item.matches(".task") && board()) lookAt(item);
    announce(say(said.mine ? "yours" : "notYours", { title }));
  } catch {
    toast(word("noAnswer"));
  }
}

function chosen(event) {
  const card = event.submitter?.name === "take" ? event.submitter.closest("[data-board] .task") : null;
  if (!card) return;
  event.preventDefault();
  event.stopPropagation();
  const link = card.querySelector(":is(h3, h4) a");
  take(card, link.getAttribute("href"), link.textContent.trim());
}

/** Listen to the buttons of cards, before the board takes the form for a move. */
export function watchTaking() {
  addEventListener("submit", chosen, true);
}
