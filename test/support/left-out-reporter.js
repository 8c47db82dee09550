import { leftOut } from './left-out.js';

/** The last word of a run: what it left out. */
export default class LeftOutReporter {
  onRunComplete() {
    for (const missing of leftOut()) process.stdout.write(`Left out: ${missing}\n`);
  }
}
