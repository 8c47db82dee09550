import { chosenBefore } from '#oidc';

describe('the company that a session chose before', () => {
  const own = { clientId: 'own', ownPage: true };

  it.each([
    [
      'our own pages take the one that was chosen elsewhere',
      { portal: 'acme', planner: 'acme' },
      own,
      'acme',
    ],
    ['their own choice goes first', { own: 'beta', portal: 'acme' }, own, 'beta'],
    ['two that differ leave our own pages without one', { portal: 'acme', planner: 'beta' }, own, undefined],
    ['nothing was chosen', {}, own, undefined],
    ['a relying party never takes another’s', { portal: 'acme' }, { clientId: 'planner' }, undefined],
  ])('A16 %s', (_what, companies: Record<string, string>, client, expected) => {
    expect(chosenBefore({ companies, signIn: { kind: 'local' } }, client)).toBe(expected);
  });

  it.each([
    ['that of the identity provider, where none was chosen', {}, own, 'gamma'],
    ['that of the identity provider, where two differ', { portal: 'acme', planner: 'beta' }, own, 'gamma'],
    ['the chosen one rather than that of the identity provider', { portal: 'acme' }, own, 'acme'],
    ['none at a relying party by the identity provider alone', {}, { clientId: 'planner' }, undefined],
  ])('A16 E3 after single sign-on: %s', (_what, companies: Record<string, string>, client, expected) => {
    const signIn = { kind: 'sso', companyId: 'gamma' } as const;
    expect(chosenBefore({ companies, signIn }, client)).toBe(expected);
  });
});
