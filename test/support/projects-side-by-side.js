import Sequencer from '@jest/test-sequencer';

/**
 * Spreads each project over the whole run: tests on MongoDB mostly wait for that one server, and those on the embedded engine
 * use the processors meanwhile.
 */
export default class ProjectsSideBySide extends Sequencer {
  sort(tests) {
    const places = Object.values(Object.groupBy(super.sort(tests), projectOf)).flatMap((ofOne) =>
      ofOne.map((test, index) => ({ test, place: (index + 0.5) / ofOne.length })),
    );
    return places.sort((a, b) => a.place - b.place).map(({ test }) => test);
  }
}

const projectOf = ({ context }) => context.config.displayName?.name;
