/** How a server is, as those see it who decide whether players are sent to it. */
export interface ServerHealth {
  /** It was told to end. */
  readonly isDraining: boolean;
  /** `null`: it needs none. */
  readonly isRedisUp: boolean | null;
}

/** Whether new lobbies may be made here. A server that is not ready goes on with those it has. */
export function isReady({ isDraining, isRedisUp }: ServerHealth): boolean {
  return !isDraining && isRedisUp !== false;
}
