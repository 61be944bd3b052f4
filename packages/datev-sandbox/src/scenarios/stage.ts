import { LONG_TERM_SCOPE, signedIn, testSandbox } from '../test-kit.ts';
import type { Stage } from './kit.ts';

/** Everybody signed in, and a way back to exactly that. */
export async function prepareStage(): Promise<{ stage: Stage; fresh: () => void }> {
  const sandbox = testSandbox();
  const stage: Stage = {
    sandbox,
    token: (await signedIn(sandbox)).access_token,
    longTerm: (await signedIn(sandbox, 'anja', { scope: LONG_TERM_SCOPE })).access_token,
    narrow: (await signedIn(sandbox, 'anja', { scope: 'openid' })).access_token,
    bernd: (await signedIn(sandbox, 'bernd', {}, 'SmartCard')).access_token,
    nina: (await signedIn(sandbox, 'nina')).access_token,
  };
  const prepared = sandbox.snapshot();
  return { stage, fresh: () => sandbox.restore(prepared) };
}
