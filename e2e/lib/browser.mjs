// One Chromium for the whole run and a fresh profile for each visitor, who notes everything that a page
// must not do: throw, log errors, open dialogs, ask other hosts.
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS });

// A page that follows itself may be leaving just as it is asked to load: the browser then answers with a fault of its own.
const LEAVING = /Not attached to an active page|interrupted by another navigation|Execution context was destroyed|because of a navigation/;
export const isLeaving = (error) => LEAVING.test(error.message);

/** Loads as the browser does, once more when the page was leaving by itself at that moment. */
const settled = (page) => {
  for (const way of ['goto', 'reload']) {
    const load = page[way].bind(page);
    page[way] = async (...asked) => {
      try {
        return await load(...asked);
      } catch (error) {
        if (!isLeaving(error)) throw error;
        await page.waitForLoadState();
        return load(...asked);
      }
    };
  }
  return page;
};

/** A visitor with cookies of their own: `page`, `context`, `faults`, `close()`. */
export const visitor = async (browser, options = {}) => {
  const context = await browser.newContext({ ...DESKTOP, locale: 'en-US', reducedMotion: 'reduce', acceptDownloads: true, ...options });
  context.setDefaultTimeout(60000);
  const faults = [];
  context.on('page', (page) => {
    page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
    page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('console', (message) => {
      // The browser logs each answer of 4xx and of a tenant that rests by itself; journeys that expect one look at the page.
      if (message.type() === 'error' && !/responded with a status of (4\d\d|503)/.test(message.text())) faults.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (/^http/.test(protocol) && !/(^|\.)localhost$/.test(hostname)) faults.push(`asked ${hostname}`);
    });
  });
  return { context, page: settled(await context.newPage()), faults, close: () => context.close() };
};
