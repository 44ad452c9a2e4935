// What the shell does with scripts: command palette, shortcuts, sheets, selection, copy, menus.
// Each of these also works without: palette entries are links, sheets are pages, menus are popovers.
(() => {
  'use strict';
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const own = window.tenantry;
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  for (const hint of $$('[data-key-hint]')) hint.textContent = mac ? '⌘K' : 'Ctrl K';

  // Toasts that scripts make, with text only.
  const toast = (title, text, tone, href, label) => {
    const box = document.createElement('div');
    box.className = 'toast';
    box.dataset.toast = '';
    if (tone) { box.dataset.tone = tone; box.setAttribute('role', 'alert'); }
    const body = document.createElement('div');
    body.append(Object.assign(document.createElement('b'), { textContent: title }));
    if (text) body.append(Object.assign(document.createElement('p'), { textContent: text }));
    box.append(body);
    if (href) box.append(Object.assign(document.createElement('a'), { className: 'link', href, textContent: label }));
    $('#toasts').append(box);
    own.toasts();
  };

  // Dialogs by command, for browsers that do not know the attribute yet.
  const open = (dialog) => { if (dialog && !dialog.open) dialog.showModal(); };
  if (!('commandForElement' in HTMLButtonElement.prototype)) {
    document.addEventListener('click', (event) => {
      const by = event.target.closest('button[commandfor]');
      const dialog = by && document.getElementById(by.getAttribute('commandfor'));
      if (!dialog) return;
      if (by.getAttribute('command') === 'show-modal') open(dialog); else dialog.close();
    });
  }
  if (!('closedBy' in HTMLDialogElement.prototype)) {
    document.addEventListener('click', (event) => { if (event.target.matches('dialog[closedby="any"]')) event.target.close(); });
  }

  // Menus: beside what opened them, and arrows move in them.
  const anchored = window.CSS && CSS.supports('position-area', 'bottom');
  document.addEventListener('toggle', (event) => {
    const menu = event.target;
    if (event.newState !== 'open' || !menu.matches?.('.menu[popover]')) return;
    const by = $(`[popovertarget="${CSS.escape(menu.id)}"]`);
    if (!anchored && by) {
      const at = by.getBoundingClientRect();
      const size = menu.getBoundingClientRect();
      const down = at.bottom + size.height + 8 < innerHeight;
      menu.style.margin = '0';
      menu.style.top = `${down ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
      menu.style.left = `${Math.max(8, Math.min(menu.classList.contains('menu-end') ? at.right - size.width : at.left, innerWidth - size.width - 8))}px`;
    }
    $('a, button, input', menu)?.focus({ preventScroll: true });
  }, true);
  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('.menu[popover]');
    if (!menu || !/^(ArrowDown|ArrowUp|Home|End)$/.test(event.key)) return;
    const items = $$('a, button, input', menu);
    const last = items.length - 1;
    const now = items.indexOf(event.target);
    const next = { ArrowDown: now < last ? now + 1 : 0, ArrowUp: now > 0 ? now - 1 : last, Home: 0, End: last }[event.key];
    items[next]?.focus();
    event.preventDefault();
  });

  // Sheets: a page whose `data-sheet` part is shown in a dialog here.
  const sheet = $('#sheet');
  const fill = (text, address) => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const part = $('[data-sheet]', page);
    if (!part) return false;
    const title = $('h1', part);
    if (title) {
      const lower = page.createElement('h2');
      lower.id = title.id;
      lower.append(...title.childNodes);
      title.replaceWith(lower);
    }
    free(part);
    for (const form of $$('form', part)) { form.dataset.page = address; if (!form.hasAttribute('action')) form.setAttribute('action', address); }
    sheet.replaceChildren(document.adoptNode(part));
    window.htmx?.process(sheet);
    return true;
  };
  // Names that the page below has already are changed here: a label belongs to one field.
  const free = (part) => {
    for (const one of $$('[id]', part)) {
      const old = one.id;
      if ([...document.querySelectorAll(`#${CSS.escape(old)}`)].every((taken) => sheet.contains(taken))) continue;
      one.id = `sheet-${old}`;
      const named = (attribute) => { for (const by of $$(`[${attribute}~="${CSS.escape(old)}"]`, part)) by.setAttribute(attribute, by.getAttribute(attribute).split(' ').map((id) => (id === old ? one.id : id)).join(' ')); };
      for (const attribute of ['for', 'aria-describedby', 'aria-labelledby']) named(attribute);
      for (const link of $$(`a[href="#${CSS.escape(old)}"]`, part)) link.setAttribute('href', `#${one.id}`);
    }
  };
  const show = async (address) => {
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' } });
      if (answer.ok && !answer.redirected && fill(await answer.text(), address)) {
        open(sheet);
        $('[autofocus], input:not([type="hidden"]), textarea, select', sheet)?.focus();
        return;
      }
    } catch { /* the page itself will say what is wrong */ }
    location.assign(address);
  };
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest('a[data-sheet-link]');
    if (link && sheet) { event.preventDefault(); link.closest('dialog')?.close(); link.closest('[popover]')?.hidePopover(); show(link.getAttribute('href')); return; }
    if (event.target.closest('#sheet [data-sheet-close]')) { event.preventDefault(); sheet.close(); }
  });
  sheet?.addEventListener('submit', async (event) => {
    const form = event.target;
    // What follows is shown once (`data-whole`): the page itself asks for it, and nobody before it.
    if (event.defaultPrevented || form.method !== 'post' || form.enctype === 'multipart/form-data' || 'whole' in form.dataset) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    own.send(form, event.submitter);
    try {
      const data = new URLSearchParams(new FormData(form, event.submitter));
      const answer = await fetch(event.submitter?.getAttribute('formaction') || form.getAttribute('action'), { method: 'POST', body: data, headers: { Accept: 'text/html' } });
      const text = await answer.text();
      if (answer.redirected) {
        // The messages were shown to this request; they go along to the page itself.
        const said = $('#toasts', new DOMParser().parseFromString(text, 'text/html'));
        if (said?.children.length) own.store('sessionStorage', 'messages', new XMLSerializer().serializeToString(said));
        location.assign(answer.url);
        return;
      }
      // Signed out meanwhile: what was typed waits in this tab.
      if (answer.status === 401) { location.assign(`/sign-in?next=${encodeURIComponent(form.dataset.page)}`); return; }
      if (fill(text, form.dataset.page)) { $('[data-focus]', sheet)?.focus(); return; }
      toast('Not saved', `The server answered ${answer.status}. What you typed is still here.`, 'bad');
    } catch {
      toast('Not sent', 'The server cannot be reached. What you typed is still here.', 'bad');
    }
    own.settle(form);
  });

  // Command palette: the links are there already; typing sorts them out and asks for people.
  const palette = $('#palette');
  if (palette) {
    const input = $('input', palette);
    const people = $('[data-people-group]', palette);
    const none = $('[data-palette-none]', palette);
    let asked = 0;
    const options = () => $$('[role="option"]', palette).filter((o) => !o.hidden);
    const select = (option) => {
      for (const o of $$('[aria-selected="true"]', palette)) o.setAttribute('aria-selected', 'false');
      if (!option) { input.removeAttribute('aria-activedescendant'); return; }
      option.setAttribute('aria-selected', 'true');
      option.id ||= `option-${Math.random().toString(36).slice(2)}`;
      input.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    };
    // Letters in order, best where words begin; -1 for no match.
    const rank = (text, query) => {
      let score = 0;
      let from = 0;
      for (const letter of query) {
        const at = text.indexOf(letter, from);
        if (at < 0) return -1;
        score += (at === from ? 3 : 0) + (at === 0 || /[\s(,-]/.test(text[at - 1]) ? 2 : 0) - (at - from) * 0.1;
        from = at + 1;
      }
      return score + (text.includes(query) ? 5 : 0);
    };
    const mark = (span, query) => {
      const text = span.textContent;
      const at = query ? text.toLowerCase().indexOf(query) : -1;
      span.replaceChildren(text);
      if (at >= 0) {
        const found = Object.assign(document.createElement('mark'), { textContent: text.slice(at, at + query.length) });
        span.replaceChildren(text.slice(0, at), found, text.slice(at + query.length));
      }
    };
    const filter = () => {
      const query = input.value.trim().toLowerCase();
      for (const group of $$('[role="group"]:not([data-people-group])', palette)) {
        const ranked = $$('[role="option"]', group).map((o) => [rank($('span', o).textContent.toLowerCase(), query), o]);
        if (query) ranked.sort((a, b) => b[0] - a[0]);
        for (const [score, o] of ranked) { o.hidden = score < 0; mark($('span', o), query); if (query) group.append(o); }
        group.hidden = ranked.every(([score]) => score < 0);
      }
      none.hidden = !!options().length;
      select(options()[0]);
    };
    const find = async () => {
      const query = input.value.trim();
      const turn = ++asked;
      if (!palette.dataset.people || query.length < 2) { people.hidden = true; $$('a', people).forEach((a) => a.remove()); return; }
      await new Promise((done) => setTimeout(done, 140));
      if (turn !== asked) return;
      try {
        const answer = await fetch(`${palette.dataset.people}?q=${encodeURIComponent(query)}`, { headers: { Accept: 'application/json' } });
        if (!answer.ok || turn !== asked) return;
        const found = await answer.json();
        $$('a', people).forEach((a) => a.remove());
        for (const one of found) {
          const option = Object.assign(document.createElement('a'), { href: one.href, tabIndex: -1 });
          option.setAttribute('role', 'option');
          option.setAttribute('aria-selected', 'false');
          const name = Object.assign(document.createElement('span'), { textContent: one.name });
          mark(name, query.toLowerCase());
          option.append($('[data-person-icon]', palette).content.cloneNode(true), name, Object.assign(document.createElement('span'), { className: 'k', textContent: one.email }));
          people.append(option);
        }
        people.hidden = !found.length;
        none.hidden = !!options().length;
        if (!$('[aria-selected="true"]:not([hidden])', palette)) select(options()[0]);
      } catch { /* offline: the pages are still listed */ }
    };
    for (const o of options()) o.tabIndex = -1;
    input.addEventListener('input', () => { filter(); find(); });
    input.addEventListener('keydown', (event) => {
      const list = options();
      const now = list.findIndex((o) => o.getAttribute('aria-selected') === 'true');
      if (event.key === 'ArrowDown') select(list[(now + 1) % list.length]);
      else if (event.key === 'ArrowUp') select(list[(now - 1 + list.length) % list.length]);
      else if (event.key === 'Enter') list[now]?.click();
      else return;
      event.preventDefault();
    });
    // Before it opens, at once: the first letters typed into it must not be wiped.
    palette.addEventListener('beforetoggle', (event) => { if (event.newState === 'open') { input.value = ''; filter(); find(); } });
    palette.addEventListener('toggle', () => { if (palette.open) { input.focus(); select(options()[0]); } });
  }

  // Shortcuts. Single letters only outside of fields and dialogs.
  document.addEventListener('keydown', (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      if (palette?.open) palette.close(); else open(palette);
      return;
    }
    // A dialog that has just closed may hold the focus for one more frame: its hidden field is none to type into.
    const field = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.metaKey || event.ctrlKey || event.altKey || field?.checkVisibility() || $('dialog[open]')) return;
    if (event.key === '/') {
      const search = $('[data-search]');
      event.preventDefault();
      if (search) { search.focus(); search.select(); } else open(palette);
    } else if (event.key === '?') {
      event.preventDefault();
      open($('#help'));
    }
  });

  document.removeEventListener('keydown', own.early.hear);
  if (own.early.pressed) open(palette);

  // Selection of rows, with the bar that floats while something is ticked.
  const picks = () => $$('[data-pick]');
  const count = () => {
    const bar = $('[data-bulk]');
    if (!bar) return;
    const all = picks();
    const on = all.filter((p) => p.checked).length;
    const head = $('[data-pick-all]');
    if (head) { head.checked = on > 0 && on === all.length; head.indeterminate = on > 0 && on < all.length; }
    const match = $('[data-pick-match]', bar);
    if (match && on < all.length) match.checked = false;
    match?.parentElement.toggleAttribute('hidden', on < all.length);
    $('[data-picked]', bar).textContent = match?.checked ? 'All selected' : `${on} selected`;
  };
  let last = null;
  document.addEventListener('click', (event) => {
    const pick = event.target.closest?.('[data-pick]');
    if (pick) {
      const all = picks();
      if (event.shiftKey && last && all.includes(last)) {
        const [from, to] = [all.indexOf(last), all.indexOf(pick)].sort((a, b) => a - b);
        for (const p of all.slice(from, to + 1)) p.checked = pick.checked;
      }
      last = pick;
    }
    if (event.target.closest?.('[data-pick-none]')) for (const p of picks()) p.checked = false;
    if (pick || event.target.closest?.('[data-pick-none], [data-pick-match]')) count();
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-pick-all]')) { for (const p of picks()) p.checked = event.target.checked; count(); }
    if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
    const menu = event.target.closest('.menu-checks');
    if (menu) chip(menu);
  });
  // The chip of a filter says what is ticked, as the server does.
  const chip = (menu) => {
    const on = $$('input:checked', menu);
    const by = $(`[popovertarget="${CSS.escape(menu.id)}"]`);
    by.toggleAttribute('data-on', on.length > 0);
    const told = $('[data-told]', by);
    const what = on.length > 1 ? `any of ${on.length}` : on.map((o) => o.parentElement.textContent.trim()).join('');
    told.replaceChildren(...(what ? [': ', Object.assign(document.createElement('b'), { textContent: what })] : []));
  };
  count();
  window.addEventListener('pageshow', count);

  // Copying.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.dataset.done = '';
      setTimeout(() => delete button.dataset.done, 1600);
      toast('Copied');
    } catch {
      toast('Not copied', 'The browser does not allow it here. Select the text and copy it by hand.', 'bad');
    }
  });

  // htmx: what the server says in the `HX-Trigger` answer, and lists that were renewed.
  document.addEventListener('toast', (event) => toast(event.detail?.title || 'Done', event.detail?.text, event.detail?.tone));
  document.addEventListener('htmx:after:swap', () => { own.toasts(); count(); });
  document.addEventListener('htmx:before:response', (event) => {
    const status = event.detail?.ctx?.response?.status ?? 200;
    const page = follows(event);
    // 204: enough pages are open. Those that were left are noticed within a quarter of a minute.
    if (page && (status >= 429 || status === 204)) { event.preventDefault(); again(page); return; }
    if (status === 401) { event.preventDefault(); location.reload(); }
    if (status >= 429) { event.preventDefault(); toast('Not loaded', `The server answered ${status}. Try again in a moment.`, 'bad'); }
  });
  document.addEventListener('htmx:error', (event) => { const page = follows(event); if (page) again(page); else toast('Not loaded', 'The server cannot be reached. Try again in a moment.', 'bad'); });

  // A page that is told what changed, while it is looked at: whether it is, and that there is nothing more to see.
  const live = (is) => { for (const [id, shown] of [['live', is], ['not-live', !is]]) document.getElementById(id)?.toggleAttribute('hidden', !shown); };
  document.addEventListener('htmx:sse:after:connection', (event) => live(event.detail.connection.status < 400));
  document.addEventListener('htmx:sse:error', () => live(false));
  document.addEventListener('ended', () => location.reload());
  // The extension comes again by itself once it was there; until then it is told to.
  const again = (page) => { live(false); setTimeout(() => page.dispatchEvent(new Event('again')), 3000 + Math.random() * 4000); };
  const follows = (event) => (event.target.matches?.('[hx-sse\\:connect]') ? event.target : null);

  const messages = own.stored('sessionStorage', 'messages');
  if (messages) {
    own.store('sessionStorage', 'messages', null);
    const said = $('#toasts', new DOMParser().parseFromString(messages, 'text/html'));
    $('#toasts').append(...[...said.children].map((t) => document.adoptNode(t)));
    own.toasts();
  }

  // Text that was being typed when the session ended.
  const was = own.kept();
  if (was && (!was.lost || was.who !== document.body.dataset.who || Date.now() - was.at > 3600000)) own.forget();
  else if (was) {
    const here = was.page === location.pathname + location.search;
    if (here && own.putBack(document)) toast('Your text is back', 'You were signed out while you wrote it. Nothing was sent.');
    else if (!here) toast('You were typing something', 'It was kept while you signed in.', '', was.page, 'Go on');
  }
})();
