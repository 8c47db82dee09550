import { readFileSync, rmSync } from 'node:fs';
import { VERSIONS } from './left-out.js';

/** After the engines' tests: how each engine did, and which one it was; what docs/browsers.md quotes. */
export default class EnginesReporter {
  onRunStart() {
    rmSync(VERSIONS, { recursive: true, force: true });
  }

  onRunComplete(_contexts, { testResults }) {
    const tests = testResults.flatMap((file) => file.testResults);
    const rows = ['Chromium', 'Firefox', 'WebKit'].map((name) => {
      const own = tests.filter(({ ancestorTitles }) => ancestorTitles[0].startsWith(`${name}:`));
      const count = (status) => own.filter((test) => test.status === status).length;
      const seconds = own.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1000;
      return `${name} ${versionOf(name)}: ${count('passed')} passed, ${count('failed')} failed, ${count('pending')} left out, ${seconds.toFixed(0)} s`;
    });
    process.stdout.write(`\n${rows.join('\n')}\n`);
  }
}

function versionOf(name) {
  try {
    return readFileSync(`${VERSIONS}/${name}`, 'utf8');
  } catch {
    return '(not installed)';
  }
}
