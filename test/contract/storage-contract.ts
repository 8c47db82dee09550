import { describeCache } from './cache-contract.ts';
import type { MakePlace } from './contract-fixture.ts';
import { describeEmissions } from './emission-contract.ts';
import { describeEvolution } from './evolution-contract.ts';
import { describeQueries } from './query-contract.ts';
import { describeRaces } from './race-contract.ts';
import { describeSealing } from './sealing-contract.ts';
import { describeVerbs } from './verb-contract.ts';

/** What every engine must do, in the same way. `makePlace` gives an empty place of data on a real engine. */
export function describeStorageContract(engine: string, makePlace: MakePlace): void {
  describe(`storage contract on ${engine}`, () => {
    describe.each(['durable', 'volatile'] as const)('%s', (durability) => {
      describeVerbs(makePlace, durability);
      describeRaces(makePlace, durability);
      describeQueries(makePlace, durability);
      describeSealing(makePlace, durability);
      describeEvolution(makePlace, durability);
    });
    describeEmissions(makePlace);
    describeCache(makePlace);
  });
}
