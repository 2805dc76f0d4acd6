export interface HostView {
  readonly selfId: number;
  /** Whom the lobby server named host last. */
  readonly lobbyHostId: number;
  /** Whom we are connected to and have heard of late. */
  readonly responsive: Iterable<number>;
  /** Whether we have been connected to the lobby's host at some time. */
  readonly lobbyHostWasHere: boolean;
  /** Whether the lobby server can be asked at the moment. */
  readonly serverPresent: boolean;
}

/**
 * Whose round counts. The lobby server's word, as long as its host answers or has yet to come; otherwise the lowest id of those
 * who answer, oneself included. Nothing that another player says enters here, so nobody can talk itself into being host. (By id
 * alone, a newcomer with a low id would take a running round away.)
 */
export function chooseHost(view: HostView): number {
  let lowest = view.selfId;
  for (const id of view.responsive) {
    if (id === view.lobbyHostId) return id;
    if (id < lowest) lowest = id;
  }
  if (view.lobbyHostId === view.selfId) return view.selfId;
  return view.serverPresent && !view.lobbyHostWasHere ? view.lobbyHostId : lowest;
}
