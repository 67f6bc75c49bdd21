// Everything in a document that text of people must never have become. Gives a list of sentences; empty is right.
(doc) => {
  const HELD = new Set(["value", "title", "placeholder", "alt", "label", "content"]);
  const ADDRESS = new Set(["href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset"]);
  const RUNS = /^[\s\x00-\x1f]*(javascript|vbscript|data:text)/i;
  const NEVER = "iframe, object, embed, base, marquee, math, video, audio, style, template script, meta[http-equiv]";
  const bad = [];
  const say = (el, what) => bad.push(`<${el.localName}> ${what}`.slice(0, 200));
  const local = (value) => /^(https?:\/\/(?!pwned)|mailto:|\/(?!\/)|\?|#)/.test(value);

  doc.querySelectorAll(NEVER).forEach((el) => say(el, "has no place on a page"));
  for (const el of doc.querySelectorAll("*")) {
    if (/pwned/i.test(el.localName)) say(el, "is an element made of text");
    if (el.localName === "script" && /pwned/i.test(el.textContent) && el.type !== "application/json") say(el, "holds text");
    for (const { name, value } of el.attributes) {
      if (/pwned/i.test(name) || /^on/i.test(name)) say(el, `has the attribute ${name}`);
      if (ADDRESS.has(name) && RUNS.test(value)) say(el, `leads to ${value}`);
      if (!/pwned/i.test(value) || HELD.has(name) || name.startsWith("aria-")) continue;
      if (!(ADDRESS.has(name) && local(value)) && !name.startsWith("data-")) say(el, `holds text in ${name}: ${value}`);
      if (/^data-hx-|^hx-/.test(name)) say(el, `gives htmx text: ${name}`);
    }
  }
  return bad;
}
