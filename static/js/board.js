// The board of a project. Without this script cards move by their menus and pages reload.
//   cards.js  where a card stands and what its lane counts      moves.js  move first, ask then, put back when refused
//   keys.js   menu and keyboard                                drag.js   mouse and touch
//   hears.js  what others do, as it happens                     present.js  who has it open
import { watchDrag } from "./board/drag.js";
import { hear } from "./board/hears.js";
import { watchKeys } from "./board/keys.js";
import { watchPresent } from "./board/present.js";

if (document.querySelector("[data-board]")) {
  hear();
  watchPresent();
  if (document.querySelector("[data-board][data-moves]")) {
    watchKeys();
    watchDrag();
  }
}
