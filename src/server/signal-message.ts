import { MAX_PEER_ID } from "../base/peer-id.ts";
import { isWhole } from "../base/whole.ts";
import { type ClientMessages, LobbyLimits } from "../lobby/protocol.ts";

type Facts = Readonly<Record<string, unknown>>;

const { signal: limits } = LobbyLimits;

/**
 * Whether that is a well-formed signal beyond doubt. Quick, as most messages are; the schema judges the others, and says what is wrong with
 * them. Never true of what the schema would not take.
 */
export function isSignalMessage(message: unknown): message is ClientMessages["signal"] {
  if (!hasFields(message, 2)) return false;
  const { signal, to } = message;
  return isWhole(to, 1, MAX_PEER_ID) && (isCandidates(signal) || isDescription(signal));
}

function isCandidates(signal: unknown): boolean {
  return (
    hasFields(signal, 3) &&
    signal["kind"] === "candidates" &&
    isAttempt(signal["attempt"]) &&
    areGood(signal["candidates"])
  );
}

function isDescription(signal: unknown): boolean {
  if (!hasFields(signal, 5) || signal["kind"] !== "description") return false;
  const { attempt, candidates, sdp, type } = signal;
  if (type !== "offer" && type !== "answer") return false;
  return isAttempt(attempt) && isText(sdp, 1, limits.sdpLength) && areGood(candidates);
}

function isAttempt(value: unknown): boolean {
  return isWhole(value, 1, limits.maxAttempt);
}

function areGood(candidates: unknown): boolean {
  return Array.isArray(candidates) && candidates.length <= limits.candidatesPerSignal && candidates.every(isCandidate);
}

function isCandidate(value: unknown): boolean {
  if (!hasFields(value, 3)) return false;
  const { index, media, name } = value;
  return (
    isText(media, 0, limits.mediaLength) &&
    isWhole(index, 0, limits.maxIndex) &&
    isText(name, 1, limits.candidateLength)
  );
}

function isText(value: unknown, minLength: number, maxLength: number): boolean {
  return typeof value === "string" && value.length >= minLength && value.length <= maxLength;
}

/** An object of so many fields. */
function hasFields(value: unknown, count: number): value is Facts {
  return typeof value === "object" && value !== null && Object.keys(value).length === count;
}
