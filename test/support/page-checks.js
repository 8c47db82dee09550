/**
 * What a page is looked at for, by a script inside it (`addInitScript`, with axe-core): every check answers with what is
 * wrong, and is done when that is nothing.
 */
globalThis.pageChecks = (() => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary';
  const BOXES = 'button, a.action, input:not(.off-screen, [type=hidden]), select, textarea, .choice';
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (elements) => elements.map((element) => element.outerHTML.slice(0, 120));
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const reached = () =>
    all(CONTROLS).filter((element) => element.tabIndex >= 0 && !element.disabled && shown(element));
  const lined = (style, width) => style !== 'none' && style !== 'hidden' && Number.parseFloat(width) >= 1;

  const outlined = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  };
  const bordered = (element) => {
    const { borderBottomStyle, borderBottomWidth, borderBottomColor } = getComputedStyle(element);
    const ground = getComputedStyle(document.body).backgroundColor;
    return lined(borderBottomStyle, borderBottomWidth) && borderBottomColor !== ground;
  };
  const rowOf = (element) => element.closest('.choice') ?? element;

  const moves = (element) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
    const glides = transitionDuration.split(', ').some((duration) => Number.parseFloat(duration) > 0);
    return animationName !== 'none' || glides || scrollBehavior === 'smooth';
  };
  const cutOff = (element) => {
    if (!element.checkVisibility() || element.closest('.off-screen, .skip, svg, select')) return false;
    const { left, right } = element.getBoundingClientRect();
    const clipped = getComputedStyle(element).overflowX !== 'visible' && element.type === undefined;
    const overflows = clipped && element.scrollWidth > element.clientWidth + 1;
    return right > innerWidth + 1 || left < -1 || overflows;
  };

  return {
    /** What the keyboard reaches without an outline on it or around its row. */
    unseenFocus: () =>
      named(
        reached().filter((element) => {
          element.focus();
          return document.activeElement !== element || !(outlined(element) || outlined(rowOf(element)));
        }),
      ),

    /** For whoever asked for calm. */
    moving: () => [...named(all('*').filter(moves)), ...document.getAnimations().map(({ id }) => id)],

    /** What sticks out of the window, or has more text than room. */
    cutOff: () => named(all('html, body *').filter(cutOff)),

    /** Where the system's colours replace ours, only a border tells a button from text and a field from the page. */
    edgeless: () => named(all(BOXES).filter((element) => shown(element) && !bordered(element))),

    /** Fields that are typed into, by id. */
    typedInto: () =>
      all('input, textarea')
        .filter((field) => !/^(hidden|checkbox|radio)$/.test(field.type) && !field.readOnly && shown(field))
        .map(({ id }) => id),

    /** Parts that a password manager doesn't see through, and fields that are named nowhere. */
    shadows: () => named(all('*').filter((one) => one.shadowRoot || one.localName.includes('-'))),

    /** By axe-core's rules; how many passed, and what it could not decide. */
    async accessibility() {
      plainGround();
      // Without style sheets parsed a second time, which only a rule about turned screens would read.
      const { violations, passes, incomplete } = await globalThis.axe.run({
        preload: false,
        resultTypes: ['violations'],
      });
      return {
        passed: passes.length,
        undecided: incomplete.map(({ id }) => id),
        violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      };
    },
  };

  /** Axe measures no contrast on pictures: no arrows, and instead of the gradient its tinted end, where text is harder to read. */
  function plainGround() {
    const { style } = document.body;
    if (getComputedStyle(document.body).getPropertyValue('--brand-tint'))
      style.background = 'var(--brand-tint)';
    for (const select of all('select')) select.style.backgroundImage = 'none';
  }
})();
