// Pages of work: boards, lists, calendars. Without this script every link, form and box still does what it says.
//   work/keys.js   shortcuts and their sheet      work/boxes.js  all boxes of a list at once
//   work/rows.js   dragging on a board in rows
import { watchBoxes } from "./work/boxes.js";
import { watchShortcuts } from "./work/keys.js";
import { watchRows } from "./work/rows.js";

watchShortcuts();
watchBoxes();
watchRows();
