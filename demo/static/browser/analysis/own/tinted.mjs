// What mattered, in colour.
const SIDE_PX = 28;

/**
 * What was seen (784 bytes), red where it speaks for the answer and blue where against, as demo/answers/understand_views.py
 * has it: 784 times red, green, blue. heat: 784 shares in [-1, 1]; tints: the two colours.
 */
export function tinted(seen, heat, [pro, contra]) {
  const pixels = new Uint8Array(3 * SIDE_PX ** 2);
  heat.forEach((share, at) => {
    const tint = share > 0 ? pro : contra, strength = Math.sqrt(Math.abs(share)); // small effects stay visible
    tint.forEach((level, channel) => (pixels[3 * at + channel] = Math.round(seen[at] * (1 - strength) + level * strength)));
  });
  return pixels;
}
