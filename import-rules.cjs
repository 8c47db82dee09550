/**
 * Import rules for src/. Run with: npm run check:imports
 * Rings, lowest first: a folder imports lower rings only, never its own ring's neighbours.
 */
// dependency-cruiser 17 reads .ts through the TypeScript 2–6 API; with 7 it cruises 0 modules and passes everything.
if (!require('typescript').sys)
  throw new Error('import rules need typescript < 7 (npm i -D typescript@~6.0.3)');

const rings = [
  ['kernel'],
  ['config'],
  ['storage', 'i18n'],
  ['rendering', 'ops'],
  ['processes'], // primary and workers: of all features it knows only how a process is configured and watched
  ['audit'],
  ['delivery'],
  ['accounts'],
  ['companies'], // memberships, e-mail domains, effectivePolicy
  ['clients', 'federation', 'support'],
  ['credentials'], // asks federation whether an address is SSO-targeted (D8, E5, W3)
  ['invitations'], // who is asked into a company, and what accepting makes of account and membership
  ['bootstrap'],
  ['http'],
  ['oidc'],
  ['sessions'], // who is signed in on our own pages, step-up and permission guards
  ['interactions', 'self-service', 'developer-portal', 'admin', 'scim'],
  ['app'],
  ['cli'],
];

const folder = (name) => `^src/${name}/`;

const ringRules = rings.flatMap((ring, level) =>
  ring.map((name) => ({
    name: `${name}-imports-only-lower-rings`,
    severity: 'error',
    from: { path: folder(name) },
    to: { path: '^src/', pathNot: [folder(name), ...rings.slice(0, level).flat().map(folder)] },
  })),
);

module.exports = {
  forbidden: [
    ...ringRules,
    {
      name: 'every-folder-has-a-ring',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: rings.flat().map(folder) },
    },
    {
      name: 'a-folder-without-a-ring-imports-nothing', // a worker or entry file that nobody imports would escape the rule above
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: rings.flat().map(folder) },
      to: {},
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'enter-a-feature-by-its-face',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/app/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'steps-never-import-steps',
      severity: 'error',
      from: { path: '^src/interactions/steps/([^/]+)/' },
      to: { path: '^src/interactions/steps/', pathNot: '^src/interactions/steps/$1/' },
    },
    {
      name: 'only-app-picks-an-engine',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/app/', '^src/storage/'] },
      to: { path: '^src/storage/(sqlite|mongo-redis)/' },
    },
    {
      name: 'one-seam-to-oidc-provider',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/oidc/' },
      to: { path: 'node_modules/(@types/)?oidc-provider' },
    },
    {
      name: 'one-seam-to-openid-client',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/federation/' },
      to: { path: 'node_modules/(openid-client|@node-saml)' },
    },
    {
      name: 'features-know-no-web-framework',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(http|oidc|sessions|interactions|self-service|developer-portal|admin|scim|app)/',
      },
      to: { path: 'node_modules/(@koa/|koa)' },
    },
    {
      name: 'http-knows-no-feature',
      severity: 'error',
      from: { path: folder('http') },
      to: { path: '^src/(audit|delivery|accounts|companies|credentials|clients|federation|bootstrap)/' },
    },
    {
      name: 'drivers-stay-in-engines',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/' },
      to: { path: '(node_modules/(mongoose|mongodb|ioredis|better-sqlite3))|^(node:)?sqlite$' },
    },
    // A path the tool cannot resolve would escape every rule above.
    { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // package.json: "imports": {"#*": "./src/*/index.ts"}; Node 24 runs the .ts files, so no condition and no dist.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
