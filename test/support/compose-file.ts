import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ComposeService {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  networks?: string[] | Record<string, { ipv4_address: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  networks: Record<string, { ipam: { config: { subnet: string }[] } }>;
}

/** docker-compose.yml with its variables replaced as Compose does. @throws Error for a variable that must be set */
export function readCompose(variables: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(`${ROOT}/docker-compose.yml`, 'utf8');
  return parse(interpolate(text, variables), { merge: true }) as ComposeFile;
}

const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_, name: string, kind: string | undefined, rest = '') => {
    const value = variables[name];
    if (value) return value;
    if (kind === '?') throw new Error(rest);
    return rest;
  });
}

/** The environment of a service. */
export function environmentOf(file: ComposeFile, service: string): Record<string, string> {
  const { environment } = file.services[service] ?? {};
  if (!environment) throw new Error(`docker-compose.yml has no environment for ${service}`);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
}
