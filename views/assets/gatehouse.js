// Comforts for the pages: everything works without this file, and the server checks everything again.

for (const input of document.querySelectorAll('input[type="password"]')) {
  addRevealButton(input);
  addCapsLockHint(input);
}
for (const rules of document.querySelectorAll('.rules')) watchRules(rules);
for (const hint of document.querySelectorAll('[data-strength-of]')) sayStrength(hint);
for (const button of document.querySelectorAll('[data-copy]')) addCopying(button);
for (const button of document.querySelectorAll('[data-needs]')) enableWhenTicked(button);
for (const form of document.querySelectorAll('form[data-passkey]')) addPasskey(form);
for (const link of document.querySelectorAll('a[data-carries]')) carryField(link);
focusFirstField();

function addRevealButton(input) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  button.setAttribute('aria-controls', input.id);
  const say = () => {
    button.textContent = input.type === 'password' ? input.dataset.show : input.dataset.hide;
  };
  say();
  button.addEventListener('click', () => {
    input.type = input.type === 'password' ? 'text' : 'password';
    say();
  });
  // Browsers save what a text field held when its form is sent; a password must not be among it.
  input.form?.addEventListener('submit', () => {
    input.type = 'password';
    say();
  });
  input.dataset.revealable = '';
  input.after(button);
}

function addCapsLockHint(input) {
  const hint = document.getElementById(`${input.id}-caps`);
  if (!hint) return;
  const update = (event) => {
    const on = event.getModifierState?.('CapsLock') === true;
    const said = on ? hint.dataset.capsLock : '';
    if (hint.textContent !== said) hint.textContent = said;
  };
  input.addEventListener('keydown', update);
  input.addEventListener('keyup', update);
  input.addEventListener('blur', () => {
    hint.textContent = '';
  });
}

/** What is typed already need not be typed again behind the link. */
function carryField(link) {
  link.addEventListener('click', () => {
    const url = new URL(link.href);
    const value = document.getElementById(link.dataset.carries)?.value.trim();
    if (value) url.searchParams.set(link.dataset.carries, value);
    link.href = url.href;
  });
}

/** The circles next to the password rules; what only the server knows (the last passwords) is checked later. */
function watchRules(rules) {
  const password = document.getElementById(rules.dataset.password);
  const confirm = document.getElementById(rules.dataset.confirm);
  const minimum = Number(rules.dataset.minimum);
  const checks = {
    // Measured as the server does (B8).
    length: (value) => [...value.normalize('NFC')].length >= minimum,
    upper: (value) => /\p{Lu}/u.test(value),
    lower: (value) => /\p{Ll}/u.test(value),
    number: (value) => /\p{Nd}/u.test(value),
    special: (value) => /[\p{P}\p{S}]/u.test(value),
    match: (value) => value !== '' && value === confirm?.value,
  };
  const stateOf = (check) =>
    !check ? 'later' : password.value !== '' && check(password.value) ? 'met' : 'open';
  const update = () => {
    for (const item of rules.querySelectorAll('[data-rule]')) show(item, stateOf(checks[item.dataset.rule]));
  };
  const show = (item, state) => {
    if (item.dataset.state === state) return;
    item.dataset.state = state;
    const { met, unmet, later } = rules.dataset;
    const said = state === 'later' ? later : password.value === '' ? '' : state === 'met' ? met : unmet;
    item.querySelector('[data-said]').textContent = said && `(${said})`;
  };
  password.addEventListener('input', update);
  confirm?.addEventListener('input', update);
}

/** A rough estimate by length and variety; what counts are the rules, and the server. Said after a pause in typing. */
function sayStrength(hint) {
  const password = document.getElementById(hint.dataset.strengthOf);
  const { weak, fair, strong } = hint.dataset;
  let timer;
  password?.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const bits = guessBits(password.value);
      const said = bits < 45 ? weak : bits < 65 ? fair : strong;
      hint.textContent = password.value === '' ? '' : said;
      hint.dataset.level = password.value === '' ? '' : bits < 45 ? 'weak' : bits < 65 ? 'fair' : 'strong';
    }, 300);
  });
}

/** Bits of a guess by brute force, in which repeated characters and runs such as abc or 321 count little. */
function guessBits(value) {
  const kinds = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\p{Nd}/u, 10],
    [/[^\p{Ll}\p{Lu}\p{Nd}]/u, 33],
  ];
  const pool = kinds.reduce((sum, [pattern, size]) => sum + (pattern.test(value) ? size : 0), 0);
  const codes = [...value].map((character) => character.codePointAt(0));
  const telling = codes.filter((code, index) => index === 0 || Math.abs(code - codes[index - 1]) > 1).length;
  return Math.min(telling, new Set(codes).size * 1.5) * Math.log2(Math.max(pool, 1));
}

function addCopying(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const label = button.textContent;
  const said = document.getElementById('copied');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
    if (said) said.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
      if (said) said.textContent = '';
    }, 2500);
  });
}

function enableWhenTicked(button) {
  const box = document.getElementById(button.dataset.needs);
  if (!box) return;
  const update = () => {
    button.disabled = !box.checked;
  };
  box.addEventListener('change', update);
  // A browser that goes back may restore the tick after this script ran.
  addEventListener('pageshow', update);
  update();
}

/** What the browser's WebAuthn answers goes into the form as JSON; without it the form says so and stays as it is. */
function addPasskey(form) {
  const { passkey: use, options } = form.dataset;
  const parse =
    use === 'create'
      ? globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON
      : globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;
  if (!parse) return;
  const start = form.querySelector('[data-passkey-start]');
  const failed = form.querySelector('[data-passkey-failed]');
  for (const part of form.querySelectorAll('[data-passkey-supported], [data-passkey-start]'))
    part.hidden = false;
  for (const part of form.querySelectorAll('[data-passkey-unsupported]')) part.hidden = true;
  const publicKey = parse.call(PublicKeyCredential, JSON.parse(options));
  let waiting;

  async function ask(more = {}) {
    waiting?.abort();
    const mine = new AbortController();
    waiting = mine;
    const request = { publicKey, signal: mine.signal, ...more };
    const credential = await (use === 'create'
      ? navigator.credentials.create(request)
      : navigator.credentials.get(request));
    form.elements.passkey.value = JSON.stringify(credential.toJSON());
    form.submit();
  }
  async function askAloud(event) {
    // Without a name the server refuses, and the device would keep a passkey that nobody knows.
    if (use === 'create' && form.elements.name.value.trim() === '') return;
    event.preventDefault();
    failed.hidden = true;
    start.disabled = true;
    await ask().catch(() => {
      failed.setAttribute('role', 'alert');
      failed.hidden = false;
    });
    start.disabled = false;
  }
  if (use === 'create') form.addEventListener('submit', askAloud);
  else start.addEventListener('click', askAloud);
  if (use === 'sign-in') suggestPasskeys(ask);
}

/** Among the suggestions of the address field; nothing is said when the person takes none. */
async function suggestPasskeys(ask) {
  const able = await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false);
  if (able) await ask({ mediation: 'conditional' }).catch(() => {});
}

/** After a refusal the one field to correct, which tells what is wrong with it; what says so, where that is no one field. */
function focusFirstField() {
  const typed =
    ':is(input:is([type="text"], [type="email"], [type="tel"], [type="password"]):not([readonly]), select)';
  const wrong = document.querySelectorAll('main [aria-invalid="true"]');
  const summary = document.getElementById('problems');
  const first = document.querySelector(`main form ${typed}`) ?? document.querySelector('main [data-first]');
  const target = wrong.length > 1 ? summary : (wrong[0] ?? first ?? summary);
  if (summary && target === first && wrong.length === 0) describeBy(target, summary);
  target?.focus({ preventScroll: target !== summary });
}

function describeBy(field, text) {
  const described = [text.id, field.getAttribute('aria-describedby')].filter(Boolean).join(' ');
  field.setAttribute('aria-describedby', described);
}
