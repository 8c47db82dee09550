import { commandLine } from '../support/command-line.ts';

const { place, gatehouse, inspect, applySample } = commandLine();

describe('invite', () => {
  it('A2 A18 invites, lists, resends and revokes, with a reason for what cannot be done', async () => {
    await applySample();
    const queued = 'the mail is queued and not sent yet (gatehouse outbox list)';
    const about = '--company acme --email nina@new.example';
    expect(await gatehouse(`invite ${about} --locale fr`)).toEqual({
      code: 0,
      out: `nina@new.example: invited; ${queued}`,
      err: '',
    });
    expect((await gatehouse('outbox list')).out).toMatch(
      /message welcome {2}to n•••@new\.example {2}queued \S+ {2}not tried yet.*\n0 given up, 1 waiting$/,
    );
    expect((await gatehouse(`invite ${about}`)).out).toMatch(
      /^nina@new.example: already invited on 20\S+Z; invited again, the mail is queued/,
    );
    expect((await gatehouse(`invite ${about} --resend`)).out).toBe(`nina@new.example: resent; ${queued}`);
    expect((await gatehouse('invitations --company acme')).out).toMatch(
      /^invited\tnina@new.example\tvalid until 20/,
    );
    expect((await gatehouse(`invite ${about} --revoke`)).out).toBe('nina@new.example: revoked');
    expect(await gatehouse(`invite ${about} --resend`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the invitation was revoked: invite anew'),
    });
    expect((await gatehouse('invite --company nowhere --email a@b.example')).err).toBe(
      'gatehouse invite: there is no company nowhere; known are acme, beta, gamma',
    );
    expect((await gatehouse('invite --company acme --email nobody')).code).toBe(2);
    expect((await gatehouse(`invite ${about} --resend --revoke`)).code).toBe(2);
  });

  it('A5 sends nothing to a name to log in with', async () => {
    await applySample();
    const about = '--company beta --email nina.77@builders';
    expect((await gatehouse(`invite ${about}`)).code).toBe(0);
    await inspect(async ({ companies }) => {
      const beta = await companies.byId('beta');
      if (!beta) throw new Error('no company beta');
      const settings = { ...beta.settings, loginNames: { label: 'builders' } };
      await companies.put({ ...beta, settings }, { actor: 'test' });
    });
    expect(await gatehouse(`invite ${about}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('to which nothing can be sent: invite the e-mail address'),
    });
  });
});

describe('support', () => {
  it('N3 N4 leads a case from the list to the address, in this order only', async () => {
    await applySample();
    const { id, accountId } = await inspect(async ({ support, accounts }) => {
      const asked = { fullName: 'Pat', companyName: 'Acme', projects: 'Bridge' };
      const opened = await support.open({ ...asked, locale: 'en', network: 'x', origin: {} });
      return { id: opened.id, accountId: (await accounts.byEmail('pat@person.example'))?.id ?? '' };
    });
    expect((await gatehouse('support list')).out).toContain(id);
    expect((await gatehouse(`support show ${id} --by Sue`)).out).toContain('projects: Bridge');
    expect(await gatehouse(`support match ${id} --account ${accountId} --by Sue`)).toMatchObject({ code: 1 });
    expect((await gatehouse(`support ask ${id} --by Sue --question Who? --answer Boris`)).code).toBe(0);
    expect((await gatehouse(`support reveal ${id} --by Sue`)).code).toBe(1);
    expect((await gatehouse(`support match ${id} --account ${accountId} --by Sue`)).code).toBe(0);
    expect((await gatehouse(`support reveal ${id} --by Sue`)).out).toBe('pat@person.example');
    expect((await gatehouse(`support reveal ${id}`)).code).toBe(2);
    expect((await gatehouse('support show 0000000000 --by Sue')).err).toContain('support.unknown');
    expect((await gatehouse('support list --state matched')).out).toContain(id);
    expect((await gatehouse('support list --state lost')).code).toBe(2);
  });
});

describe('unlock', () => {
  it('F5 unlocks an account, says so, and leaves an audit event', async () => {
    await applySample();
    const email = 'pat@person.example';
    expect((await gatehouse(`unlock --email ${email}`)).out).toBe(`${email} was not locked`);
    const lockout = { enabled: true, attempts: 3 };
    const id = await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail(email);
      for (let n = 0; n < 3; n++)
        await credentials.passwords.verify({ account, password: 'Wrong-1', origin: {}, lockout });
      return account?.id ?? '';
    });
    expect(await gatehouse('unlock --email Pat@Person.example')).toEqual({
      code: 0,
      out: 'Pat@Person.example is unlocked',
      err: '',
    });
    await inspect(async ({ audit, credentials }) => {
      expect(await credentials.passwords.lockState(id)).toEqual({ locked: false });
      const { items } = await audit.list({ accountId: id });
      expect(items.filter(({ type }) => type === 'account.unlocked')).toMatchObject([
        { actor: 'operator-cli' },
      ]);
    });
    expect((await gatehouse('unlock --email nobody@other.example')).code).toBe(1);
    expect((await gatehouse('unlock --email nobody')).code).toBe(2);
  });

  it('A5 F5 finds the person by the log-in name, too', async () => {
    await applySample();
    await inspect(async ({ accounts, companies, credentials }) => {
      const acme = await companies.byId('acme');
      const pat = await accounts.byEmail('pat@person.example');
      if (!acme || !pat) throw new Error('no company or person');
      const settings = { ...acme.settings, loginNames: { label: 'acme' } };
      await companies.put({ ...acme, settings }, { actor: 'test' });
      const known = await companies.membership('acme', pat.id);
      const permissions = { companyAdmin: 'none', directory: 'none' } as const;
      const member = {
        companyId: 'acme',
        accountId: pat.id,
        permissions,
        status: 'active',
        createdAt: 0,
      } as const;
      await companies.putMembership({ ...member, ...known, loginName: 'pat.77' }, { actor: 'test' });
      const lockout = { enabled: true, attempts: 1 };
      await credentials.passwords.verify({ account: pat, password: 'Wrong-1', origin: {}, lockout });
    });
    expect((await gatehouse('unlock --email Pat.77@acme')).out).toBe('Pat.77@acme is unlocked');
    expect((await gatehouse('unlock --email pat@person.example')).out).toMatch(/was not locked$/);
    expect((await gatehouse('unlock --email pat.78@acme')).err).toContain(
      'there is no account of pat.78@acme',
    );
  });
});

describe('unlock after wrong codes', () => {
  it('F5 F6 lets new ones be tried at once, says so, and leaves an audit event', async () => {
    await applySample();
    const email = 'pat@person.example';
    const tries = (id: string, count: number) =>
      inspect(async ({ credentials: { recoveryCodes } }) => {
        if (count > 1) await recoveryCodes.issue(id, { actor: id });
        const outcomes: string[] = [];
        for (let n = 0; n < count; n++)
          outcomes.push((await recoveryCodes.verify(id, '0'.repeat(32), {})).outcome);
        return outcomes;
      });
    const id = await inspect(async ({ accounts }) => (await accounts.byEmail(email))?.id ?? '');
    expect((await tries(id, 6)).at(-1)).toBe('throttled');
    expect((await gatehouse(`unlock --email ${email}`)).out).toBe(
      `${email} was not locked\nwrong verification codes are forgotten: new ones can be tried at once`,
    );
    expect(await tries(id, 1)).toEqual(['wrong']);
    await inspect(async ({ audit }) => {
      const { items } = await audit.list({ accountId: id });
      expect(items.filter(({ type }) => type === 'account.unlocked')).toHaveLength(1);
    });
  });
});

describe('unlock after too many sent codes', () => {
  it('F5 X32 lets new ones be sent at once, says so, and leaves an audit event', async () => {
    place.env['LIMIT_SMS_PER_ACCOUNT'] = '1';
    await applySample();
    const email = 'pat@person.example';
    const ask = (knownDevice: boolean) =>
      inspect(async ({ accounts, credentials: { phones } }) => {
        const account = await accounts.byEmail(email);
        if (!account) throw new Error('nobody');
        await phones.importPhone(account.id, '+12025550143');
        const request = { account, binding: 'x', origin: { knownDevice }, locale: 'en' as const };
        return (await phones.challenge(request)).outcome;
      });
    expect([await ask(true), await ask(true), await ask(false)]).toEqual(['sent', 'wait', 'unavailable']);
    expect((await gatehouse(`unlock --email ${email}`)).out).toBe(
      `${email} was not locked\ncodes sent to the person are forgotten: new ones can be sent at once`,
    );
    expect(await ask(false)).toBe('sent');
    await inspect(async ({ audit, accounts }) => {
      const { items } = await audit.list({ accountId: (await accounts.byEmail(email))?.id ?? '' });
      const found = items.filter(({ type }) => type === 'account.unlocked').map(({ details }) => details);
      expect(found).toEqual([{ lock: false, codes: false, sends: true }]);
    });
  });
});

describe('temporary-password', () => {
  it('A15 gives a member one that must be changed, and prints it nowhere', async () => {
    await applySample();
    const line = 'temporary-password --company acme --email nina@new.example';
    const { code, out, err } = await gatehouse(line, { password: 'Canary-Pass-1' });
    expect({ code, err, out }).toEqual({
      code: 0,
      err: '',
      out: 'nina@new.example has a temporary password',
    });
    expect((await gatehouse(line, { password: 'canary' })).err).toContain('does not meet: length, upper');
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('nina@new.example');
      expect(await credentials.passwords.state(account?.id ?? '')).toMatchObject({
        has: true,
        mustChange: true,
      });
    });
  });
});

describe('create-operator', () => {
  it('makes an operator who can sign in, and says no password anywhere', async () => {
    const { code, out, err } = await gatehouse('create-operator --email Op@x.example --name Op', {
      password: 'Canary-Pass-1',
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('operator Op@x.example created');
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('op@x.example');
      expect(account).toMatchObject({ platformRole: 'operator', status: 'active', emailVerified: true });
      const verdict = await credentials.passwords.verify({ account, password: 'Canary-Pass-1', origin: {} });
      expect(verdict.outcome).toBe('ok');
    });
  });

  it('C-1 holds to the password rules, before anything is made', async () => {
    place.env['OPERATOR_PASSWORD'] = 'canary';
    const { code, err } = await gatehouse(
      'create-operator --email op@x.example --name Op --password-from-env OPERATOR_PASSWORD',
    );
    expect(code).toBe(1);
    expect(err).toContain('at least 8 characters, an upper-case letter, a number, a special character');
    expect(err).not.toContain('canary');
    await inspect(async ({ accounts }) => expect(await accounts.byEmail('op@x.example')).toBeUndefined());
  });

  it('never takes over an account that is there', async () => {
    await applySample();
    const password = 'Taken-Over-1';
    const { code, err } = await gatehouse('create-operator --email pat@person.example --name Pat', {
      password,
    });
    expect({ code, err }).toEqual({
      code: 1,
      err: 'gatehouse create-operator: pat@person.example has an account already',
    });
    await inspect(async ({ accounts, credentials }) => {
      const account = await accounts.byEmail('pat@person.example');
      expect(account?.platformRole).toBeUndefined();
      expect((await credentials.passwords.verify({ account, password, origin: {} })).outcome).toBe('wrong');
    });
  });
});
