// The error analysis: shows what the address behind # names. Links change the address, the server makes the pieces.
// Gradio calls this with `element` and `server`.
const PREFIX = "#analysis";
const POLL_MS = 250;
const AWAY = { problem: "The server cannot be reached. Please try again in a moment." };
server = answered(server); // nothing here asks Gradio's own functions
const part = (name) => element.querySelector(`[data-part=${name}]`);
const shown = new Map(); // piece -> its HTML, so that what stays is not drawn again
const frame = element.querySelector("[data-testid=analysis]");
let started = false;
let refused = ""; // a sentence that outlives the view it interrupted

const address = () => (location.hash.startsWith(PREFIX) ? location.hash : PREFIX);
const say = (sentence) => (part("working").textContent = sentence);

function replace(name, html) {
  if (shown.get(name) === html) return;
  shown.set(name, html);
  const place = part(name);
  const held = place.contains(document.activeElement) ? focusPath(place) : null;
  place.innerHTML = html;
  if (held !== null) place.querySelectorAll("a, button, select")[held]?.focus({ preventScroll: true });
}

const focusPath = (place) => [...place.querySelectorAll("a, button, select")].indexOf(document.activeElement);

function show(message) {
  frame.classList.toggle("is-stale", "share" in message); // what stands there answers an earlier question
  if ("share" in message) {
    say(`Reading the pictures: ${Math.round(message.share * 100)}%`);
    return setTimeout(refresh, POLL_MS);
  }
  say(message.problem ?? refused);
  refused = "";
  for (const [name, html] of Object.entries(message.parts)) replace(name, html);
  markDecisions();
  const dialog = part("picture");
  if (message.parts.picture && !dialog.open) dialog.showModal();
  if (!message.parts.picture && dialog.open) dialog.close();
  if (!message.problem) frame.dataset.shown = address();
}

const answers = new NewestAnswer({
  ask: (hash) => server.view(hash),
  show,
  work: (busy) => frame.setAttribute("aria-busy", String(busy)),
  fail: () => say("The server cannot be reached; I will ask again in a moment."),
});

function refresh() {
  started = true;
  answers.want(address);
}

/** Goes to the address with these parts changed; page and opened picture start anew. */
function withChange(changes) {
  const query = new URLSearchParams(address().slice(PREFIX.length + 1));
  for (const [name, value] of Object.entries(changes)) query.set(name, value);
  for (const stale of ["page", "picture"]) query.delete(stale);
  location.hash = `${PREFIX}?${query}`;
}

/** The answer, once the server need not work on it any more; a problem where the server is away. */
async function finished(ask) {
  for (;;) {
    const answer = await ask().catch(() => AWAY);
    if (!("share" in answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The first tab names each visitor; who has corrected nothing has no name yet. */
async function openCorrections() {
  const answer = await finished(() => server.own_corrections(knownVisitor()));
  if (answer.name) return withChange({ data: answer.name });
  refused = answer.problem;
  shown.delete("choices"); // the list shows again what is on show
  return refresh();
}

part("choices").onchange = ({ target: { name, value } }) =>
  name === "data" && value === "corrections" ? openCorrections() : withChange({ [name]: value });
part("choices").onsubmit = (event) => event.preventDefault();
part("picture").oncancel = (event) => {
  event.preventDefault();
  part("picture").querySelector(".closing")?.click();
};

/** Takes a decision on a label; the same one again takes it back. */
function decide(button) {
  if (!decisions.decide(button.dataset)) say("Your browser keeps nothing for this page: download the decisions before you leave it.");
  markDecisions();
}

function markDecisions() {
  for (const button of element.querySelectorAll("[data-decide]"))
    button.setAttribute("aria-pressed", String(decisions.of(button.dataset) === button.dataset.decide));
}

const save = (name, url) => Object.assign(document.createElement("a"), { href: url, download: name }).click();

element.addEventListener("click", (event) => {
  if (event.target.dataset.decide) decide(event.target);
  if (!("decisions" in event.target.dataset)) return;
  const set = event.target.dataset.decisions;
  save(`labels-${set}.csv`, `data:text/csv,${encodeURIComponent(decisions.csv(set))}`);
});

/** The drawing of the first tab as a data URL, black on white; null when that tab has none. */
const drawing = () => document.querySelector("[data-testid=sketch-canvas]")?.drawing?.() ?? null;

part("ask-drawing").parentElement.hidden = !server.from_drawing; // a page without a server cannot read it
part("ask-drawing").onclick = async () => {
  const picture = drawing();
  if (!picture) return (part("drawing").textContent = "Draw a digit in the first tab, then come back.");
  const answer = await finished(() => server.from_drawing([address(), picture]));
  return replace("drawing", answer.html ?? "") ?? say(answer.problem ?? "");
};

element.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-save]");
  if (!button) return;
  const file = await finished(() => server.take_away([address(), button.dataset.save]));
  if (file.problem) return say(file.problem);
  save(file.name, file.url);
});
window.addEventListener("hashchange", () => {
  if (location.hash.startsWith(PREFIX)) refresh();
});
new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting) && !started) refresh();
}).observe(frame);
