import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const ACCESSIBILITY = ['en', 'fr'].map((locale) =>
  join(import.meta.dirname, `../../artifacts/accessibility-${locale}.txt`),
);
/** Tests of single pages; every other browser test is a journey. */
const NO_STORIES = ['pages-en.test.ts', 'pages-fr.test.ts', 'comforts.test.ts', 'old-browser.test.ts'];

/** After the browser tests: what axe found on each page, how long each journey took in which language, and each file. */
export default class BrowserReporter {
  onRunStart() {
    this.began = Date.now();
  }

  onRunComplete(_contexts, { testResults }) {
    const files = testResults.filter(({ testFilePath }) => testFilePath.includes('/test/browser/'));
    if (files.length === 0) return;
    this.#accessibility();
    this.#print('Journey\tLanguage\tSeconds', files.flatMap(storiesOf));
    this.#print('File\tTests\tSeconds', files.map(timeOf));
    process.stdout.write(`All browser tests: ${seconds(Date.now() - this.began)} s\n`);
  }

  #accessibility() {
    const rows = accessibilityRows(this.began);
    if (rows.length > 0) this.#print('Page\tChecks\tPassed rules\tViolations\tTo be looked at', rows);
  }

  #print(head, rows) {
    const table = [head, ...rows].map((row) => row.split('\t'));
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    const lines = table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
    process.stdout.write(`${lines.join('\n')}\n\n`);
  }
}

/** One row a page, over its states, languages and widths; none when the pages were not looked at in this run. */
function accessibilityRows(since) {
  const fresh = ACCESSIBILITY.filter((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs >= since);
  if (fresh.length === 0) return [];
  const pages = new Map();
  for (const line of fresh.flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))) {
    const [name, , , , ...counts] = line.split('\t');
    for (const page of [name.replace(/ \(.*\)$/, ''), 'all']) {
      const sums = pages.get(page) ?? [0, 0, 0, 0];
      pages.set(page, [sums[0] + 1, ...counts.map((count, at) => sums[at + 1] + Number(count))]);
    }
  }
  const all = pages.get('all');
  pages.delete('all');
  return [...pages, ['all', all]].map(([page, sums]) => [page, ...sums].join('\t'));
}

function storiesOf({ testFilePath, testResults }) {
  if (NO_STORIES.includes(basename(testFilePath))) return [];
  return testResults
    .filter(({ status }) => status !== 'pending')
    .map(({ ancestorTitles, title, duration, status }) => {
      const language = /\b(en|fr)\b/.exec(`${ancestorTitles.join(' ')} ${title}`)?.[1] ?? 'en';
      const failed = status === 'passed' ? '' : ` (${status})`;
      return [`${title}${failed}`, language, seconds(duration ?? 0)].join('\t');
    });
}

function timeOf({ testFilePath, testResults, perfStats }) {
  return [basename(testFilePath), testResults.length, seconds(perfStats.end - perfStats.start)].join('\t');
}

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);
