// What journeys look for. Everything waits until it holds; nothing measures time.
import assert from 'node:assert/strict';
import { isLeaving } from './browser.mjs';

export { assert };
export const see = (locator) => locator.first().waitFor({ state: 'visible' });
export const gone = (locator) => locator.first().waitFor({ state: 'hidden' });

/** What `ask` answers; nothing where the page left in the middle of the question. */
const asked = async (ask) => {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!isLeaving(error)) throw error;
    return null;
  }
};

/** Asks again until the answer is the one that is wanted. */
export const until = async (what, ask, holds) => {
  const end = Date.now() + 60000;
  for (;;) {
    const told = await asked(ask);
    if (told && holds(told.answer)) return told.answer;
    if (Date.now() > end) assert.fail(`${what}: still ${JSON.stringify(told?.answer)}`);
    await new Promise((soon) => setTimeout(soon, 60));
  }
};
export const at = (page, path) => until('address', () => { const { pathname, search } = new URL(page.url()); return pathname + search; }, (now) => (path instanceof RegExp ? path.test(now) : now === path));
export const count = (locator, wanted) => until('count', () => locator.count(), (n) => n === wanted);

/** What a page may not be: wider than the window. */
export const fits = async (page) => {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${page.url()} is ${wide} px wide in a window of ${window} px`);
};
