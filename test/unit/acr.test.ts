import fc from 'fast-check';
import { ACR, acrHeight, metAcr, PAPE_MULTI_FACTOR, SUPPORTED_ACR } from '#oidc';

describe('the acr ladder', () => {
  it('X23 a requested value is met by itself and by anything above, never by anything below', () => {
    const ladder = [ACR.password, ACR.mfa, ACR.mfaApp, ACR.phishingResistant];
    for (const [rung, earned] of ladder.entries()) {
      for (const [height, requested] of ladder.entries()) {
        expect(metAcr(earned, [requested])).toBe(rung >= height ? requested : undefined);
      }
    }
  });

  it('password and SSO stand level, but neither stands in for the other', () => {
    expect(metAcr(ACR.sso, [ACR.password])).toBeUndefined();
    expect(metAcr(ACR.password, [ACR.sso])).toBeUndefined();
    expect(metAcr(ACR.mfa, [ACR.sso])).toBe(ACR.sso);
  });

  it('answers with the value that was asked for, in the order of the request', () => {
    expect(metAcr(ACR.mfaApp, [ACR.phishingResistant, ACR.mfa])).toBe(ACR.mfa);
    expect(metAcr(ACR.mfaApp, [PAPE_MULTI_FACTOR])).toBe(PAPE_MULTI_FACTOR);
  });

  it('never meets a value that is not supported, so that such a request cannot loop', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...SUPPORTED_ACR), (unknown, earned) => {
        fc.pre(!SUPPORTED_ACR.includes(unknown));
        return metAcr(earned, [unknown]) === undefined && acrHeight(unknown) < 0;
      }),
    );
  });
});
