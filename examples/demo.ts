import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'otplib';
import { createGatehouse } from '#app';
import { formatProblems, loadConfig } from '#config';
import { startCompanyIdp } from './company-idp/main.ts';
import { ADA_TOTP, CLIENT_SECRET, demoBootstrap, IDP_SECRET, PASSWORD } from './demo-people.ts';
import { startMessageViewer } from './message-viewer/main.ts';
import { startRelyingParty } from './relying-party/main.ts';

// Gatehouse on localhost, everything else on 127.0.0.1: cookies ignore ports, so two names keep them apart.
const port = Number(process.env['PORT'] ?? 3000);
const dataDir = process.env['DATA_DIR'] ?? './data/demo';
const issuer = `http://localhost:${port}`;

const loaded = loadConfig({
  env: { LOG_LEVEL: 'warn', ...process.env, PORT: String(port), ISSUER: issuer, DATA_DIR: dataDir },
});
if (loaded.outcome === 'invalid') {
  console.error(formatProblems(loaded.problems));
  process.exit(1);
}
mkdirSync(dataDir, { recursive: true });
const outbox = join(dataDir, 'outbox.jsonl');

const relyingParty = await startRelyingParty({
  issuer,
  clientId: 'portal',
  clientSecret: CLIENT_SECRET,
  host: '127.0.0.1',
  port: port + 1,
  name: 'Demo Portal',
});
const idp = await startCompanyIdp({
  host: '127.0.0.1',
  port: port + 2,
  name: 'Acme Builders',
  clients: [
    {
      clientId: 'gatehouse',
      clientSecret: IDP_SECRET,
      redirectUris: [`${issuer}/federation/acme-idp/callback`],
    },
  ],
  people: [
    { email: 'sam@acme.example', name: 'Sam Acme' },
    { email: 'toni@acme.example', name: 'Toni Acme' },
  ],
});
const viewer = await startMessageViewer({
  host: '127.0.0.1',
  port: port + 3,
  outbox,
  codes: async () => [{ account: 'ada@bridges.example', code: await generate({ secret: ADA_TOTP }) }],
});

const bootstrapFile = join(dataDir, 'bootstrap.json');
writeFileSync(
  bootstrapFile,
  JSON.stringify(demoBootstrap({ relyingParty: relyingParty.url, idpIssuer: idp.issuer }), null, 2),
);
const gatehouse = createGatehouse({ config: { ...loaded.config, bootstrapFile } });
await gatehouse.serve();

console.log(`
Gatehouse is ready. Everything runs on this machine; data is kept in ${dataDir}.

  Relying party (start here)   ${relyingParty.url}
  Gatehouse                    ${issuer}
  Company IdP of Acme          ${idp.issuer}
  Sent mail, SMS and codes     ${viewer.url}

Three journeys to try, each from the relying party:

  1. Password and authenticator app
     ada@bridges.example   password ${PASSWORD}
     code: see ${viewer.url}, or add this key to your app: ${ADA_TOTP}
  2. Company sign-in (SSO): no password, no MFA here
     sam@acme.example      type the same address at the company's IdP
  3. First enrolment, because the company requires it; then a recovery code
     carl@crane.example    password ${PASSWORD}

"Forgot your password?" sends a mail: read it at ${viewer.url}. Stop with Ctrl+C.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    relyingParty.close();
    viewer.close();
    await Promise.all([idp.close(), gatehouse.close()]);
    process.exit(0);
  });
}
