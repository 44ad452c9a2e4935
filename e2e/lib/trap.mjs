// Hostile text typed into forms by the hundred, and a look whether a page took any of it for something else than text. What
// is not opened in a window is read by the browser's own parser, which runs nothing and misses nothing.
import { assert } from './look.mjs';

/** What runs inside the browser. */
const inside = () => {
  const ELEMENTS = 'script:not([src^="/assets/"]), iframe, object, embed, base, math, video, style, meta[http-equiv], link:not([href^="/"]), img:not([src^="/"]):not([src^="data:"])';
  const LEADING = ['href', 'src', 'action', 'formaction', 'srcdoc', 'data', 'hx-get', 'hx-post', 'poster', 'style'];
  const strange = (one) => [...one.attributes].some(({ name, value }) => /^(on|hx-on)/.test(name) || (LEADING.includes(name) && !/^([/?#]|$|data:image|https?:\/\/[\w.-]*localhost)/.test(value)));
  const plain = (text) => text.replace(/\s+/g, ' ');
  const holds = (doc, text) => plain(doc.documentElement.textContent).includes(text) || [...doc.querySelectorAll('input, textarea, option')].some((one) => (one.getAttribute('value') ?? one.textContent) === text);
  const wrong = (doc, what, texts) => [
    ...[...doc.querySelectorAll(ELEMENTS), ...[...doc.querySelectorAll('*')].filter(strange)].map((one) => `${what}: ${one.outerHTML.slice(0, 200)}`),
    ...texts.filter((text) => !holds(doc, text)).map((text) => `${what} does not show ${text}`),
  ];
  const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');
  window.trap = {
    here: (texts) => wrong(document, location.pathname, texts),
    read: (all) => all.flatMap(({ html, what, texts }) => wrong(parsed(html), what, texts)),
    /** The form with this action as it would be sent with `text` in every text field that takes so much. */
    filled: (all) => all.map(({ html, action, text, fields = {}, skip = [] }) => {
      const form = [...parsed(html).forms].find((one) => one.getAttribute('action') === action);
      if (!form) return null;
      const sent = new FormData(form);
      for (const field of form.querySelectorAll('input, textarea')) {
        const texts = field.tagName === 'TEXTAREA' || ['text', null].includes(field.getAttribute('type'));
        if (texts && field.name && !skip.includes(field.name) && text.length <= Number(field.getAttribute('maxlength') ?? 1024)) sent.set(field.name, text);
      }
      if (sent.get('field_value') && !sent.get('field_name')) sent.set('field_name', 'Note');
      for (const [name, value] of Object.entries(fields)) sent.set(name, value);
      return [...sent];
    }),
  };
};

const all = async (list, work) => {
  const told = [];
  for (let n = 0; n < list.length; n += 60) told.push(...await Promise.all(list.slice(n, n + 60).map(work)));
  return told;
};

/** The words for a visitor's page and their client: `type`, `look` and `open`. */
export const trapOf = (page, client) => {
  const words = {
    /** Types into the forms `{ page, action, text }`, each of which must be taken. Where `page` is the same it is read once. */
    type: async (list) => {
      const pages = new Map();
      await all([...new Set(list.map((one) => one.page))], async (path) => pages.set(path, (await client.get(path)).html));
      const forms = await page.evaluate((given) => window.trap.filled(given), list.map((one) => ({ ...one, html: pages.get(one.page) })));
      const answers = await all(list.map((one, n) => ({ ...one, form: forms[n] })), async ({ action, text, form }) => {
        const answer = form ? await client.post(action, form) : { status: 'no form', html: '' };
        return { action, text, ...answer };
      });
      assert.deepEqual(answers.filter(({ status }) => status !== 303).map(({ action, text, status, html }) => `${action} answered ${status} to ${text} ${html.match(/class="error"[^]*?<\/span>/)?.[0] ?? ''}`), []);
    },
    /** Looks at pages `{ page, texts }`, which must show these texts and nothing that came out of one. */
    look: async (list) => {
      const given = await all(list, async ({ page: path, texts }) => ({ what: path, texts, html: (await client.get(path)).html }));
      assert.deepEqual(await page.evaluate((pages) => window.trap.read(pages), given), []);
    },
    /** Opens a page as a person does, and looks at it there. */
    open: async (url, texts = []) => {
      await page.goto(url);
      assert.ok(page.url().startsWith(url), `led away to ${page.url()}`);
      assert.deepEqual(await page.evaluate((wanted) => window.trap.here(wanted), texts), []);
    },
  };
  return words;
};
/** Puts the words into every page of a visitor; before the first. */
export const set = ({ context }) => context.addInitScript(inside);
