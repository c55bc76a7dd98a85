// Where corrections lie: in this browser's IndexedDB, or where it refuses that, in memory until the page is left.

const PAGE = new URL("../../", import.meta.url).pathname; // several such pages may share a host
const NAME = `digits ${PAGE}`;
const KEPT = "corrections";

/**
 * {forgetful, all(), replace(row), forget(ids)}; the functions give promises, which fail where storage is full.
 * all():        every row, the oldest first, each with the id that it was given.
 * replace(row): keep it, in the place of what was said of the same picture; {id, count, replaced: those digits}.
 * forget(ids):  delete those, all for null; how many are left.
 */
export async function openStore() {
  const usable = await opened().then((database) => (database.close(), true), () => false);
  return usable ? kept() : fleeting();
}

function kept() {
  return {
    forgetful: false,
    all: () => within("readonly", (rows) => done(rows.getAll())),
    replace: (row) =>
      within("readwrite", async (rows) => {
        const alike = await done(rows.index("sum").getAll(row.sum));
        const before = alike.filter(({ picture }) => picture === row.picture);
        for (const { id } of before) rows.delete(id);
        return { id: await done(rows.add(row)), count: await done(rows.count()), replaced: before.map(({ digit }) => digit) };
      }),
    forget: (ids) =>
      within("readwrite", (rows) => {
        if (ids === null) rows.clear();
        else for (const id of ids) rows.delete(id);
        return done(rows.count());
      }),
  };
}

function fleeting() {
  let rows = [], next = 1;
  return {
    forgetful: true,
    all: async () => [...rows],
    replace: async (row) => {
      const before = rows.filter(({ picture }) => picture === row.picture);
      rows = [...rows.filter((one) => !before.includes(one)), { ...row, id: next++ }];
      return { id: next - 1, count: rows.length, replaced: before.map(({ digit }) => digit) };
    },
    forget: async (ids) => (rows = ids === null ? [] : rows.filter(({ id }) => !ids.includes(id))).length,
  };
}

/** What `work` gives, once it is on the disk. Each time opened anew: who clears this page's data finds nothing in the way. */
async function within(mode, work) {
  const database = await opened();
  try {
    const transaction = database.transaction(KEPT, mode, { durability: "strict" });
    const whole = new Promise((resolve, reject) => Object.assign(transaction, { oncomplete: resolve, onabort: () => reject(transaction.error) }));
    const [result] = await Promise.all([work(transaction.objectStore(KEPT)), whole]);
    return result;
  } finally {
    database.close();
  }
}

async function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const rows = request.result.createObjectStore(KEPT, { keyPath: "id", autoIncrement: true });
    rows.createIndex("sum", "sum"); // finds the same picture without reading all of them
  };
  return done(request);
}

const done = (request) =>
  new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
