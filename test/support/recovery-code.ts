import type { JourneyBrowser } from './journey-browser.ts';

/** The code on "Save Your Recovery Code"; empty where none is shown. */
export const shownRecoveryCode = (person: JourneyBrowser): string =>
  person.text.match(/(\d{4} ){7}\d{4}/)?.[0] ?? '';
