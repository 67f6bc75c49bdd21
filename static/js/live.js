// The one live connection of a page: <body data-live="/ws/cooperatives/7/" data-seq="118">.
// It hears, it never writes. What it hears becomes events on the document:
//   live:event   detail = the message, each once      live:resync   what is shown may be old: fetch it again
//   live:state   detail = "on" | "wait" | "off"     live:presence  detail = who has this page open
// A personal page listens to rooms besides: <i hidden data-live-also="/ws/cooperatives/7/" data-seq="118">. Of their state it
// says nothing, and when one is closed to the reader it looks again.
import { announce, clock, word } from "./words.js";

const FIRST = 500;
const LONGEST = 30000;
const REMEMBER = 2000;
const SPEAK_AFTER = 3000; // a blink of the line is not worth saying
const OVER = { 4401: "signedOut", 4403: "noRight", 4404: "noRight", 4408: "noRight" };

export class Live {
  constructor(address, seq, { quiet = false } = {}) {
    this.quiet = quiet;
    this.address = new URL(address, location.href.replace(/^http/, "ws")).href;
    this.seq = seq; // the newest the page has shown; null where the page has no single counter
    this.floor = seq;
    this.seen = new Set();
    this.attempt = 0;
    this.heartbeat = 25;
    this.changed = null;
    this.met = false;
    this.asked = false; // what was missed is on its way: until it is here, a newer event must not hide the gap
    this.socket = null;
    this.signal = document.getElementById("live");
  }

  start() {
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.drop("off"));
    addEventListener("pagehide", () => this.drop("wait")); // an open socket keeps a page out of the back cache
    addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && !this.socket && this.now());
    this.connect();
  }

  now() {
    if (this.over || this.socket) return;
    clearTimeout(this.timer);
    this.attempt = 0;
    this.connect();
  }

  connect() {
    if (this.over) return;
    if (!navigator.onLine) return this.show("off");
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("open", () => this.watch());
    socket.addEventListener("message", (event) => socket === this.socket && this.hear(event.data));
    socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
    this.watch();
  }

  /** Nothing heard for two heartbeats: the line is dead, whatever the socket believes. */
  watch() {
    clearTimeout(this.dog);
    this.dog = setTimeout(() => this.drop("wait", true), this.heartbeat * 2000);
  }

  drop(state, again = false) {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.dog);
    clearTimeout(this.timer);
    socket?.close(1000);
    this.show(state);
    if (again) this.retry();
  }

  closed(code) {
    this.socket = null;
    clearTimeout(this.dog);
    if (code in OVER) return this.end(OVER[code]);
    this.show(navigator.onLine ? "wait" : "off");
    this.retry();
  }

  retry() {
    if (!navigator.onLine || this.over) return;
    const longest = Math.min(LONGEST, FIRST * 2 ** this.attempt++);
    this.timer = setTimeout(() => this.connect(), longest * (0.5 + Math.random() / 2));
  }

  end(reason) {
    this.over = this.spoke = true;
    if (this.quiet) return this.tell("live:resync");
    this.show("off", word(reason));
    announce(word(reason));
  }

  hear(text) {
    this.watch();
    let message;
    try { message = JSON.parse(text); } catch { return; }
    const handler = { hello: "hello", ping: "pong", resync: "resync", caught_up: "caughtUp", error: "ignore", presence: "present" }[message.type];
    this[handler ?? "happened"](message);
  }

  ignore() {}

  /** Who is here: no record, so it neither counts nor repeats. */
  present(message) {
    this.tell("live:presence", message);
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  pong() {
    this.say({ type: "pong" });
  }

  hello(message) {
    this.heartbeat = message.heartbeat || this.heartbeat;
    this.attempt = 0;
    this.watch();
    this.asked = this.seq !== null && (this.met || message.seq > this.seq);
    if (this.asked) this.say({ type: "catch_up", since: this.seq });
    else if (this.seq === null) this.metBefore(message);
    this.met = true;
    this.show("on");
  }

  /** A page without a counter cannot ask for what it missed, only look again. */
  metBefore() {
    if (this.met) this.tell("live:resync");
  }

  caughtUp(message) {
    if (this.seq === null) return;
    this.asked = false;
    this.seq = Math.max(this.seq, message.seq ?? 0);
    this.floor = this.seq;
    this.seen.clear();
  }

  resync(message) {
    if (this.seq !== null) this.caughtUp(message);
    this.tell("live:resync", message);
  }

  happened(message) {
    if (!this.fresh(message)) return;
    this.changed = new Date();
    this.tell("live:event", message);
  }

  /** Each event once: the line may repeat, and catching up overlaps with what arrives meanwhile. */
  fresh({ seq, cooperative }) {
    if (seq === undefined) return true;
    const key = `${cooperative}:${seq}`;
    if ((this.floor !== null && seq <= this.floor) || this.seen.has(key)) return false;
    this.seen.add(key);
    if (this.seen.size > REMEMBER) this.seen.delete(this.seen.values().next().value);
    if (this.seq !== null && !this.asked) this.seq = Math.max(this.seq, seq);
    return true;
  }

  tell(name, detail = {}) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }

  show(state, words = "") {
    if (this.quiet) return;
    const said = words || { on: word("live"), wait: this.waiting(), off: word("off") }[state];
    this.speak(state, said);
    this.state = state;
    if (this.signal) {
      this.signal.dataset.live = state;
      this.signal.title = said;
      this.signal.lastElementChild.textContent = said;
    }
    this.tell("live:state", state);
  }

  waiting() {
    if (!this.met) return word("first");
    return this.changed ? word("waitSince", { time: clock(this.changed) }) : word("wait");
  }

  speak(state, said) {
    clearTimeout(this.voice);
    if (state === "on") {
      if (this.spoke) announce(word("again"));
      this.spoke = false;
    } else if (!this.spoke && this.met) {
      this.voice = setTimeout(() => { this.spoke = true; announce(said); }, SPEAK_AFTER);
    }
  }
}

const counted = (seq) => (seq === undefined || seq === "" ? null : Number(seq));

const { live, seq } = document.body.dataset;
if (live) new Live(live, counted(seq)).start();
for (const room of document.querySelectorAll("[data-live-also]")) {
  new Live(room.dataset.liveAlso, counted(room.dataset.seq), { quiet: true }).start();
}
