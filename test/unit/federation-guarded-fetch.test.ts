import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createGuardedFetch, type GuardedFetch, type GuardedFetchConfig, OutboundError } from '#federation';

const opened: GuardedFetch[] = [];
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((guarded) => guarded.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function guard(config: Partial<GuardedFetchConfig> = {}): GuardedFetch {
  const guarded = createGuardedFetch({ production: true, outboundAllow: [], ...config });
  opened.push(guarded);
  return guarded;
}

/** A resolver that gives these answers one after the other, the last one for ever. */
function answering(...answers: string[][]): NonNullable<GuardedFetchConfig['resolve']> {
  const left = [...answers];
  return (_hostname, done) => {
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function reason(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => 'answered',
    (thrown) => thrown,
  );
  return error instanceof OutboundError ? error.reason : String(error);
}

const LITERALS = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://172.16.0.1/',
  'https://192.168.0.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://[ff02::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:db8::1]/',
];

describe('guarded fetch in production', () => {
  it.each(LITERALS)('X10 refuses the literal address of %s', async (url) => {
    expect(await reason(guard().fetch(url))).toBe('address');
  });

  it.each([
    'file:///etc/passwd',
    'ftp://idp.example/',
    'data:text/plain,x',
    'http://idp.example/',
    'https://user:pw@idp.example/',
  ])('X10 refuses the scheme or user name of %s', async (url) => {
    expect(await reason(guard({ resolve: answering(['93.184.215.14']) }).fetch(url))).toBe('protocol');
  });

  it.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['::1']],
    [['fd12::7']],
    [['93.184.215.14', '10.0.0.1']],
  ])('X10 refuses a name that resolves to %j', async (addresses) => {
    expect(await reason(guard({ resolve: answering(addresses) }).fetch('https://idp.example/'))).toBe(
      'address',
    );
  });

  it('X10 reaches a private address only where the operator names the host', async () => {
    const { port } = new URL(await listen(() => undefined));
    let connections = 0;
    servers[0]?.on('connection', () => ++connections);
    const guarded = guard({ resolve: answering(['127.0.0.1']), outboundAllow: ['idp.internal'] });
    // The server speaks no TLS: getting as far as a connection shows that the address was let through.
    expect([await reason(guarded.fetch(`https://IDP.internal:${port}/`)), connections]).toEqual([
      'network',
      1,
    ]);
    expect([await reason(guarded.fetch(`https://other.internal:${port}/`)), connections]).toEqual([
      'address',
      1,
    ]);
  });
});

describe('guarded fetch outside production', () => {
  const lenient = { production: false };

  it('reaches loopback, and hands on method, headers, body, status and answer', async () => {
    const base = await listen((request, response) => {
      response.writeHead(418, { 'x-seen': `${request.method} ${request.headers['x-sent']}` });
      request.pipe(response);
    });
    const answer = await guard(lenient).fetch(base, {
      method: 'POST',
      headers: { 'x-sent': 'yes' },
      body: 'hello',
    });
    expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([
      418,
      'POST yes',
      'hello',
    ]);
  });

  it('X10 refuses link-local addresses with their cloud metadata even there', async () => {
    expect(await reason(guard(lenient).fetch('http://169.254.169.254/'))).toBe('address');
    expect(await reason(guard(lenient).fetch('http://[fe80::1]/'))).toBe('address');
  });

  it('X10 does not follow a redirect', async () => {
    const base = await listen((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    expect(await reason(guard(lenient).fetch(base))).toBe('redirect');
  });

  it('X10 checks the address of each new connection, so that a second DNS answer gains nothing', async () => {
    const base = await listen((_request, response) => response.setHeader('connection', 'close').end('ok'));
    const url = base.replace('127.0.0.1', 'rebinding.example');
    const guarded = guard({ ...lenient, resolve: answering(['127.0.0.1'], ['169.254.169.254']) });
    expect(await (await guarded.fetch(url)).text()).toBe('ok');
    expect(await reason(guarded.fetch(url))).toBe('address');
  });

  it('X10 stops at the size limit, counted after decompression', async () => {
    const base = await listen((request, response) => {
      const body = Buffer.alloc(600 * 1024, 'a');
      if (request.url === '/zipped') response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
      else response.end(body);
    });
    expect(await reason(guard(lenient).fetch(base))).toBe('too-large');
    expect(await reason(guard(lenient).fetch(`${base}/zipped`))).toBe('too-large');
    expect((await (await guard({ ...lenient, maxBytes: 1024 * 1024 }).fetch(base)).text()).length).toBe(
      600 * 1024,
    );
  });

  it('X10 gives up on a server that is silent or trickles', async () => {
    const base = await listen((request, response) => {
      if (request.url === '/trickle') response.write('a');
    });
    const impatient = guard({ ...lenient, timeoutMs: 150 });
    expect(await reason(impatient.fetch(base))).toBe('timeout');
    expect(await reason(impatient.fetch(`${base}/trickle`))).toBe('timeout');
  });

  it('X10 tells nothing of the answer in its errors', async () => {
    const base = await listen((_request, response) => response.end('INTERNAL SECRET'.repeat(100)));
    const error = await guard({ ...lenient, maxBytes: 10 })
      .fetch(base)
      .catch((thrown: Error) => thrown);
    expect(JSON.stringify([String(error), error])).not.toContain('SECRET');
  });
});
