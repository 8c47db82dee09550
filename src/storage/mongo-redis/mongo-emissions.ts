import type { EmissionQueue, LeasedEmission } from '../engine.ts';
import type { MongoRows, PendingEmission } from './mongo-model.ts';
import type { Service } from './service.ts';

interface Candidate extends PendingEmission {
  place: string;
}

/** Pending emissions lie in the documents they belong to; each is leased by moving its `due`. */
export function createMongoEmissions(
  service: Service,
  collections: () => ReadonlyMap<string, MongoRows>,
): EmissionQueue {
  async function candidates(
    rows: MongoRows,
    collection: string,
    filter: object,
    limit: number,
  ): Promise<Candidate[]> {
    const docs = await rows
      .find({ settled: false, ...filter }, { projection: { emissions: 1 } })
      .sort({ 'emissions.due': 1 })
      .limit(limit)
      .toArray();
    return docs.flatMap(({ _id, emissions = [] }) =>
      emissions.map((emission) => ({ ...emission, place: placeOf(collection, _id) })),
    );
  }
  async function all(filter: object, limit: number): Promise<Candidate[]> {
    const lists = [...collections()].map(([name, rows]) =>
      service.ask(() => candidates(rows, name, filter, limit)),
    );
    return (await Promise.all(lists)).flat();
  }
  /** Changes one emission that satisfies `filter`; false when it doesn't. */
  async function change(
    emission: { id: string; place: string },
    filter: object,
    update: object,
  ): Promise<boolean> {
    const { rows, key } = locate(collections(), emission.place);
    const match = { _id: key, emissions: { $elemMatch: { id: emission.id, ...filter } } };
    return (await service.ask(() => rows.updateOne(match, update))).modifiedCount === 1;
  }

  return {
    async lease(now, until, limit) {
      const due = (await all({ 'emissions.due': { $lte: now } }, limit)).filter((one) => one.due <= now);
      const leased: LeasedEmission[] = [];
      for (const { id, topic, payload, attempts, place } of due.sort((a, b) => a.at - b.at)) {
        if (leased.length === limit) break;
        const won = await change(
          { id, place },
          { due: { $lte: now } },
          { $set: { 'emissions.$.due': until } },
        );
        if (won) leased.push({ id, topic, payload, attempts, place });
      }
      return leased;
    },
    async settle({ id, place }) {
      const { rows, key } = locate(collections(), place);
      await service.ask(() => rows.updateOne({ _id: key }, { $pull: { emissions: { id } } }));
      const delivered = { _id: key, settled: false, emissions: { $size: 0 } };
      await service.ask(() =>
        rows.updateOne(delivered, { $set: { settled: true }, $unset: { emissions: 1 } }),
      );
    },
    async release(emission, retryAt) {
      await change(
        emission,
        {},
        { $set: { 'emissions.$.due': retryAt }, $inc: { 'emissions.$.attempts': 1 } },
      );
    },
    async rewrite(reseal) {
      let rewritten = 0;
      for (const emission of await all({}, 0)) {
        const payload = reseal(emission);
        const same = { payload: emission.payload };
        if (payload && (await change(emission, same, { $set: { 'emissions.$.payload': payload } })))
          rewritten++;
      }
      return rewritten;
    },
  };
}

const placeOf = (collection: string, key: string) => `${collection}/${key}`;

function locate(
  collections: ReadonlyMap<string, MongoRows>,
  place: string,
): { rows: MongoRows; key: string } {
  const slash = place.indexOf('/');
  const rows = collections.get(place.slice(0, slash));
  if (!rows) throw new TypeError('an emission of no collection');
  return { rows, key: place.slice(slash + 1) };
}
