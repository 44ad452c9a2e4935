// What no page may have in light or in dark: a fault that axe finds, or more width than the window.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fits } from './look.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Everything that is wrong with the page as it is now, in both schemes. */
export const examine = async (page, what) => {
  await page.evaluate(() => document.fonts.ready);
  await fits(page);
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    // Colours fade from one scheme to the other, and children after their parents; what counts is where they end.
    await page.evaluate(async () => {
      const fading = () => document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
      for (let still = 0; still < 3; still += 1) {
        await new Promise(requestAnimationFrame);
        for (const one of fading()) { one.finish(); still = 0; }
      }
    });
    if (!(await page.evaluate(() => !!window.axe))) await page.evaluate(axe);
    const faults = await page.evaluate(async (tags) => (await window.axe.run({ runOnly: tags, resultTypes: ['violations'] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`), RULES);
    found.push(...faults.map((fault) => `${what} in ${colorScheme}: ${fault}`));
  }
  return found;
};
