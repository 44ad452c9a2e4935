// Runs before the page is drawn, on every page: the remembered theme, forms that are not sent twice,
// text that survives an expired session, passwords shown on demand. Nothing here is needed to use a page.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // Theme: light, dark, or as the device says.
  const stored = (area, key) => { try { return window[area].getItem(key); } catch { return null; } };
  const store = (area, key, value) => { try { value === null ? window[area].removeItem(key) : window[area].setItem(key, value); } catch { /* private mode */ } };
  const theme = () => stored('localStorage', 'theme') || 'device';
  const showTheme = () => {
    const now = theme();
    if (now === 'device') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', now);
    for (const b of document.querySelectorAll('[data-theme-set]')) b.setAttribute('aria-pressed', String(b.dataset.themeSet === now));
  };
  showTheme();
  window.addEventListener('storage', showTheme);

  document.addEventListener('click', (event) => {
    const at = event.target.closest('[data-theme-set], [data-reveal], [data-toast-close]');
    if (!at) return;
    if (at.dataset.themeSet) {
      store('localStorage', 'theme', at.dataset.themeSet === 'device' ? null : at.dataset.themeSet);
      showTheme();
      at.closest('[popover]')?.hidePopover?.();
    } else if (at.dataset.reveal) {
      const field = document.getElementById(at.dataset.reveal);
      const shown = field.type === 'password';
      field.type = shown ? 'text' : 'password';
      at.setAttribute('aria-pressed', String(shown));
      at.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
    } else {
      at.closest('[data-toast]').remove();
    }
  });

  // The palette's shortcut, pressed before the script that opens it is there: it is heard, and waits.
  const early = { pressed: false, hear: (event) => {
    if (!(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    early.pressed = true;
  } };
  if ('palette' in document.currentScript.dataset) document.addEventListener('keydown', early.hear);

  // What is typed into a form is kept for this tab until its answer is there: if the answer is the
  // sign-in page, it is put back afterwards, for the same person only. Never passwords or files.
  const KEPT = 'kept-form';
  const keep = (form) => {
    const fields = [];
    for (const f of form.elements) {
      if (!f.name || f.disabled || /^(password|file|hidden|submit|button|image)$/.test(f.type) || f.autocomplete === 'one-time-code' || 'unkept' in f.dataset) continue;
      if (/^(checkbox|radio)$/.test(f.type)) { if (f.checked) fields.push([f.name, f.value]); }
      else if (f.value) fields.push([f.name, f.value]);
    }
    const page = form.dataset.page || location.pathname + location.search;
    const who = document.body.dataset.who;
    if (who && fields.length) store('sessionStorage', KEPT, JSON.stringify({ who, page, action: form.getAttribute('action') || '', fields, at: Date.now(), lost: false }));
  };
  const kept = () => { try { return JSON.parse(stored('sessionStorage', KEPT)); } catch { return null; } };
  window.tenantry = {
    early,
    stored,
    store,
    forget: () => store('sessionStorage', KEPT, null),
    kept,
    putBack: (scope) => {
      const was = kept();
      const form = was && [...scope.querySelectorAll('form[method="post"]')].find((f) => (f.getAttribute('action') || '') === was.action);
      if (!form) return false;
      for (const f of form.elements) if (/^(checkbox|radio)$/.test(f.type)) f.checked = false;
      for (const [name, value] of was.fields) {
        for (const f of form.elements) {
          if (f.name !== name || /^(password|file|hidden)$/.test(f.type)) continue;
          if (/^(checkbox|radio)$/.test(f.type)) { if (f.value === value) f.checked = true; }
          else f.value = value;
        }
      }
      store('sessionStorage', KEPT, null);
      return true;
    },
    lose: () => { const was = kept(); if (was) store('sessionStorage', KEPT, JSON.stringify({ ...was, lost: true })); },
  };

  // A form is sent once; the pressed button says that it is working.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    send(form, event.submitter);
  });
  const send = (form, button) => {
    keep(form);
    form.dataset.sent = 'yes';
    if (button) setTimeout(() => button.setAttribute('aria-busy', 'true'));
    setTimeout(() => settle(form), 15000);
  };
  window.tenantry.send = send;
  const settle = (form) => {
    delete form.dataset.sent;
    for (const b of document.querySelectorAll('[aria-busy="true"]')) if (b.form === form) b.removeAttribute('aria-busy');
  };
  window.tenantry.settle = settle;
  window.addEventListener('pageshow', () => { for (const f of document.forms) settle(f); });

  // Messages go away by themselves, unless something did not work or someone is reading them.
  const expire = (toast) => {
    if (toast.dataset.tone === 'bad' || toast.dataset.timed) return;
    toast.dataset.timed = 'yes';
    const step = () => (toast.matches(':hover, :focus-within') || document.hidden) ? setTimeout(step, 2000) : toast.remove();
    setTimeout(step, toast.querySelector('form, a') ? 12000 : 6000);
  };
  window.tenantry.toasts = () => { for (const t of document.querySelectorAll('[data-toast]')) expire(t); };

  document.addEventListener('DOMContentLoaded', () => {
    showTheme();
    window.tenantry.toasts();
    document.querySelector('[data-focus]')?.focus();
    // Whoever was led here has pressed enough buttons.
    document.querySelector('form[data-at-once]')?.requestSubmit();
    if (!document.body.dataset.who && document.querySelector('[data-sign-in]')) {
      window.tenantry.lose();
      // This tab puts the text back by itself; the server need not carry it.
      if (kept()) for (const f of document.querySelectorAll('[data-sign-in] [name="kept"], [data-sign-in] [name="kept_for"]')) f.remove();
    }
  });
})();
