// All journeys, in lanes side by side, each on a fresh server of its own: npm --prefix e2e test [-- part of a name]
import { launch } from './lib/browser.mjs';
import { of, run } from './lib/runner.mjs';
import { start } from './lib/server.mjs';

// What one lane does to its tenants, the other does not see. Of the same length, or nearly.
const LANES = [
  ['looks', 'looks_platform'],
  ['first_run', 'people', 'import_export', 'audit', 'joining', 'neighbours', 'platform', 'tenants', 'visits', 'settings', 'keys', 'scalings', 'live', 'health', 'signup', 'forgery', 'typing', 'scripts', 'keyboard', 'without_scripts'],
  ['tossing', 'single', 'stored'],
];
const only = process.argv[2] ?? '';
const began = Date.now();
const walk = async (journeys) => {
  if (!journeys.length) return { passed: 0, failed: 0 };
  const [server, browser] = [await start(), await launch()];
  try {
    return await run(journeys, browser, server);
  } finally {
    await browser.close();
    const code = await server.stop();
    if (code !== 0) { console.log(`the server ended with ${code}:\n${server.told()}`); process.exitCode = 1; }
  }
};
const asked = [];
for (const parts of LANES) {
  const lane = [];
  for (const part of parts) lane.push(...(await of(part)).filter(({ name }) => name.includes(only)));
  asked.push(lane);
}
const lanes = await Promise.all(asked.map(walk));
const sum = (what) => lanes.reduce((all, lane) => all + lane[what], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed in ${Math.round((Date.now() - began) / 1000)} s`);
if (sum('failed') || !sum('passed')) process.exitCode = 1;
