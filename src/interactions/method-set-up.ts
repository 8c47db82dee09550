import type { Credentials } from '#credentials';
import { requireAccount } from './factor-proof.ts';
import type { FactorProof } from './progress.ts';
import type { Submitted, Visit } from './step.ts';

/**
 * How the set-up of every method ends (G21, J10): a new recovery code is shown next, and the proofs of this log-in go on with the
 * epoch that the set-up has raised, where it has.
 */
export async function methodSetUp(
  { facts, progress, origin, save }: Visit,
  {
    proof,
    epoch: raised,
    recoveryCodes,
  }: {
    proof: FactorProof;
    epoch: number | undefined;
    recoveryCodes: Pick<Credentials['recoveryCodes'], 'issue'>;
  },
): Promise<Submitted> {
  const account = requireAccount(facts.account);
  const epoch = raised ?? account.epoch;
  const recoveryCode = await recoveryCodes.issue(account.id, { actor: account.id, origin });
  const factor = { ...enrolmentProof(progress.factor, proof), epoch };
  await save(({ enrolment: _done, replaceMethod: _replaced, primary, ...rest }) => ({
    ...rest,
    ...(primary && { primary: { ...primary, epoch } }),
    factor,
    secrets: { recoveryCode },
  }));
  return { outcome: 'saved' };
}

/** A method just set up counts as proven; after a recovery code it earns no more than that code. */
function enrolmentProof(former: FactorProof | undefined, fresh: FactorProof): FactorProof {
  return former?.kind === 'recovery' ? former : fresh;
}
