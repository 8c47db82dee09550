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
    ['two that differ leave the question', { portal: 'acme', planner: 'beta' }, own, undefined],
    ['nothing was chosen', {}, own, undefined],
    ['a relying party never takes another’s', { portal: 'acme' }, { clientId: 'planner' }, undefined],
  ])('A16 %s', (_what, companies: Record<string, string>, client, expected) => {
    expect(chosenBefore(companies, client)).toBe(expected);
  });
});
