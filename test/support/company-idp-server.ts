// The example company's identity provider as a process of its own: prints {"issuer"} and ends when its parent goes.
import { type CompanyIdpOptions, startCompanyIdp } from '../../examples/company-idp/main.ts';

const { issuer } = await startCompanyIdp(JSON.parse(process.env['COMPANY_IDP'] ?? '{}') as CompanyIdpOptions);
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
