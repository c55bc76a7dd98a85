"use strict";
// Pixels -> a PNG file, without a canvas: RFC 2083 around RFC 1951's fixed codes, of which only runs are used.

const RUN_BASES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const FILTER_UP = 2; // each byte less the one above: most of a drawing becomes one long run of zeros

/** {width, height, pixels: one byte (grey) or three (red, green, blue) a pixel} as a data URL. */
function pngUrl({ width, height, pixels }) {
  const bytes_a_row = pixels.length / height;
  const head = [...word(width), ...word(height), 8, bytes_a_row === width ? 0 : 2, 0, 0, 0];
  const file = [137, 80, 78, 71, 13, 10, 26, 10, ...chunk("IHDR", head)];
  const bytes = Uint8Array.from([...file, ...chunk("IDAT", packed(filtered(pixels, bytes_a_row))), ...chunk("IEND", [])]);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:image/png;base64,${btoa(text)}`;
}

const word = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function chunk(name, body) {
  const named = [...[...name].map((letter) => letter.charCodeAt(0)), ...body];
  return word(body.length).concat(named, word(checksum(named)));
}

/** CRC-32 as PNG has it. */
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

function filtered(pixels, bytes_a_row) {
  const rows = pixels.length / bytes_a_row, out = new Uint8Array(pixels.length + rows);
  for (let row = 0, to = 0; row < rows; row++) {
    out[to++] = FILTER_UP;
    for (let at = row * bytes_a_row; at < (row + 1) * bytes_a_row; at++) out[to++] = pixels[at] - (pixels[at - bytes_a_row] ?? 0);
  }
  return out;
}

/** A zlib stream of one block with fixed codes. */
function packed(bytes) {
  const bits = new Bits();
  bits.add(0b011, 3); // the last block, fixed codes
  for (let at = 0; at < bytes.length; ) {
    const run = at ? runLength(bytes, at) : 0;
    if (run < RUN_BASES[0]) addSymbol(bits, bytes[at++]);
    else {
      addRun(bits, run);
      at += run;
    }
  }
  addSymbol(bits, 256); // the end
  let low = 1, high = 0; // Adler-32
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return [0x78, 0x01, ...bits.bytes(), ...word(high * 65536 + low)];
}

/** How often the byte before `at` comes again from there, at most as often as one symbol can say. */
function runLength(bytes, at) {
  let length = 0;
  while (length < RUN_BASES.at(-1) && bytes[at + length] === bytes[at - 1]) length++;
  return length;
}

function addRun(bits, length) {
  const place = RUN_BASES.findLastIndex((base) => base <= length);
  const extra = place < 8 || length === RUN_BASES.at(-1) ? 0 : (place >> 2) - 1;
  addSymbol(bits, 257 + place);
  bits.add(length - RUN_BASES[place], extra);
  bits.add(0, 5); // one byte back
}

/** A literal, the end or a length, in the codes that every decoder knows. */
function addSymbol(bits, symbol) {
  const [code, count] = CODES[symbol];
  bits.add(code, count);
}

/** The fixed code of a symbol, its bits turned round as they travel, and their number. */
function fixedCode(symbol) {
  if (symbol < 144) return turned(0x30 + symbol, 8);
  if (symbol < 256) return turned(0x190 + symbol - 144, 9);
  if (symbol < 280) return turned(symbol - 256, 7);
  return turned(0xc0 + symbol - 280, 8);
}

const turned = (code, count) => [parseInt([...code.toString(2).padStart(count, "0")].reverse().join(""), 2), count];
const CODES = Array.from({ length: 288 }, (_, symbol) => fixedCode(symbol));

/** Bits in the order of RFC 1951: the lowest of a byte first. */
class Bits {
  #bytes = [];
  #waiting = 0;
  #count = 0;

  add(value, count) {
    this.#waiting |= value << this.#count;
    this.#count += count;
    for (; this.#count >= 8; this.#count -= 8, this.#waiting >>>= 8) this.#bytes.push(this.#waiting & 255);
  }

  bytes() {
    if (this.#count) this.add(0, 8 - this.#count);
    return this.#bytes;
  }
}
