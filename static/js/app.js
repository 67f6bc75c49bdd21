// What every page does. Each part only adds comfort: without scripts forms post and pages load.
import "./fragments.js";
import "./live.js";
import { post, token } from "./post.js";
import { isShortcut } from "./shortcuts.js";
import { fadeDrawn, toast } from "./toast.js";
import { word } from "./words.js";

const SAFE = new Set(["get", "head", "options"]);

/** The slash key reaches the search box; where it is folded away on a phone, the search page. */
function slash(event) {
  if (event.key !== "/" || !isShortcut(event)) return;
  const box = [...document.querySelectorAll('[role="search"] input')].find((input) => input.checkVisibility?.() ?? true);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

/** Buttons that command dialogs and popovers, for browsers that do not know `command` yet. */
function command(event) {
  const button = event.target.closest?.("button[command][commandfor]");
  const target = button && document.getElementById(button.getAttribute("commandfor"));
  if (!target || "commandForElement" in HTMLButtonElement.prototype) return;
  if (button.getAttribute("command") === "show-modal") target.showModal();
  if (button.getAttribute("command") === "close") target.close();
}

function paint(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.querySelectorAll("[data-set-theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  });
}

function chooseTheme(event) {
  const button = event.target.closest?.("[data-set-theme]");
  if (!button) return;
  paint(button.dataset.setTheme);
  try { localStorage.setItem("theme", button.dataset.setTheme); } catch { /* the choice lasts as long as the page */ }
}

/** A form is sent once: the pressed button says that it works, a second press is dropped. */
function once(event) {
  const { target: form, submitter } = event;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
}

function free() {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  document.querySelectorAll("form [aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

/** A button that copies the value of the field it names; only pages over https or on this machine may. */
async function copy(event) {
  const button = event.target.closest?.("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast(word("copied"));
  } catch { toast(word("copyYourself")); }
}

/** The server may answer with a toast: HX-Trigger: {"toast": {"text": "Moved to Review.", "undo": "/address/"}}. */
function told(event) {
  const { text, undo, label } = event.detail;
  const back = undo && (() => post(undo).then((answer) => answer.ok || toast(word("failed"))).catch(() => toast(word("noAnswer"))));
  toast(text, { undo: back || undefined, label });
}

/** Where tabs are wider than the screen, the present one is in view. */
function showTab() {
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ behavior: "instant", block: "nearest", inline: "center" });
}

document.addEventListener("keydown", slash);
document.addEventListener("click", command);
document.addEventListener("click", chooseTheme);
document.addEventListener("click", copy);
document.addEventListener("submit", once);
addEventListener("pageshow", free);
document.addEventListener("toast", told);
document.addEventListener("htmx:configRequest", (event) => {
  if (!SAFE.has(event.detail.verb)) event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:afterRequest", free);
document.addEventListener("htmx:responseError", () => toast(word("failed")));
document.addEventListener("htmx:sendError", () => toast(word("noAnswer")));

paint(document.documentElement.dataset.theme ?? "system");
document.querySelectorAll("[data-script]").forEach((element) => { element.hidden = false; });
showTab();
fadeDrawn();
