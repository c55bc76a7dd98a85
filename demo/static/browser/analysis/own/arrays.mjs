// An .npz with images and labels -> pictures.
import { SetError } from "./set-error.mjs";
import { unzipped } from "./unzip.mjs";

const MAGIC = "\x93NUMPY";
const READERS = {
  "|u1": Uint8Array, "|i1": Int8Array, "<u2": Uint16Array, "<i2": Int16Array, "<u4": Uint32Array, "<i4": Int32Array, "<u8": BigUint64Array, "<i8": BigInt64Array,
};

/** {pixels, width, height, labels, files: []} of MNIST-like arrays; SetError for others. */
export async function arraysOf(called, buffer, limits) {
  const files = unzipped(called, buffer, { ...limits, bytes: 2 * limits.bytes }); // what is not asked for may lie there too
  const missing = ["images", "labels"].filter((name) => !files.has(`${name}.npy`));
  if (missing.length) throw new SetError(`${called} lacks ${missing.join(" and ")}; it has ${[...files.keys()].map((name) => name.replace(/\.npy$/, "")).join(", ") || "nothing"}.`);
  const [images, labels] = [array(called, await files.get("images.npy")()), array(called, await files.get("labels.npy")())];
  if (images.kind !== "|u1" || images.shape.length !== 3 || images.shape.includes(0))
    throw new SetError(`${called}: expected images as uint8 (N, H, W), found ${images.kind} (${images.shape.join(", ")}).`);
  const [count, height, width] = images.shape;
  if (labels.shape.length !== 1 || labels.shape[0] !== count)
    throw new SetError(`${called}: expected one label for each of ${count.toLocaleString("en")} pictures, found (${labels.shape.join(", ")}).`);
  for (const [name, { kind, values, shape }] of Object.entries({ images, labels }))
    if (values.length !== shape.reduce((product, one) => product * one, 1))
      throw new SetError(`${called}: expected ${name} as whole numbers, row by row, found ${kind}. Please save np.ascontiguousarray(${name}) anew.`);
  return { pixels: images.values, width, height, labels: Array.from(labels.values, Number), files: [] };
}

/** {kind, shape, values} of an .npy file in NumPy's formats 1 to 3; rows before columns. */
function array(called, bytes) {
  const damaged = new SetError(`${called} is damaged or holds objects instead of numbers; please save it anew.`);
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) throw damaged;
  const view = new DataView(bytes.buffer, bytes.byteOffset), wide = bytes[6] > 1;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const told = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const kind = /'descr': '([^']*)'/.exec(told)?.[1], shape = /'shape': \(([\d, ]*)\)/.exec(told)?.[1].split(",").filter((one) => one.trim()).map(Number);
  const Reader = READERS[kind?.replace("=", "<")];
  if (!Reader || !shape || /'fortran_order': True/.test(told)) {
    if (kind && shape && !/O/.test(kind)) return { kind, shape, values: [] }; // told by who asked for another kind
    throw damaged;
  }
  const count = shape.reduce((product, one) => product * one, 1);
  if (bytes.length - start < count * Reader.BYTES_PER_ELEMENT) throw damaged;
  return { kind, shape, values: new Reader(bytes.slice(start).buffer, 0, count) };
}
