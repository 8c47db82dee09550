/** Writes every mail and text message in every language, with sample data: `npm run preview-messages -- FOLDER`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCALES } from '#i18n';
import type { MessageKind, SmsKind } from '#rendering';
import { messageSamples, smsSamples } from '../test/support/message-samples.ts';
import { renderer } from '../test/support/renderer.ts';
import { sampleIn } from '../test/support/sample-language.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('Usage: npm run preview-messages -- FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
let written = 0;
for (const locale of LOCALES) {
  for (const kind of Object.keys(messageSamples) as MessageKind[]) {
    const { subject, text, html } = renderer.message(kind, sampleIn(locale, messageSamples[kind]), locale);
    write(`${kind}.${locale}.txt`, `Subject: ${subject}\n\n${text}`);
    write(`${kind}.${locale}.html`, html);
  }
  for (const kind of Object.keys(smsSamples) as SmsKind[])
    write(`${kind}.${locale}.sms.txt`, renderer.sms(kind, smsSamples[kind], locale));
}
console.log(`${written} files in ${folder}`);

function write(name: string, content: string): void {
  writeFileSync(join(folder as string, name), content);
  written++;
}
