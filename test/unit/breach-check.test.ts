import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CredentialsWorld, createCredentialsWorld } from '../support/credentials-world.ts';

const BREACHED = 'Breached-Pass-1';
const GOOD = 'Correct-Horse-1';
const hashOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

describe('the look-up of breached passwords', () => {
  let server: Server;
  let world: CredentialsWorld;
  let asked: Pick<IncomingMessage, 'url' | 'headers'>[];
  let answer: { status: number; body: string } | 'nothing';
  beforeEach(async () => {
    asked = [];
    answer = { status: 200, body: rangeOf(BREACHED) };
    server = createServer((request, response) => {
      asked.push({ url: request.url, headers: request.headers });
      if (answer !== 'nothing') response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    world = await createCredentialsWorld({
      breachCheck: { url: `http://127.0.0.1:${port}/range/`, production: false, outboundAllow: [] },
    });
    world.addPerson('ada');
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await world.close();
  });

  /** As the provider answers: other suffixes around it, and padding that counts 0. */
  function rangeOf(password: string): string {
    const padding = `${hashOf(GOOD).slice(5)}:0`;
    return [`${'0'.repeat(35)}:3`, `${hashOf(password).slice(5)}:42`, padding].join('\r\n');
  }
  const set = (password: string) => {
    const account = world.people.get('ada');
    if (!account) throw new Error('no person');
    return world.credentials.passwords.set(account, password, {
      minLength: 8,
      reason: 'profile',
      actor: 'ada',
    });
  };

  it('C-9 a listed password is refused; five digits of its hash are all that leaves, in a padded request', async () => {
    expect(await set(BREACHED)).toEqual({ outcome: 'refused', unmet: ['breached'] });
    expect(asked.map(({ url }) => url)).toEqual([`/range/${hashOf(BREACHED).slice(0, 5)}`]);
    expect(asked[0]?.headers['add-padding']).toBe('true');
    expect(await world.credentials.passwords.state('ada')).toMatchObject({ has: false });
  });

  it('a password that only the padding names is accepted', async () => {
    answer = { status: 200, body: rangeOf(BREACHED) };
    expect((await set(GOOD)).outcome).toBe('set');
  });

  it('is asked for new passwords only: never at a log-in, nor for one that misses a rule already', async () => {
    expect((await set('short')).outcome).toBe('refused');
    await set(GOOD);
    expect(asked).toHaveLength(1);
    const account = world.people.get('ada');
    await world.credentials.passwords.verify({ account, password: GOOD, origin: {} });
    await world.credentials.passwords.verify({ account, password: BREACHED, origin: {} });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['answers with an error', { status: 503, body: '' }],
    ['sends what is no list', { status: 200, body: '<html>' }],
    ['does not answer in time', 'nothing' as const],
  ])('passes the password when the provider %s', async (_what, given) => {
    answer = given;
    expect((await set(BREACHED)).outcome).toBe('set');
  });

  it('X10 reaches no private address in production: the password passes, and the log says why', async () => {
    const { port } = server.address() as AddressInfo;
    const lines: [object, string][] = [];
    const log = { ...world.parts.log, warn: (facts: object, text: string) => void lines.push([facts, text]) };
    const guarded = await createCredentialsWorld(
      { breachCheck: { url: `https://127.0.0.1:${port}`, production: true, outboundAllow: [] } },
      undefined,
      { log },
    );
    const account = guarded.addPerson('ada');
    const options = { minLength: 8, reason: 'profile' as const, actor: 'ada' };
    expect((await guarded.credentials.passwords.set(account, BREACHED, options)).outcome).toBe('set');
    expect(asked).toEqual([]);
    expect(lines).toEqual([
      [
        { reason: 'outbound request failed: address' },
        'breached passwords could not be looked up: not checked',
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain(hashOf(BREACHED).slice(0, 5));
    await guarded.close();
  });
});
