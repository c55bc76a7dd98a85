// Text as spreadsheets write it, as core/text.py reads it.

/** Text of bytes in UTF-8 or UTF-16. */
export function decoded(bytes) {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** The sign between the cells of a table, by its first line; commas beside others may be decimal points. */
export function separatorOf(line) {
  const often = (sign) => line.split(sign).length - 1;
  const [other] = [";", "\t", "|"].sort((one, another) => often(another) - often(one));
  return 2 * often(other) > often(",") ? other : ",";
}

/** The cells of a line, without quotes and blanks around them, and without an empty one after the last. */
export function cellsOf(line, separator) {
  const found = line.replaceAll('"', "").split(separator).map((cell) => cell.trim());
  return found.at(-1) === "" ? found.slice(0, -1) : found;
}

/** A plain number, NaN for anything else. */
export const numberOf = (cell) => (/^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell.replace(",", ".")) : NaN);
