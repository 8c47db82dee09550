import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '#http';
import { JOURNEYS } from '#interactions';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { viewsDir } from '../support/renderer.ts';

const STEPS_DIR = join(viewsDir, '../src/interactions/steps');
const steps = readdirSync(STEPS_DIR);

describe('the route table', () => {
  let gatehouse: TestGatehouse;
  let routes: readonly Route[];
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    routes = gatehouse.web.http.routes();
  });
  afterAll(() => gatehouse.stop());

  it('X19 protects every route that is not GET against forged requests', () => {
    const writing = routes.filter(({ method }) => method !== 'GET');
    expect(writing.length).toBeGreaterThan(steps.length);
    for (const { name, csrf } of writing) expect([name, csrf]).toEqual([name, expect.anything()]);
  });

  it('says why where no token is wanted', () => {
    for (const { name, csrf } of routes) {
      if (typeof csrf !== 'object' || !('exempt' in csrf)) continue;
      expect([name, csrf.exempt.length]).toEqual([name, expect.any(Number)]);
      expect(csrf.exempt.length).toBeGreaterThan(10);
    }
  });

  it('X28 limits where passwords are tried and mails are asked for', () => {
    const limited = routes.filter(({ limit }) => limit).map(({ name }) => name);
    expect(limited).toEqual(
      expect.arrayContaining([
        'interaction.password.submit',
        'forgot-password.submit',
        'reset-password.submit',
        'federation.callback',
        'welcome.new-invitation',
      ]),
    );
  });

  it('has one name for each route', () => {
    const names = routes.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('has folder, view and both routes of every step', () => {
    expect(steps).toEqual(expect.arrayContaining(JOURNEYS.map(({ step }) => step)));
    const paths = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    for (const step of steps) {
      // Leaving for the IdP shares the page that moves on.
      const view = step === 'federate' ? 'leave' : step;
      expect([step, existsSync(join(viewsDir, 'interactions', `${view}.eta`))]).toEqual([step, true]);
      for (const method of ['GET', 'POST'])
        expect([step, paths.has(`${method} /interaction/:uid/${step}`)]).toEqual([step, true]);
    }
  });
});
