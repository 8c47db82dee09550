import { z } from 'zod';
import { parseEmail } from '#kernel';
import { brandSection } from './sections/brand.ts';
import { emailCodesSection, mailSection, smsSection } from './sections/messages.ts';
import {
  limitsSection,
  loginPages,
  outboundAllow,
  passkeys,
  passwordHashSection,
  passwordsSection,
  secretKeys,
  sessionSection,
  termsSection,
} from './sections/security.ts';
import { serverSection } from './sections/server.ts';
import { auditSection, storageSection } from './sections/storage.ts';
import { oneOf, setting, text, urlOf } from './setting-kinds.ts';

/** Every key, nested as in config/*.yaml. */
export const configSchema = z.strictObject({
  server: serverSection,
  storage: storageSection,
  audit: auditSection,
  secretKeys,
  loginPages,
  passkeys,
  mail: mailSection,
  sms: smsSection,
  emailCodes: emailCodesSection,
  bootstrapFile: setting(text().exactOptional(), {
    env: 'BOOTSTRAP_FILE',
    description: 'File of companies, accounts, clients and resources that is applied at start.',
    example: './bootstrap.yaml',
  }),
  brand: brandSection,
  statusPageUrl: setting(urlOf('https:', 'http:').exactOptional(), {
    env: 'STATUS_PAGE_URL',
    description: 'Status page linked from every page, error pages included.',
    example: 'https://status.example.com',
  }),
  supportEmail: setting(
    text()
      .refine((value) => parseEmail(value) !== undefined, { error: 'must be a bare e-mail address' })
      .exactOptional(),
    {
      env: 'SUPPORT_EMAIL',
      description: 'Address shown where people need help, and told of requests sent by the support form.',
      example: 'support@example.com',
    },
  ),
  supportUrl: setting(urlOf('https:', 'http:').exactOptional(), {
    env: 'SUPPORT_URL',
    description:
      'Support page or chat linked from every page. Companies may name their own in the bootstrap file.',
    example: 'https://support.example.com',
  }),
  supportPhone: setting(text().max(200, { error: 'must have at most 200 characters' }).exactOptional(), {
    env: 'SUPPORT_PHONE',
    description: 'Telephone numbers of the support, by region, shown on the help pages.',
    example: 'US +1 555 010 0000, FR +33 1 00 00 00 00',
  }),
  logLevel: setting(oneOf(['debug', 'info', 'warn', 'error', 'silent']), {
    env: 'LOG_LEVEL',
    description: 'Least level of the log lines (JSON, on standard output).',
    example: 'info',
  }),
  session: sessionSection,
  outboundAllow,
  terms: termsSection,
  passwords: passwordsSection,
  passwordHash: passwordHashSection,
  limits: limitsSection,
});

/** The validated configuration. `production` is NODE_ENV=production. */
export type Config = z.infer<typeof configSchema> & { production: boolean };
