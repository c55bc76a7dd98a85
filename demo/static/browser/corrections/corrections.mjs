// In place of a server: what people say a drawing really was, kept in this browser. Fetched when somebody first corrects.
import { checksum, pngUrl } from "../png.mjs";
import { greyOf, reduced } from "../grey.mjs";
import { asNpz, asPictures } from "./npz.mjs";
import { openStore } from "./store.mjs";

const FULL =
  "This was not kept: the storage that your browser gives this page is full, or cannot be written just now. What was kept before is " +
  "safe. Please download your corrections, delete some, and tap again.";
const UNREADABLE = "Your browser does not hand out what it keeps for this page just now. Please reload the page.";
const SIDE_PX = 28;
const FREE_AFTER_MS = 60_000; // by then a download has begun
const KINDS = {
  npz: { name: "corrections.npz", type: "application/octet-stream", pack: asNpz },
  pictures: { name: "corrections.zip", type: "application/zip", pack: asPictures },
};

/**
 * What correct.js and mine.js ask, as demo/corrections/correct.py answers it.
 * read(picture, model): a promise of what the reader of that name sees on {width, height, pixels}, {label, seen}; undefined
 *                       for nothing. Without a name the first is meant.
 * words:                the sentences of the server, see settings.json.
 */
export function ownCorrections(read, { words, most_shown }) {
  const opening = openStore();

  /** Keep what {picture: pixels, or an upload as a data URL, digit} really was, and what the model that was chosen said. */
  async function correct({ picture, model, digit }) {
    const pixels = typeof picture === "string" ? await greyOf(picture) : picture;
    const told = pixels.part ?? (await read(pixels, model));
    if (!told) return { sentence: words.blank, count: null };
    const png = pngUrl(reduced(pixels));
    const seen = Uint8Array.from(told.seen, (ink) => Math.round(255 * ink));
    const { forgetful, replace } = await opening;
    const kept = await replace({ digit, answer: told.label, seen, picture: png, sum: checksum(new TextEncoder().encode(png)) }).catch(() => null);
    if (!kept) return { sentence: FULL, count: null };
    const former = kept.replaced.at(-1) ?? digit;
    const instead = former === digit ? "" : words.instead.replace("{digit}", former);
    const sentence = words.kept.replace("{digit}", digit).replace("{instead}", instead).replace("{count}", kept.count);
    return { sentence, count: kept.count, id: kept.id, forgetful };
  }

  async function my_corrections() {
    const rows = await all();
    if (!rows) return { sentence: UNREADABLE };
    const shown = rows.slice(-most_shown).reverse().map(({ id, digit, answer, seen }) => ({ id, digit, answer, seen: small(seen) }));
    return { count: rows.length, shown };
  }

  async function forget_corrections({ ids }) {
    const count = await (await opening).forget(ids).catch(() => null);
    return { sentence: count === null ? UNREADABLE : words.taken_back.replace("{count}", count), count };
  }

  async function take_corrections({ kind }) {
    const rows = await all();
    if (!rows) return { sentence: UNREADABLE };
    const { name, type, pack } = KINDS[kind];
    const url = URL.createObjectURL(new Blob([pack(rows)], { type }));
    setTimeout(() => URL.revokeObjectURL(url), FREE_AFTER_MS);
    return { name, url };
  }

  const all = async () => (await opening).all().catch(() => null);

  return { correct, my_corrections, forget_corrections, take_corrections };
}

const small = (pixels) => pngUrl({ width: SIDE_PX, height: SIDE_PX, pixels });
