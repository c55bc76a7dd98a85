// Files as a browser hands them over -> [[path, File], ...]; folders with all that is in them.

/** Of a file chooser; a chosen folder's own name is left out, as a zip of it would do. */
export const paths = (files) => [...files].map((file) => [file.webkitRelativePath.split("/").slice(1).join("/") || file.name, file]);

/** Of a drop. */
export async function dropped({ items }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean); // all at once: they are gone a moment later
  const alone = entries.length === 1 && entries[0].isDirectory;
  const found = (await Promise.all(entries.map((entry) => within(entry, "")))).flat();
  return alone ? found.map(([path, file]) => [path.slice(path.indexOf("/") + 1), file]) : found;
}

async function within(entry, folder) {
  const path = folder + entry.name;
  if (entry.isFile) return [[path, await new Promise((resolve, reject) => entry.file(resolve, reject))]];
  const inside = await listed(entry.createReader());
  return (await Promise.all(inside.map((one) => within(one, `${path}/`)))).flat();
}

/** A folder's entries, which come a hundred at a time. */
async function listed(reader) {
  const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  return part.length ? [...part, ...(await listed(reader))] : [];
}
