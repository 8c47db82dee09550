import { type EnginePage, waitUntil } from './engine-tab.ts';

/** What has the keyboard: the text of its label, or its own, and whether an outline shows that on it or around its row. */
interface Stop {
  name: string;
  seen: boolean;
}

/** Hands that never leave the keyboard. Every stop must be seen to have the focus. */
export class Keyboard {
  readonly #page: EnginePage;

  constructor(page: EnginePage) {
    this.#page = page;
  }

  /** By Tab to what is called `name`. @throws Error when it is not reached, or a stop on the way is not to be seen */
  tabTo(name: string): Promise<void> {
    return this.#until('Tab', name);
  }

  /** As `tabTo`, backwards. */
  backTo(name: string): Promise<void> {
    return this.#until('Shift+Tab', name);
  }

  /** Into whatever has the keyboard. */
  async type(text: string): Promise<void> {
    await waitUntil(this.#page, `document.activeElement?.matches('input')`);
    await this.at();
    await this.#page.keyboard.press('ControlOrMeta+A');
    await this.#page.keyboard.type(text);
  }

  press(key: 'Enter' | 'Space' | 'ArrowDown'): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  /** Presses and waits for the page that answers. */
  async enter(key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    const answered = this.#page.waitForNavigation();
    await this.#page.keyboard.press(key);
    await answered;
  }

  /** By Tab to a link or button, and through it to the next page. */
  async take(name: string): Promise<void> {
    await this.tabTo(name);
    await this.enter();
  }

  /** Types into the field that has the keyboard already, and sends. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.enter();
  }

  /** The name of what has the keyboard; waits for the script that puts it there. @throws Error when that is not to be seen */
  async at(): Promise<string> {
    await waitUntil(this.#page, 'document.activeElement !== document.body');
    return this.#stop();
  }

  async #until(key: 'Tab' | 'Shift+Tab', name: string): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < 40; presses++) {
      await this.#page.keyboard.press(key);
      const stop = await this.#stop();
      if (stop === name.replaceAll(/\s+/g, ' ')) return;
      passed.push(stop);
    }
    throw new Error(`"${name}" is not reached by ${key}, only: ${passed.join(' | ')}`);
  }

  async #stop(): Promise<string> {
    const { name, seen } = await this.#page.evaluate<Stop>(STOP);
    if (!seen) throw new Error(`the focus is not to be seen on "${name}"`);
    return name;
  }
}

const STOP = `(() => {
  const element = document.activeElement;
  const outlined = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  const row = element.closest('.choice');
  // Not by element.labels: WebKitGTK 2.50 may crash when it clears away a page where they were read (WebKit's bug 300692).
  const label = document.querySelector('label[for="' + element.id + '"]') ?? element.closest('label');
  const text = (label ?? element).textContent;
  // Past the last stop the keyboard is with the browser itself, and nothing on the page is to be seen.
  const seen = element === document.body || outlined(element) || (row !== null && outlined(row));
  return { name: element === document.body ? '' : text.replace(/\\s+/g, ' ').trim(), seen };
})()`;
