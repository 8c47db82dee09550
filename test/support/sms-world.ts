import { startGatehouse, type TestOptions } from './gatehouse.ts';
import { relyingParty } from './relying-party.ts';
import { startSmsGateway } from './sms-gateway.ts';
import { travellingClock } from './travelling-clock.ts';
import { world } from './world.ts';

export type SmsWorld = Awaited<ReturnType<typeof startSmsWorld>>;

/** A Gatehouse with these accounts that sends its codes through a gateway which checks signatures. */
export async function startSmsWorld(accounts: object[], env: TestOptions['env'] = {}) {
  const clock = travellingClock();
  const gateway = await startSmsGateway(() => clock.now());
  const gatehouse = await startGatehouse({
    clock,
    env: { ...gateway.env.webhook, ...env },
    bootstrap: world({ accounts }),
  });
  return {
    ...{ clock, gateway, gatehouse },
    portal: await relyingParty(gatehouse.issuer),
    /** The code of the next message to a number; waits for it. */
    async codeTo(number: string): Promise<string> {
      await gatehouse.settle();
      return gateway.nextCodeTo(number);
    },
    messagesTo: (number = ''): number => gateway.received.filter(({ to }) => to === number).length,
    async stop(): Promise<void> {
      clock.restore();
      await gatehouse.stop();
      await gateway.close();
    },
  };
}
