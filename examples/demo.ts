import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createGatehouse, type Gatehouse } from '#app';
import { type Config, formatProblems, loadConfig } from '#config';
import { startCompanyIdp } from './company-idp/main.ts';
import {
  ADA,
  CLIENT_SECRET,
  demoBootstrap,
  IDP_PEOPLE,
  IDP_SECRET,
  INVITED,
  welcomeText,
} from './demo-people.ts';
import { startMessageViewer } from './message-viewer/main.ts';
import { startRelyingParty } from './relying-party/main.ts';

// Gatehouse on localhost, everything else on 127.0.0.1: cookies ignore ports, so two names keep them apart.
const port = Number(process.env['PORT'] ?? 3000);
const dataDir = process.env['DATA_DIR'] ?? './data/demo';
const issuer = `http://localhost:${port}`;
const host = '127.0.0.1';
const DEFAULTS = { LOG_LEVEL: 'warn', TERMS_URL: `http://${host}:${port + 1}/terms` };

const stop = await start(configuration()).catch(giveUp);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
endWithNpm();

async function start(config: Config): Promise<() => Promise<void>> {
  if (await isTaken('::1')) throw Object.assign(new Error(), { code: 'EADDRINUSE', port });
  mkdirSync(dataDir, { recursive: true });
  const relyingParty = await startRelyingParty({
    issuer,
    clientId: 'portal',
    clientSecret: CLIENT_SECRET,
    host,
    port: port + 1,
    name: 'Demo Portal',
  });
  const redirectUris = [`${issuer}/federation/acme-idp/callback`];
  const idp = await startCompanyIdp({
    host,
    port: port + 2,
    name: 'Acme Builders',
    clients: [{ clientId: 'gatehouse', clientSecret: IDP_SECRET, redirectUris }],
    people: IDP_PEOPLE,
  });
  const outbox = join(dataDir, 'outbox.jsonl');
  const viewer = await startMessageViewer({ host, port: port + 3, outbox, apps: [ADA] });
  const bootstrapFile = join(dataDir, 'bootstrap.json');
  const bootstrap = demoBootstrap({ relyingParty: relyingParty.url, idpIssuer: idp.issuer });
  writeFileSync(bootstrapFile, JSON.stringify(bootstrap, null, 2));
  const gatehouse = await createGatehouse({ config: { ...config, bootstrapFile } });
  await gatehouse.serve();
  await inviteOnce(gatehouse);
  console.log(
    welcomeText({ relyingParty: relyingParty.url, issuer, idp: idp.issuer, viewer: viewer.url, dataDir }),
  );
  return async () => {
    relyingParty.close();
    viewer.close();
    await Promise.all([idp.close(), gatehouse.close()]);
  };
}

/** A mail to try an invitation with; a later start leaves what became of it. */
async function inviteOnce({ invitations }: Gatehouse): Promise<void> {
  const { items } = await invitations.list(INVITED.companyId);
  if (items.some(({ email }) => email === INVITED.email)) return;
  await invitations.invite(INVITED, { actor: 'demo' });
}

function configuration(): Config {
  const fixed = { HOST: host, PORT: String(port), ISSUER: issuer, DATA_DIR: dataDir };
  const loaded = loadConfig({ env: { ...DEFAULTS, ...process.env, ...fixed } });
  if (loaded.outcome === 'ok') return loaded.config;
  console.error(formatProblems(loaded.problems));
  process.exit(1);
}

/** Whoever listens at ::1 would be taken for Gatehouse by browsers that try localhost there first. */
function isTaken(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function giveUp(error: NodeJS.ErrnoException & { port?: number }): never {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${error.port} is taken. The demo needs four ports in a row, here ${port} to ${port + 3}: choose others with PORT=4000 npm run demo`
      : error,
  );
  process.exit(1);
}

async function end(): Promise<void> {
  await stop();
  process.exit(0);
}

/** npm's shell keeps SIGTERM to itself: once it is gone, so is the demo. */
function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] !== 'demo') return;
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && end(), 500).unref();
}
