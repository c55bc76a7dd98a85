// The readers that came to this browser, side by side on one picture.
import { render } from "./own/templates.mjs";

/**
 * HTML of a table. models: name -> {title}, verdicts: sentences, see settings.json; here(name): a promise of a reader, undefined
 * for one that nobody has chosen yet.
 */
export async function compared(picture, { models, verdicts }, here) {
  const rows = [], notes = [];
  for (const [name, { title }] of Object.entries(models)) {
    const read = await here(name)?.catch(() => null);
    if (read) rows.push([title, ...(await told(read, picture, verdicts))]);
    else notes.push(`${title}, is fetched once it is chosen above.`);
  }
  return render("models", { verdict: verdict(rows, verdicts), rows, notes, where: "in this browser" });
}

/** The answer, its probability, and how many milliseconds it took. */
async function told(read, picture, { none }) {
  const begun = performance.now();
  const { parts: [part] } = await read(picture);
  return [String(part?.label ?? none), part ? Math.max(...part.probabilities) : 0, performance.now() - begun];
}

function verdict(rows, { one, agree, differ }) {
  const said = new Set(rows.map(([, answer]) => answer));
  if (rows.length < 2) return one.replace("on this server", "here so far");
  return (said.size === 1 ? agree.replace("{said}", [...said][0]) : differ).replace("{count}", rows.length);
}
