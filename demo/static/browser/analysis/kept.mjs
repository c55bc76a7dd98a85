// In place of a server: the analysis' views, worked out when this page was made. `facts` are those of demo/space/kept_analysis.py.
import { ReaderError } from "../trouble.mjs";
import { openBundle } from "./bundle.mjs";

/** What analysis.js asks; keep(name) is told of each file that came. */
export function keptAnalysis(facts, keep) {
  const { prefix, first, changed, kept, pieces, depends, comparing, sentences, files } = facts;
  const bundles = new Map(); // name -> promise of what openBundle gives

  function bundle(name) {
    const file = `analysis/${name}.bin.gz`;
    if (!bundles.has(name)) {
      bundles.set(name, openBundle(file, files[file]).then((opened) => (keep(file), opened)));
      bundles.get(name).catch(() => bundles.delete(name));
    }
    return bundles.get(name);
  }

  /** An address as all its parts, texts; null where it asks for what no view has. */
  function parsed(hash) {
    const asked = Object.fromEntries(new URLSearchParams(hash.slice(prefix.length + 1)));
    if (Object.keys(asked).some((name) => !Object.hasOwn(first, name))) return null;
    const address = { ...first, ...asked };
    return address.other === address.model ? { ...address, other: "" } : address;
  }

  /** As Address.href writes it. */
  function href(address) {
    const query = new URLSearchParams(Object.keys(first).map((name) => [name, address[name]]).filter(([name, value]) => value !== first[name]));
    return query.size ? `${prefix}?${query}` : prefix;
  }

  /** HTML whose links say what they change -> the same with whole addresses. */
  function linked(html, address) {
    return html.replaceAll(/href="#~([^"]*)"/g, (_, written) => {
      const next = { ...address, page: first.page, picture: first.picture };
      for (const [name, value] of new URLSearchParams(written.replaceAll("&amp;", "&"))) next[name] = value === kept ? address[name] : value;
      return `href="${href(next).replaceAll("&", "&amp;")}"`;
    });
  }

  /** Under which a piece lies in its bundle, as demo/space/kept_views.py has it. */
  function key(piece, address) {
    const other = piece === "gallery" && !comparing.includes(address.only) ? address.other && facts.any : address.other;
    return [piece, ...depends[piece].map((part) => (part === "other" ? other : address[part]))].join("|");
  }

  const has = ({ data }, model) => Object.hasOwn(files, `analysis/${data}-${model}.bin.gz`);
  const plain = (address) => ["change", "mark", "area", "spot"].every((part) => address[part] === first[part]);

  /** Why there is no such view; "" where there may be one. */
  function refusal(address) {
    for (const model of [address.model, address.other]) if (model && !has(address, model)) return sentences.unfit.replace("{model}", model);
    if (!address.other && comparing.includes(address.only)) return sentences.two;
    return plain(address) && Object.hasOwn(depends, address.show) ? "" : sentences.view;
  }

  async function parts(address, shared) {
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
    const instead = (problem) => ({ problem, parts: { ...nothing(), choices: choices ?? facts.start_over } });
    if (!choices) return instead(sentences.view);
    const problem = refusal(address);
    if (problem) return instead(problem);
    const found = await parts(address, shared);
    if (found.picture === undefined) return instead(sentences.picture.replace("{picture}", address.picture));
    if (Object.values(found).includes(undefined)) return instead(sentences.view);
    return { parts: Object.fromEntries(pieces.map((name) => [name, linked({ ...found, choices }[name], address)])) };
  }

  const nothing = () => Object.fromEntries(pieces.map((name) => [name, ""]));

  /** A file that does not come is told in a sentence, with no numbers of another view. */
  async function view(hash) {
    try {
      return await answer(parsed(hash));
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      return { problem: error.message, parts: { ...nothing(), choices: facts.start_over } };
    }
  }

  return { view };
}
