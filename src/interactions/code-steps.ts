import { z } from 'zod';
import {
  type CodeRefusal,
  type CodeRequest,
  type Credentials,
  codeRefusal,
  deliveryText,
  type SentCode,
  type SentCodeFactor,
  sendingText,
} from '#credentials';
import type { Clock } from '#kernel';
import type { TextRef } from '#rendering';
import { codeOrigin, factorProof, readDigits, requireAccount } from './factor-proof.ts';
import { methodSetUp } from './method-set-up.ts';
import {
  type Again,
  problemsOf,
  type Step,
  type StepView,
  type Submitted,
  type Visit,
  wrong,
} from './step.ts';
import type { StepName } from './step-name.ts';

/** A page at which a code that was sent is entered. */
export interface CodePage {
  name: StepName;
  kind: 'sms' | 'email';
  factor: SentCodeFactor;
  clock: Clock;
  view(visit: Visit, problems: ReturnType<typeof problemsOf>): Promise<StepView>;
}

/** A code works in this log-in only, over all of its prompts. */
export function codeRequest(visit: Visit): CodeRequest {
  const { facts, pending, locale } = visit;
  const account = requireAccount(facts.account);
  return { account, binding: pending.cid, origin: codeOrigin(visit, account), locale };
}

/** I3: the first look at the page sends the code, later ones don't; "Resend New Code" voids it (G10). */
export function codeChallenge(page: CodePage): Step {
  const { kind, factor, clock } = page;
  return codeStep(page, 'log-in', factor.challenge, async (visit, code) => {
    const { facts, pending, save } = visit;
    const account = requireAccount(facts.account);
    const origin = codeOrigin(visit, account);
    const verified = await factor.verify(account.id, code, { binding: pending.cid, origin });
    if (verified.outcome !== 'ok') return refused(verified);
    await save((progress) => ({ ...progress, factor: factorProof(account, kind, clock.now()) }));
    return { outcome: 'saved' };
  });
}

/** G20: the code proves that the receiver is the person's; only then the method is set up. */
export function codeSetUp(page: CodePage, recoveryCodes: Credentials['recoveryCodes']): Step {
  const { kind, factor, clock } = page;
  return codeStep(page, 'enrolment', factor.resend, async (visit, code) => {
    const { facts, pending, origin } = visit;
    const account = requireAccount(facts.account);
    const enrolled = await factor.confirm(account.id, code, {
      actor: account.id,
      origin,
      binding: pending.cid,
      // Another one in the place of a lost one ends what was signed in with it (X38).
      raiseEpoch: facts.enrolled[kind],
    });
    if (enrolled.outcome !== 'enrolled') return refused(enrolled);
    const proof = factorProof(account, kind, clock.now());
    return methodSetUp(visit, { proof, epoch: enrolled.epoch, recoveryCodes });
  });
}

function codeStep(
  { name, kind, factor, view }: CodePage,
  purpose: 'log-in' | 'enrolment',
  send: (request: CodeRequest) => Promise<SentCode>,
  accept: (visit: Visit, code: string) => Promise<Submitted>,
): Step {
  /** What the page has to say about the message. */
  async function sendOnce(visit: Visit): Promise<TextRef | undefined> {
    const request = codeRequest(visit);
    const pending = await factor.pending(purpose, request.account.id, request.binding);
    return pending ? deliveryText(pending) : sendingText(await send(request), kind);
  }
  return {
    name,
    fields: z.object({ code: z.string().max(200).default(''), choice: z.enum(['resend']).optional() }),
    async show(visit, again) {
      if (again) return view(visit, problemsOf(again));
      const form = await sendOnce(visit);
      return view(visit, form ? { errors: { form } } : {});
    },
    async submit(visit, typed) {
      if (typed['choice'] === 'resend') return resent(await send(codeRequest(visit)), kind);
      const code = readDigits(typed['code']);
      if (code === '') return wrong('code', 'credentials:code-required');
      return /^\d{6}$/.test(code) ? accept(visit, code) : wrong('code', 'credentials:code-format');
    },
  };
}

/** The page again after "Resend New Code". */
function resent(sent: SentCode, kind: CodePage['kind']): Again {
  const form = sendingText(sent, kind);
  if (form) return { outcome: 'again', errors: { form }, status: 429 };
  return { outcome: 'again', errors: {}, notice: { key: 'interactions:sent-code.resent' }, status: 200 };
}

function refused(refusal: CodeRefusal): Again {
  const { text, status } = codeRefusal(refusal);
  return { outcome: 'again', errors: { code: text }, status };
}
