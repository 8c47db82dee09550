import { z } from 'zod';
import { requireAccount } from '../../factor-proof.ts';
import type { Services } from '../../services.ts';
import { problemsOf, type Step, type Visit, wrong } from '../../step.ts';

const FILENAME = 'recovery-code.txt';

/** G21–G23, J2, J5: shown once; "Continue" wants the box ticked. "Download" works without script. */
export function createSaveRecoveryCode({ credentials }: Pick<Services, 'credentials'>): Step {
  return {
    name: 'save-recovery-code',
    fields: z.object({ saved: z.string().optional(), download: z.string().optional() }),
    async show({ form, progress }, again) {
      const page = form('save-recovery-code');
      return {
        view: 'interactions/save-recovery-code',
        data: {
          ...page,
          ...problemsOf(again),
          codeGroups: groupsOf(progress.secrets.recoveryCode ?? ''),
          downloadAction: `${page.action}?download=yes`,
        },
      };
    },
    async submit({ facts, progress, save }, { saved, download }) {
      const code = progress.secrets.recoveryCode;
      if (download && code)
        return { outcome: 'download', filename: FILENAME, text: `${groupsOf(code).join(' ')}\n` };
      if (saved !== 'yes') return wrong('saved', 'interactions:errors.saved-required');
      await credentials.recoveryCodes.confirmSaved(requireAccount(facts.account).id);
      await save(forgetRecoveryCode);
      return { outcome: 'saved' };
    },
  };
}

const groupsOf = (code: string) => code.match(/.{1,4}/g) ?? [];

function forgetRecoveryCode(progress: Visit['progress']): Visit['progress'] {
  const { recoveryCode: _shown, ...secrets } = progress.secrets;
  return { ...progress, secrets };
}
