import type { Connector } from './connector.ts';

type ClosableConnector = Connector & { close(): Promise<void> };

/** A connector whose protocol library is loaded with the first sign-in: most starts never need it. */
export function connectorOnDemand(load: () => Promise<ClosableConnector>): ClosableConnector {
  let loading: Promise<ClosableConnector> | undefined;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  return {
    authorizationUrl: async (...given) => (await loaded()).authorizationUrl(...given),
    exchange: async (...given) => (await loaded()).exchange(...given),
    close: async () => (await loading)?.close(),
  };
}
