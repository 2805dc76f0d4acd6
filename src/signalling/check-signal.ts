import { SignalLimits } from "./signal-limits.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/**
 * A `Signal` read from what somebody else sent: a copy that holds nothing but the fields of a signal, or `null` if it is
 * none or goes past a limit. Never throws on what structured cloning or JSON can produce.
 */
export function checkSignal(value: unknown): Signal | null {
  if (!isRecord(value)) return null;
  const attempt = value["attempt"];
  if (!isWholeNumber(attempt, 1, SignalLimits.maxAttempt)) return null;
  switch (value["kind"]) {
    case "description": {
      const { type, sdp } = value;
      if (type !== "offer" && type !== "answer") return null;
      if (!isText(sdp, SignalLimits.sdpLength)) return null;
      const candidates = checkCandidates(value["candidates"]);
      return candidates === null ? null : { kind: "description", attempt, type, sdp, candidates };
    }
    case "candidates": {
      const candidates = checkCandidates(value["candidates"]);
      return candidates === null ? null : { kind: "candidates", attempt, candidates };
    }
    case "retry":
      return { kind: "retry", attempt };
    default:
      return null;
  }
}

function checkCandidates(value: unknown): IceCandidate[] | null {
  if (!Array.isArray(value) || value.length > SignalLimits.candidatesPerSignal) return null;
  const candidates: IceCandidate[] = [];
  for (const candidate of value as unknown[]) {
    if (!isRecord(candidate)) return null;
    const { media, index, name } = candidate;
    if (typeof media !== "string" || media.length > SignalLimits.mediaLength) return null;
    if (!isWholeNumber(index, 0, SignalLimits.maxIndex)) return null;
    if (!isText(name, SignalLimits.candidateLength)) return null;
    candidates.push({ media, index, name });
  }
  return candidates;
}

function isRecord(value: unknown): value is Record<string, unknown> & Readonly<Partial<Record<Field, unknown>>> {
  return typeof value === "object" && value !== null;
}

type Field = "type" | "sdp" | "media" | "index" | "name";

/** A whole number within bounds; −0 is not one that counts anything. */
function isWholeNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max && !Object.is(value, -0);
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxLength;
}
