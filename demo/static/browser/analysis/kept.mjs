// In place of a server: the analysis' views of what ships, worked out when this page was made.
import { ReaderError } from "../trouble.mjs";
import { addresses } from "./addresses.mjs";
import { openBundle } from "./bundle.mjs";

/** What analysis.js asks; facts: those of demo/space/kept_analysis.py; keep(file) is told of each file that came. */
export function keptAnalysis(facts, keep) {
  const { pieces, depends, comparing, sentences, files } = facts;
  const { parsed, linked, key, plain } = addresses(facts);
  const bundles = new Map(); // name -> promise of what openBundle gives
  const nothing = Object.fromEntries(pieces.map((name) => [name, ""]));
  const fileOf = (name) => `analysis/${name}.bin.gz`;
  const has = ({ data }, model) => Object.hasOwn(files, fileOf(`${data}-${model}`));

  function bundle(name) {
    if (!bundles.has(name)) {
      bundles.set(name, openBundle(fileOf(name), files[fileOf(name)]).then((opened) => (keep(fileOf(name)), opened)));
      bundles.get(name).catch(() => bundles.delete(name));
    }
    return bundles.get(name);
  }

  /** Why there is no such view; "" where there may be one. */
  function refusal(address) {
    for (const model of [address.model, address.other]) if (model && !has(address, model)) return sentences.unfit.replace("{model}", model);
    if (!address.other && comparing.includes(address.only)) return sentences.two;
    return plain(address) && Object.hasOwn(depends, address.show) ? "" : sentences.view;
  }

  /** Name -> HTML of all but the choices; undefined for what is not kept. */
  async function found(address, shared) {
    const own = await bundle(`${address.data}-${address.model}`);
    const opened = address.picture && (await bundle(`${address.data}-${address.model}-opened`));
    return {
      finding: own(key("finding", address)),
      sections: shared(key("sections", address)),
      section: own(key(address.show, address)) ?? shared(key(address.show, address)),
      gallery: own(key("gallery", address)),
      picture: opened ? opened(key("picture", address)) : "",
    };
  }

  /** What an address shows, as Screen.view says it. */
  async function answer(address) {
    const shared = await bundle("shared");
    const choices = address && shared(key("choices", address));
    const instead = (problem) => ({ problem, parts: { ...nothing, choices: choices ?? facts.start_over } });
    if (!choices) return instead(sentences.view);
    const problem = refusal(address);
    if (problem) return instead(problem);
    const parts = await found(address, shared);
    if (parts.picture === undefined) return instead(sentences.picture.replace("{picture}", address.picture));
    if (Object.values(parts).includes(undefined)) return instead(sentences.view);
    return { parts: Object.fromEntries(pieces.map((name) => [name, linked({ ...parts, choices }[name], address)])) };
  }

  /** A file that does not come is told in a sentence, with no numbers of another view. */
  async function view(hash) {
    try {
      return await answer(parsed(hash));
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      return { problem: error.message, parts: { ...nothing, choices: facts.start_over } };
    }
  }

  return { view };
}
