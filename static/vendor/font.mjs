// Cuts Inter down to what the portal writes: Latin, weights 400 to 600, kerning and even figures.
// build.rs runs this after `npm ci`, in the folder that holds node_modules.
import { readFile, writeFile } from 'node:fs/promises';
import subset from 'subset-font';

const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
const text = range(0x20, 0x7e) + '\u00a0£§©«®°·»¿¡' + range(0xc0, 0xff) + 'ıŒœ–—‘’“”•…€→\u202f';
const whole = await readFile('node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
const part = await subset(whole, text, {
  targetFormat: 'woff2',
  variationAxes: { wght: { min: 400, max: 600 } },
  keepFeatures: ['kern', 'tnum'],
  noHinting: true,
});
await writeFile('inter.woff2', part);
