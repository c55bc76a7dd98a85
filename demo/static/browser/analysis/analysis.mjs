// The second tab: the Gradio page's error analysis, answered by files of this folder. Fetched when it is first opened.
import { keepLater } from "../keep.mjs";
import { addresses } from "./addresses.mjs";
import { keptAnalysis } from "./kept.mjs";
import { wire } from "./screen.mjs";

const OWN = "own-"; // begins the names of sets that a person sent
const GONE = "Pictures of your own stay in this tab until the page is left or others are chosen, so these are gone. Please choose them again.";

/** Make the tab's panel work, once its looks are there. */
export async function startAnalysis(panel) {
  const [facts, { files }] = await Promise.all(["facts.json", "../settings.json"].map(json));
  await styled(new URL("analysis.css", import.meta.url));
  const keep = (file) => keepLater(new URL(`../${file}`, import.meta.url).href);
  const server = answering(facts, keptAnalysis(facts, keep));
  listenOnce(panel.querySelector("[data-testid=own-pictures]"), { facts, keep, wasm: runtimeOf(files), open: server.open, href: server.href });
  wire(panel, { view: server.view, take_away: server.take_away });
}

/** What analysis.js asks: of one's own pictures what was worked out here, of all others what is kept. */
function answering(facts, kept) {
  const { parsed, href } = addresses(facts);
  let own = null; // {name, title, views}
  const ownOf = (asked) => (asked?.data === own?.name ? own.views : null);
  const gone = () => ({ problem: GONE, parts: { ...Object.fromEntries(facts.pieces.map((piece) => [piece, ""])), choices: facts.start_over } });

  /** The lists above a kept view, with one's own pictures among the others. */
  function withOwn({ parts, ...rest }) {
    const { outerHTML } = new Option(own.title, own.name);
    return { ...rest, parts: { ...parts, choices: parts.choices.replace("</select>", () => `${outerHTML}</select>`) } };
  }

  async function view(hash) {
    const asked = parsed(hash);
    if (asked?.data.startsWith(OWN)) return own && ownOf(asked) ? own.views.view(asked) : gone();
    const told = await kept.view(hash);
    return own ? withOwn(told) : told;
  }

  return {
    href,
    view,
    take_away: async ([hash, kind]) => own.views.take_away(parsed(hash), kind),
    open: (name, views, title) => {
      own = { name, views, title };
      location.hash = `${facts.prefix}?data=${name}`;
    },
  };
}

/** What reads pictures of one's own is fetched when somebody opens its part of the page. */
function listenOnce(panel, asked) {
  const begin = async () => {
    if (!panel.open) return;
    panel.ontoggle = null;
    const { listen } = await import("./own/panel.mjs");
    listen(panel, asked);
    panel.dataset.ready = "";
  };
  panel.ontoggle = begin;
  begin(); // who was quick has opened it already
}

const json = async (name) => (await fetch(new URL(name, import.meta.url))).json();
const runtimeOf = (files) => Object.entries(files).map(([name, sums]) => ({ name, sums })).find(({ name }) => name.includes(".wasm"));

function styled(href) {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const ready = new Promise((resolve, reject) => Object.assign(sheet, { onload: resolve, onerror: reject }));
  document.head.append(sheet);
  return ready;
}
