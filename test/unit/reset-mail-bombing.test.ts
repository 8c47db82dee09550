import { type CredentialsWorld, createCredentialsWorld, GOOD } from '../support/credentials-world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ACME = { companyName: 'Acme', idpName: 'Okta' };

describe('mails that strangers can have us send', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
  });
  afterEach(() => world.close());

  const request = (email: string) =>
    world.credentials.resetLinks.request({ email, origin: {}, locale: 'en' });
  const mails = async () => (await world.told()).mails as { to: string; data: { name: string } }[];

  it('X32 one address gets few reset mails a day, however patiently they are asked for', async () => {
    const ada = world.addPerson('ada');
    for (let n = 0; n < 200; n++) {
      await request(ada.email);
      world.clock.at += 5 * MINUTE;
    }
    expect((await mails()).length).toBeLessThanOrEqual(30);
    await request(ada.email);
    expect(await mails()).toEqual([]);
    world.clock.at += DAY;
    await request(ada.email);
    expect(await mails()).toHaveLength(1);
  });

  it('X32 D8 an SSO domain gets a hundred mails a day, whatever addresses are made up', async () => {
    world.ssoDomains.set('acme.example', ACME);
    for (let n = 0; n < 120; n++) await request(`made-up-${n}@acme.example`);
    expect(await mails()).toHaveLength(100);
    const ada = world.addPerson('ada');
    await request(ada.email);
    expect(await mails()).toHaveLength(1);
    world.clock.at += DAY;
    await request('made-up-1@acme.example');
    expect(await mails()).toHaveLength(1);
  });

  it('X32 an address that is refused already uses up nothing of its domain', async () => {
    world.ssoDomains.set('acme.example', ACME);
    for (let n = 0; n < 200; n++) await request('who@acme.example');
    await request('other@acme.example');
    expect((await mails()).map(({ to }) => to).filter((to) => to.startsWith('other'))).toHaveLength(1);
  });

  it('W20 a mail goes to the address as it is compared, not as it was typed', async () => {
    world.ssoDomains.set('acme.example', ACME);
    world.addPerson('ada');
    world.addresses.set('old@people.example', { state: 'retired', accountId: 'ada' });
    await request('Ｗｈｏ@ACME.example');
    await request('ＯＬＤ@People.example');
    const sent = await mails();
    expect(sent.map(({ to }) => to)).toEqual(['who@acme.example', 'old@people.example']);
    expect(sent[0]?.data.name).toBe('who@acme.example');
  });
});

describe('hashes that one account can have us compute', () => {
  let world: CredentialsWorld;
  beforeEach(async () => {
    world = await createCredentialsWorld();
  });
  afterEach(() => world.close());

  const set = (id: string, password: string) => {
    const account = world.people.get(id) ?? world.addPerson(id);
    const options = { minLength: 8, reason: 'expired', actor: account.id } as const;
    return world.credentials.passwords.set(account, password, options).then(
      ({ outcome }) => outcome,
      (error: { code: string }) => error.code,
    );
  };

  it('X32 of 120 new passwords at once ten are looked at, and others set theirs meanwhile', async () => {
    for (const n of [1, 2, 3, 4]) await set('ada', `${GOOD}${n}`);
    world.clock.at += 10 * MINUTE;
    const flood = Promise.all(Array.from({ length: 120 }, () => set('ada', `${GOOD}1`)));
    expect(await set('bob', GOOD)).toBe('set');
    const answers = await flood;
    expect(answers.filter((one) => one === 'refused')).toHaveLength(10);
    expect(answers.filter((one) => one === 'too-many-requests')).toHaveLength(110);
    world.clock.at += 10 * MINUTE;
    expect(await set('ada', `${GOOD}5`)).toBe('set');
  });

  it('a password that breaks a rule of content costs no hash and no turn', async () => {
    for (let n = 0; n < 20; n++) expect(await set('ada', 'short')).toBe('refused');
    expect(await set('ada', GOOD)).toBe('set');
  });
});
