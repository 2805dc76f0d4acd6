import { isWhole } from "../base/whole.ts";
import { SignalLimits } from "./signal-limits.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/** Signals that say no more than of which attempt they are. */
const PLAIN_KINDS = ["retry", "want", "restart", "probe", "echo"] as const;
type PlainKind = (typeof PLAIN_KINDS)[number];

/**
 * A `Signal` read from what somebody else sent: a copy that holds nothing but the fields of a signal, or `null` if it is
 * none or goes past a limit. Never throws on what structured cloning or JSON can produce.
 */
export function checkSignal(value: unknown): Signal | null {
  if (!isRecord(value)) return null;
  const attempt = value["attempt"];
  if (!isWhole(attempt, 1, SignalLimits.maxAttempt)) return null;
  const { kind, type, sdp, restart } = value;
  if (isPlain(kind)) return { kind, attempt };
  const candidates = checkCandidates(value["candidates"]);
  if (candidates === null) return null;
  if (kind === "candidates") return { kind, attempt, candidates };
  if (kind !== "description" || (type !== "offer" && type !== "answer")) return null;
  if (!isText(sdp, SignalLimits.sdpLength)) return null;
  const description = { kind, attempt, type, sdp, candidates } as const;
  if (restart === undefined) return description;
  return isWhole(restart, 1, SignalLimits.maxRestart) ? { ...description, restart } : null;
}

function isPlain(kind: unknown): kind is PlainKind {
  return PLAIN_KINDS.some((plain) => plain === kind);
}

function checkCandidates(value: unknown): IceCandidate[] | null {
  if (!Array.isArray(value) || value.length > SignalLimits.candidatesPerSignal) return null;
  const candidates: IceCandidate[] = [];
  for (const candidate of value as unknown[]) {
    if (!isRecord(candidate)) return null;
    const { media, index, name } = candidate;
    if (typeof media !== "string" || media.length > SignalLimits.mediaLength) return null;
    if (!isWhole(index, 0, SignalLimits.maxIndex)) return null;
    if (!isText(name, SignalLimits.candidateLength)) return null;
    candidates.push({ media, index, name });
  }
  return candidates;
}

function isRecord(value: unknown): value is Record<string, unknown> & Readonly<Partial<Record<Field, unknown>>> {
  return typeof value === "object" && value !== null;
}

type Field = "kind" | "type" | "sdp" | "media" | "index" | "name" | "restart";

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxLength;
}
