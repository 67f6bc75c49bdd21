// Pages of work: boards, lists, calendars. Without this script every link, form and box still does what it says.
//   work/keys.js   shortcuts and their sheet      work/boxes.js  all boxes of a list at once
//   work/take.js   taking a task by its button
import { watchBoxes } from "./work/boxes.js";
import { watchShortcuts } from "./work/keys.js";
import { watchTaking } from "./work/take.js";

watchShortcuts();
watchBoxes();
watchTaking();
