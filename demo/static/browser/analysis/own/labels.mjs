// Which file of a folder or zip is which digit, as core/labels.py tells: by labels.csv, by its folder, or by its own name.
import { SetError } from "./set-error.mjs";
import { cellsOf, decoded, separatorOf } from "./text.mjs";

const DIGIT = /^([0-9])(?![0-9])/; // one digit alone at the start of a folder's or file's name
const SYSTEMS_OWN = new Set(["__MACOSX", "Thumbs.db", "desktop.ini"]); // and all names with a dot first

/** [[name, label], ...] of each file of a set called so that may be a picture; bytesOf(name): a promise of a file's content. */
export async function labelled(called, names, bytesOf, complaints) {
  const files = names.filter((name) => !name.split("/").some((part) => SYSTEMS_OWN.has(part) || part.startsWith(".")));
  const tables = files.filter((name) => leaf(name).toLowerCase() === "labels.csv").sort();
  if (!tables.length) {
    const byFolder = files.some((name) => DIGIT.test(folderOf(name)));
    return files.map((name) => [name, labelOf(name, byFolder)]);
  }
  const rows = [];
  for (const table of tables) rows.push(...rowsOf(called, table, decoded(await bytesOf(table)), new Set(files), complaints));
  const named = new Set([...rows.map(([name]) => name), ...tables]);
  for (const name of files) if (!named.has(name)) complaints.add(`${name}: labels.csv does not name it.`);
  return rows;
}

const leaf = (name) => name.slice(name.lastIndexOf("/") + 1);
const folderOf = (name) => name.split("/").at(-2) ?? "";

/** The label that a file's path says; byFolder: other folders are digits, so this one's name counts as it is. */
function labelOf(name, byFolder) {
  const folder = folderOf(name);
  if (/^\d+$/.test(folder) || folder.startsWith("OTHER")) return folder;
  const found = DIGIT.exec(folder) ?? ((!folder || !byFolder) && DIGIT.exec(leaf(name)));
  return found ? found[1] : folder;
}

function rowsOf(called, table, text, files, complaints) {
  const [first = "", ...lines] = text.split(/\r\n|\n|\r/);
  const separator = separatorOf(first), header = cellsOf(first, separator).map((name) => name.toLowerCase());
  const [filePlace, labelPlace] = ["file", "label"].map((name) => header.indexOf(name));
  if (filePlace < 0 || labelPlace < 0) throw new SetError(`${called}: ${table} has columns ${header.slice(0, 9).join(", ") || "of no name"}; expected file and label.`);
  return lines.flatMap((line, at) => {
    const cells = cellsOf(line, separator);
    if (!cells.some(Boolean)) return [];
    if (!cells[filePlace] || !cells[labelPlace]) {
      complaints.add(`${table}, line ${at + 2}: expected a file and its label, found "${cells.join(", ")}".`);
      return [];
    }
    return [[beside(table, cells[filePlace].replaceAll("\\", "/"), files), cells[labelPlace].replace(/^(\d+)[.,]0*$/, "$1")]];
  });
}

/** The file that a row means, from its table's folder or from the top; as it is named where it is at neither. */
function beside(table, named, files) {
  const near = table.slice(0, table.length - leaf(table).length) + named;
  return files.has(near) ? near : named;
}
