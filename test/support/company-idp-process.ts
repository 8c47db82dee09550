import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CompanyIdpOptions } from '../../examples/company-idp/main.ts';

/** The example company's identity provider, in a process of its own as a company's really is. */
export async function startCompanyIdpProcess(
  options: CompanyIdpOptions,
): Promise<{ issuer: string; close(): Promise<void> }> {
  const script = fileURLToPath(new URL('./company-idp-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...process.env, COMPANY_IDP: JSON.stringify(options) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { issuer } = JSON.parse(line) as { issuer: string };
  return {
    issuer,
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
