import type { FrontDoor } from '../../test/support/front-door.ts';
import type { Recorder } from '../history/recorder.ts';
import type { ServerNode } from './system.ts';

const EVERY_MS = 300;
const PATIENCE_MS = 4_000;

/** Leads to the nodes that say they are ready, as a load balancer does, and to all when none is. Resolves a stop. */
export function balance(
  door: FrontDoor,
  nodes: readonly ServerNode[],
  recorder: Recorder,
): () => Promise<void> {
  const ready = new Map<string, boolean>();
  let isOver = false;
  lead();

  function lead(): void {
    const well = nodes.filter(({ name }) => ready.get(name) ?? true);
    door.takeTurns((well.length > 0 ? well : nodes).map((node) => node.port()));
  }

  async function watch(node: ServerNode): Promise<void> {
    while (!isOver) {
      const status = await fetch(`http://127.0.0.1:${node.port()}/health/ready`, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.status;
        },
        () => 0,
      );
      if (isOver) return;
      recorder.note({ type: 'readiness', node: node.name, status });
      ready.set(node.name, status === 200);
      lead();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  const watching = Promise.all(nodes.map(watch));
  return async () => {
    isOver = true;
    await watching;
  };
}
