// In place of a server: the analysis' views of pictures that a person sent, worked out here.
import { ownAddress } from "./address.mjs";
import { selected } from "./selection.mjs";
import { takenAway } from "./takeaway.mjs";
import { tinted } from "./tinted.mjs";
import { chooser, finding, gallery, picture, SECTIONS, sections } from "./views.mjs";

const NOT_HERE = "Of pictures of your own this page shows Overview, Calibration, Compare and Labels, without slices and areas. Choose one of them above.";

/**
 * What analysis.js asks about one set: view(parts) and take_away(parts, kind), each {share} while it is worked out.
 * bench: of that set; name: its name in addresses; facts: those of demo/space/kept_analysis.py; href: see addresses.mjs.
 */
export function ownViews(bench, name, { own, pieces, first, sentences, why }, href) {
  const shown = Object.fromEntries(Object.entries(own.sections).filter(([section]) => Object.hasOwn(SECTIONS, section)));
  const nothing = Object.fromEntries(pieces.map((piece) => [piece, ""]));

  const choices = (address) => {
    const others = Object.fromEntries(Object.entries(own.models).filter(([model]) => model !== address.model));
    return chooser([
      ["data", "Pictures", { [name]: bench.set.name, ...own.data }, name],
      ["model", "Model", own.models, address.model],
      ["other", "Second model", { "": "none", ...others }, address.other],
    ]);
  };

  /** Why there is no such view; "" where there is one. */
  function refusal(address) {
    if (!Object.hasOwn(shown, address.show) || address.slice || address.area || address.change) return NOT_HERE;
    for (const [part, offered] of [["only", own.kinds], ["sort", own.sorts], ["model", own.models]])
      if (!Object.hasOwn(offered, address[part])) return sentences.view;
    if (address.other && !Object.hasOwn(own.models, address.other)) return sentences.view;
    if (!address.other && ["fixed", "broken"].includes(address.only)) return sentences.two;
    return address.picture === null || address.picture < bench.set.labels.length ? "" : sentences.view;
  }

  /** {tables: [first, second or null]}, or what there is instead: {share} or {problem}. */
  function tables(address) {
    const asked = [address.model, address.other].filter(Boolean).map((model) => bench.table(model));
    const missing = asked.find(({ table }) => !table);
    return missing ?? { tables: [asked[0].table, asked[1]?.table ?? null] };
  }

  /** The address and its tables, or what there is instead. */
  function found(parts) {
    const address = ownAddress(parts, href);
    const problem = address ? refusal(address) : sentences.view;
    if (problem) return { problem, parts: { ...nothing, choices: choices({ ...first, ...parts }) } };
    const { problem: failed, ...rest } = tables(address);
    return failed ? { problem: failed, parts: { ...nothing, choices: choices(address) } } : { address, ...rest };
  }

  /** Null for what cannot be explained: the picture is shown all the same. */
  function explained({ reasons }) {
    if (reasons === undefined) return null;
    return { tinted: reasons && tinted(reasons.seen, reasons.heat, why.tints), near: null }; // the training pictures are not here
  }

  function view(asked) {
    const { address, tables: both, ...instead } = found(asked);
    if (!both) return instead;
    const [table, other] = both;
    const reasons = address.picture === null ? {} : bench.reasons(address.model, address.picture);
    if (reasons.share !== undefined) return reasons;
    const parts = {
      choices: choices(address),
      finding: finding(table),
      sections: sections(address, shown),
      section: SECTIONS[address.show](table, other, address),
      gallery: gallery(table, other, address, own),
      picture: address.picture === null ? "" : picture(table, other, address, explained(reasons)),
    };
    return { parts };
  }

  function take_away(asked, kind) {
    const { address, tables: both, ...instead } = found(asked);
    return both ? takenAway(kind, name, both[0], bench.set, selected(...both, address)) : instead;
  }

  return { view, take_away };
}
