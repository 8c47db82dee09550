import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as jose from 'jose';
import { tokensFor } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { relyingParty } from '../support/relying-party.ts';
import { type TravellingClock, travellingClock } from '../support/travelling-clock.ts';
import { world } from '../support/world.ts';

const MINUTE = 60_000;

describe('X45 signing keys of two nodes on one storage', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-nodes-'));
  let clock: TravellingClock;
  let one: TestGatehouse;
  let two: TestGatehouse;
  beforeAll(async () => {
    clock = travellingClock();
    // Both make the first keys: they start at the same moment.
    [one, two] = await Promise.all([
      startGatehouse({ bootstrap: world(), clock, dataDir }),
      startGatehouse({ clock, dataDir }),
    ]);
  });
  // What a rotation before has led to is over.
  beforeEach(() => clock.advance(120 * MINUTE));
  afterAll(async () => {
    await one.stop();
    await two.stop();
    rmSync(dataDir, { recursive: true, force: true });
    clock.restore();
  });

  const published = async (node: TestGatehouse) =>
    (await (await fetch(`${node.issuer}/jwks`)).json()) as jose.JSONWebKeySet;
  const kids = async (node: TestGatehouse) => (await published(node)).keys.map(({ kid }) => kid).sort();
  /** A fresh ID token, checked by openid-client against the node's own JWKS. */
  const idToken = async (node: TestGatehouse) =>
    (await tokensFor(node, await relyingParty(node.issuer))).id_token ?? '';
  const kidOf = (token: string) => jose.decodeProtectedHeader(token).kid;
  const verifies = async (token: string, node: TestGatehouse) =>
    jose.jwtVerify(token, jose.createLocalJWKSet(await published(node)), { clockTolerance: 86_400 }).then(
      () => true,
      () => false,
    );

  it('after a first start at the same moment both publish the same keys and trust each other’s tokens', async () => {
    clock.advance(5 * MINUTE);
    expect(await kids(one)).toEqual(await kids(two));
    expect(await verifies(await idToken(one), two)).toBe(true);
    expect(await verifies(await idToken(two), one)).toBe(true);
  });

  /** What a rotation has led to on both nodes. */
  async function rotate() {
    const before = await idToken(one);
    await one.rotateKeys();
    return before;
  }

  it('a new key is published on every node for longer than a JWKS is cached, before it signs', async () => {
    const before = await rotate();
    clock.advance(5 * MINUTE);
    const [atOne, atTwo] = [await kids(one), await kids(two)];
    expect(atTwo).toEqual(atOne);
    clock.advance(9 * MINUTE);
    for (const node of [one, two]) expect(kidOf(await idToken(node))).toBe(kidOf(before));
  });

  it('then it signs on every node, and former tokens verify until they have ended', async () => {
    const before = await rotate();
    clock.advance(16 * MINUTE);
    for (const node of [one, two]) {
      const after = await idToken(node);
      expect(kidOf(after)).not.toBe(kidOf(before));
      expect(await verifies(before, node)).toBe(true);
    }
    clock.advance(60 * MINUTE);
    for (const node of [one, two]) expect(await verifies(before, node)).toBe(true);
  });

  it('at last the former keys are gone, from the storage too', async () => {
    await rotate();
    clock.advance(91 * MINUTE);
    for (const node of [one, two]) expect((await published(node)).keys).toHaveLength(3);
    expect(await verifies(await idToken(two), one)).toBe(true);
  });
});
