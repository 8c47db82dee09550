import type { Page } from 'playwright-core';
import type { Labels } from './labels.ts';
import { PASSWORD } from './world.ts';

/** What a person does on a page, by the words that stand there. */
export class Hands {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  follow(name: string): Promise<void> {
    return this.page.getByRole('link', { name, exact: true }).click();
  }

  choose(name: string): Promise<void> {
    return this.page.getByRole('radio', { name, exact: true }).check();
  }

  fill(label: string, text: string): Promise<void> {
    return this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Waits for it. */
  heading(name: string): Promise<void> {
    return this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** The first two steps, from the page with the address field on. */
  async logIn(labels: Labels, email: string, password = PASSWORD): Promise<void> {
    await this.fill(labels.email, email);
    await this.press(labels.next);
    await this.fill(labels.password, password);
    await this.press(labels.next);
  }

  /** The key of an authenticator app, from under "Trouble Scanning". */
  async secret(labels: Labels): Promise<string> {
    await this.page.getByText(labels.trouble, { exact: true }).click();
    return (await this.page.locator('.secret').innerText()).replaceAll(/\s/g, '');
  }

  async keepRecoveryCode(labels: Labels): Promise<void> {
    await this.page.getByLabel(labels.saved).check();
    await this.press(labels.next);
  }
}
