// One way for scripts to write: a form post with the page's token, the answer as the server gave it.

/** The token that proves a write comes from our own page. */
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Post fields to one of our addresses. Throws TypeError when there is no answer; a refusal is an answer. */
export function post(url, fields = {}, headers = {}) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": token(), "HX-Request": "true", ...headers },
    body: fields instanceof FormData ? fields : new URLSearchParams(fields),
  });
}
