// Runs journeys one after another and says how each ended. A journey fails by throwing, or by what its
// visitors' pages did that no page may do.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { visitor } from './browser.mjs';
import { assert } from './look.mjs';

const out = join(import.meta.dirname, '../out');
const journeys = [];

/** One way through the portal. `walk` is given what is running: see `run`. */
export const journey = (name, walk) => journeys.push({ name, walk });

/** The journeys of this file of `journeys/`. */
export const of = async (part) => {
  const before = journeys.length;
  await import(`../journeys/${part}.mjs`);
  return journeys.splice(before);
};

/** Runs them one after another; answers how many passed and failed. */
export const run = async (all, browser, server) => {
  const told = { passed: 0, failed: 0 };
  for (const { name, walk } of all) {
    const began = Date.now();
    const visitors = [];
    const visit = async (options) => {
      visitors.push(await visitor(browser, options));
      return visitors.at(-1);
    };
    let fault = null;
    try {
      await walk({ server, browser, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'a page did what no page may do');
    } catch (error) {
      fault = error;
      mkdirSync(out, { recursive: true });
      for (const [i, { page }] of visitors.entries()) {
        const file = join(out, `${name.replace(/\W+/g, '-')}-${i}.png`);
        await page.screenshot({ path: file }).catch(() => {});
        fault.message += `\n      at ${page.url()}, seen in ${file}`;
      }
    }
    for (const one of visitors) await one.close();
    told[fault ? 'failed' : 'passed'] += 1;
    console.log(`${fault ? 'FAILED' : 'ok'}  ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    if (fault) console.log(`      ${fault.stack ?? fault.message}`);
  }
  return told;
};
