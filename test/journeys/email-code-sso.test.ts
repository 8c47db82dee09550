import { codesTo, enrolEmailCode } from '../support/email-codes.ts';
import { type FederationWorld, SAM, startFederationWorld } from '../support/federation-world.ts';

const MFA = 'urn:gatehouse:acr:mfa';

describe('codes by e-mail and single sign-on', () => {
  let world: FederationWorld;
  beforeAll(async () => {
    world = await startFederationWorld({ env: { EMAIL_CODES: 'on' } });
  });
  afterAll(() => world.stop());

  const params = { acr_values: MFA };

  it('C4 G31 are not offered to people of an SSO-targeted domain', async () => {
    const { person } = await world.signIn('dora@acme.example', { params });
    await person.press('Set Up Now');
    expect(person.hasLabel('Authenticator App')).toBe(true);
    expect(person.hasLabel('Email Verification')).toBe(false);
    const { action, fields } = person.form();
    await person.post(action, { ...fields, method: 'email' });
    expect([person.status, ...person.alerts]).toEqual([422, 'Select a method.']);
    await person.open(`${world.gatehouse.issuer}/profile/security/email-code`);
    expect(person.text).not.toContain('Add Email Verification');
  });

  it('C4 G31 count for nothing once the domain is targeted, and no mail is sent', async () => {
    await world.signIn(SAM);
    await enrolEmailCode(world.gatehouse, SAM);
    const before = await codesTo(world.gatehouse, SAM);
    const { person } = await world.signIn(SAM, { params });
    expect(person.title).toBe('Two-Factor Authentication Required');
    const uid = /interaction\/([\w-]+)/.exec(person.form().action.pathname)?.[1];
    await person.open(new URL(`/interaction/${uid}/email-code`, world.gatehouse.issuer));
    expect(person.title).toBe('Two-Factor Authentication Required');
    expect(await codesTo(world.gatehouse, SAM)).toEqual(before);
  });
});
