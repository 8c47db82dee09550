import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentialsWorld, GOOD } from '../support/credentials-world.ts';

it('G5 J2 X44 the stored files give away no secret, code, password, hash, link or phone number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const world = await createCredentialsWorld({}, folder);
  const { passwords, totp, recoveryCodes, phones, resetLinks } = world.credentials;
  const ada = world.addPerson('ada');
  await passwords.set(ada, GOOD, { minLength: 8, reason: 'profile', actor: 'system' });
  await totp.importTotp('ada', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { actor: 'system' });
  const recovery = await recoveryCodes.issue('ada', { actor: 'system' });
  await phones.importPhone('ada', '+15551234567');
  expect(await phones.status('ada')).toMatchObject({ exists: true, masked: '•••67', country: 'US' });
  await expect(phones.importPhone('ada', '555')).rejects.toMatchObject({ code: 'phone-invalid' });
  await resetLinks.request({ email: ada.email, origin: {}, locale: 'en', resume: 'opaque-resume-key' });
  const dump = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
  // Undelivered mail counts: its payload lies in the same files.
  const files = dump();
  const [mail] = (await world.told()).mails.filter(({ kind }) => kind === 'password-reset');
  const token = JSON.stringify(mail).match(/token=([\w-]+)/)?.[1] ?? 'no token';
  await world.close();

  expect(token).toHaveLength(43);
  expect(files).toContain('authenticator-apps');
  for (const secret of [
    GOOD,
    '$argon2id$',
    'GEZDGNBVGY3TQOJQ',
    recovery,
    '15551234567',
    'opaque-resume-key',
    token,
  ]) {
    expect([secret, files.includes(secret)]).toEqual([secret, false]);
  }
  rmSync(folder, { recursive: true });
});
