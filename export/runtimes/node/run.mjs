// Runs one model on the pictures in a folder: node run.mjs PACKAGES MODEL FOLDER. See export/runtimes/exchange.py.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const BATCH = 256;
const [packages, model, folder] = process.argv.slice(2);
const ort = createRequire(join(packages, "package.json"))("onnxruntime-node");

const request = JSON.parse(readFileSync(join(folder, "request.json"), "utf8"));
const bytes = readFileSync(join(folder, "image.bin"));
const arrays = { float32: Float32Array, uint8: Uint8Array };
const pixels = new arrays[request.type](bytes.buffer, bytes.byteOffset, bytes.length / arrays[request.type].BYTES_PER_ELEMENT);
const [count, ...shape] = request.shape;
const size = shape.reduce((product, axis) => product * axis, 1);

const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const parts = {};
for (let start = 0; start < count; start += BATCH) {
  const n = Math.min(BATCH, count - start);
  const part = pixels.slice(start * size, (start + n) * size);
  const outputs = await session.run({ [session.inputNames[0]]: new ort.Tensor(request.type, part, [n, ...shape]) });
  for (const name of session.outputNames) (parts[name] ??= []).push(outputs[name]);
}

const reply = {};
for (const [name, tensors] of Object.entries(parts)) {
  reply[name] = { type: tensors[0].type, shape: [count, ...tensors[0].dims.slice(1)] };
  writeFileSync(join(folder, `${name}.bin`), Buffer.concat(tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))));
}
writeFileSync(join(folder, "reply.json"), JSON.stringify(reply));
