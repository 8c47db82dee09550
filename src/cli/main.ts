#!/usr/bin/env node
import { withGatehouse } from './compose.ts';
import { readSecret } from './read-secret.ts';
import { runCli } from './run-cli.ts';

const { env, stdin, stdout, stderr } = process;

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    env,
    say: (line) => void stdout.write(`${line}\n`),
    askSecret: (question) => readSecret(question, stdin, stderr),
    withGatehouse: (work) => withGatehouse(env, work),
  },
  (line) => void stderr.write(`${line}\n`),
);
