import { createSharedProofs, PROOF_AGE_MS, type SharedProofs } from '../../src/storage/shared-proofs.ts';

describe('proofs shared by the reads of one request', () => {
  let now: number;
  let asked: ((isPassed: boolean) => void)[];
  let proofs: SharedProofs;
  beforeEach(() => {
    now = 1000;
    asked = [];
    proofs = createSharedProofs(
      () => new Promise((resolve) => asked.push(resolve)),
      () => now,
    );
  });
  /** Reads one after the other, each answered with `isPassed`; how many asked the engine. */
  async function read(times: number, isPassed = true): Promise<{ asked: number; told: boolean[] }> {
    const before = asked.length;
    const told: boolean[] = [];
    for (let time = 0; time < times; time++) {
      const answer = proofs.caughtUp();
      for (const one of asked.slice(before)) one(isPassed);
      told.push(await answer);
    }
    return { asked: asked.length - before, told };
  }

  it('asks once for a request, once for each read outside of requests, and never for two requests together', async () => {
    expect((await proofs.readTogether(() => read(3))).asked).toBe(1);
    expect((await read(3)).asked).toBe(3);
    expect((await proofs.readTogether(() => read(1))).asked).toBe(1);
  });

  it('X8 asks again after an own write, also where the former question is still open', async () => {
    await proofs.readTogether(async () => {
      const early = proofs.caughtUp();
      proofs.renew();
      const late = proofs.caughtUp();
      expect(asked).toHaveLength(2);
      asked[0]?.(true);
      await early;
      const open = proofs.caughtUp();
      expect(open).toBe(late);
      asked[1]?.(true);
      await late;
      expect(proofs.caughtUp()).toBe(true);
    });
  });

  it('X8 asks again after a while and where notices were missed', async () => {
    await proofs.readTogether(async () => {
      expect((await read(1)).asked).toBe(1);
      now += PROOF_AGE_MS - 1;
      expect((await read(1)).asked).toBe(0);
      now += 1;
      expect((await read(1)).asked).toBe(1);
      proofs.lost();
      expect((await read(1)).asked).toBe(1);
    });
  });

  it('keeps no refusal: the next read may be proven again', async () => {
    await proofs.readTogether(async () => {
      expect(await read(2, false)).toEqual({ asked: 2, told: [false, false] });
      expect(await read(2)).toEqual({ asked: 1, told: [true, true] });
    });
  });

  it('shares nothing with what other requests do meanwhile', async () => {
    await proofs.readTogether(async () => {
      await read(1);
      await proofs.readTogether(async () => proofs.renew());
      expect((await read(1)).asked).toBe(0);
    });
  });
});
