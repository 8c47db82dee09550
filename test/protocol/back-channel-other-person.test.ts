import { type BackChannelListener, startBackChannelListener } from '../support/back-channel-listener.ts';
import { payloadOf } from '../support/endpoint.ts';
import { startGatehouse, type TestGatehouse } from '../support/gatehouse.ts';
import { client } from '../support/protocol-clients.ts';
import { relyingParty } from '../support/relying-party.ts';
import { logIn } from '../support/sign-in.ts';
import { person as entry, PASSWORD, world } from '../support/world.ts';

describe('another person signs in at the same browser', () => {
  let gatehouse: TestGatehouse;
  let listener: BackChannelListener;
  beforeAll(async () => {
    listener = await startBackChannelListener();
    gatehouse = await startGatehouse({
      bootstrap: world({
        accounts: [entry('bea@other.example', 'Bea Beta', ['beta'])],
        clients: [client('notified', { backchannel_logout_uri: listener.uri })],
      }),
    });
  });
  afterAll(async () => {
    await gatehouse.stop();
    await listener.stop();
  });

  it('X38 B16 whose session ends thereby: the relying parties of that session are told', async () => {
    const party = await relyingParty(gatehouse.issuer, {
      clientId: 'notified',
      clientSecret: 'notified-secret',
    });
    const ada = await logIn(gatehouse, party, 'ada@other.example');
    const tokens = await party.complete(ada.pending, ada.person.arrivedAt);
    const claims = payloadOf(tokens.id_token ?? '');
    const pending = await party.begin({ prompt: 'login' });
    await ada.person.open(pending.url);
    await ada.person.follow('Not you?');
    await ada.person.fill('Email', 'bea@other.example').press('Continue');
    await ada.person.fill('Password', PASSWORD).press('Continue');
    const next = await party.complete(pending, ada.person.arrivedAt);
    expect(next.claims()?.sub).not.toBe(claims['sub']);
    await gatehouse.settle();
    expect(listener.tokens.map(payloadOf)).toEqual([expect.objectContaining({ sub: claims['sub'] })]);
  });
});
