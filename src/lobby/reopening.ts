import { type Admission, askToCreate, askToJoin, type ServerAccess } from "./admission.ts";
import { REOPEN_STEP_MS } from "./limits.ts";
import { isLobbyError } from "./lobby-error.ts";
import { type JoinRequest, LobbyErrorCode, LobbyLimits, type Metadata, type Seat } from "./protocol.ts";

/** What a member knows of its lobby, to open it again. */
export interface KnownLobby {
  readonly seat: Seat;
  readonly record: string;
  readonly hostId: number;
  /** Whom it has seen there last, itself too; first those who were present. */
  readonly members: readonly number[];
}

/** Who opens a lobby again says its profile, which the server cannot know then. */
export interface ReturnRequest extends JoinRequest {
  readonly profile: Metadata;
}

/**
 * Sits down again; if the server knows nothing of the lobby, opens it again under its code, after a while in which those go first who
 * come before: the host, then by id. `isWanted` says whether anybody still waits for it.
 */
export async function comeBack(
  access: ServerAccess,
  request: ReturnRequest,
  known: KnownLobby,
  isWanted: () => boolean,
): Promise<Admission> {
  const { seat, record } = known;
  const sitDown = (): Promise<Admission> => askToJoin(access, seat.code, { ...request, token: seat.token });
  try {
    return await sitDown();
  } catch (error) {
    if (!isForgotten(error)) throw error;
  }
  const pauseMs = placeOf(known) * REOPEN_STEP_MS;
  if (pauseMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    try {
      return await sitDown();
    } catch (error) {
      if (!isForgotten(error) || !isWanted()) throw error;
    }
  }
  const { protocolVersion, gameId, profile } = request;
  const members = known.members.slice(0, LobbyLimits.maxPeersMax);
  return askToCreate(access, { protocolVersion, gameId, profile, token: seat.token, record, members });
}

function isForgotten(error: unknown): boolean {
  return isLobbyError(error) && error.code === LobbyErrorCode.UNKNOWN_CODE;
}

/** How many go first. */
function placeOf({ seat: { peerId }, hostId, members }: KnownLobby): number {
  if (peerId === hostId) return 0;
  let place = members.includes(hostId) ? 1 : 0;
  for (const other of members) if (other !== hostId && other < peerId) place += 1;
  return place;
}
