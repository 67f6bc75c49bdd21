// Passkeys: <form data-passkey="create|get"> asks the browser for one when it is sent, and sends what it gave.
// The options come from <script type="application/json" id="passkey-data">, or, where nobody is known yet, from the
// address in data-ask. Without this script the form stays shut and the page says so; everything else works.
const JSON_ONLY = { headers: { Accept: "application/json" }, credentials: "same-origin" };
const able = () => Boolean(window.PublicKeyCredential && window.isSecureContext && window.webauthnJSON);

function said(form) {
  return form.querySelector("[data-passkey-said]");
}

function say(form, word) {
  const note = said(form);
  note.hidden = !word;
  note.querySelector("p").textContent = word ? note.dataset[word] : "";
}

async function options(form) {
  if (!form.dataset.ask) return JSON.parse(document.getElementById("passkey-data").textContent);
  const answer = await fetch(form.dataset.ask, JSON_ONLY);
  if (!answer.ok) throw new TypeError("no options");
  return answer.json();
}

/** A key that stands in for the password has to be found without a name, and to know its owner by PIN or finger. */
function asWished(creation, passwordless) {
  const chosen = creation.publicKey.authenticatorSelection;
  chosen.residentKey = passwordless ? "required" : "discouraged";
  chosen.requireResidentKey = passwordless;
  if (passwordless) chosen.userVerification = "required";
  return creation;
}

async function credential(form) {
  const found = await options(form);
  if (form.dataset.passkey === "get") return window.webauthnJSON.get(found.request_options);
  return window.webauthnJSON.create(asWished(found.creation_options, form.elements.passwordless.checked));
}

function wordFor(error) {
  if (error.name === "InvalidStateError") return "known";
  if (error.name === "SecurityError" || error.name === "NotSupportedError") return "unable";
  return error instanceof TypeError ? "away" : "refused";
}

async function sent(event) {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  say(form, "");
  try {
    form.elements.credential.value = JSON.stringify(await credential(form));
    form.submit();
  } catch (error) {
    say(form, wordFor(error));
  } finally {
    delete form.dataset.busy;
  }
}

addEventListener("load", () => {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    if (!able()) {
      button.hidden = true;
      if (form.dataset.passkey === "create") say(form, "unable");
      continue;
    }
    button.hidden = button.disabled = false;
    form.addEventListener("submit", sent);
  }
});
