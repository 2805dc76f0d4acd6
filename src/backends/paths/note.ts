import { isWhole } from "../../base/whole.ts";
import { MAX_CANDIDATE_LENGTH, MAX_SDP_LENGTH } from "./limits.ts";

/** What the two sides say to each other over the relay, beside the channels. `search` counts the searches for a direct way. */
export type Note =
  /** From who offered: "let us go by the relay". `isHidden`: that there will be no direct way. */
  | { readonly kind: "ask"; readonly isHidden: boolean }
  | { readonly kind: "yes"; readonly isHidden: boolean }
  | { readonly kind: "offer" | "answer"; readonly search: number; readonly sdp: string }
  | {
      readonly kind: "candidate";
      readonly search: number;
      readonly media: string;
      readonly index: number;
      readonly name: string;
    }
  /** "What is this channel on the relay is that one on the direct way": of channels that were not negotiated, from who made them. */
  | { readonly kind: "same"; readonly search: number; readonly relayed: number; readonly direct: number }
  /** "Search now", to who offers. */
  | { readonly kind: "search" }
  /** "The relay is not needed any more." */
  | { readonly kind: "done" };

export function writeNote(note: Note): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(note));
}

/** What somebody else wrote; `null` if it makes no sense. */
export function readNote(bytes: Uint8Array): Note | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { kind, isHidden, sdp, media, index, name, relayed, direct } = fields as {
    readonly [Field in "kind" | "isHidden" | "sdp" | "media" | "index" | "name" | "relayed" | "direct"]?: unknown;
  };
  const search = fields["search"];
  switch (kind) {
    case "ask":
    case "yes":
      return { kind, isHidden: isHidden === true };
    case "search":
    case "done":
      return { kind };
    case "offer":
    case "answer":
      return isNumber(search) && isText(sdp, MAX_SDP_LENGTH) ? { kind, search, sdp } : null;
    case "candidate":
      return isNumber(search) &&
        isText(media, MAX_CANDIDATE_LENGTH) &&
        isWhole(index, 0, 65_535) &&
        isText(name, MAX_CANDIDATE_LENGTH)
        ? { kind, search, media, index, name }
        : null;
    case "same":
      return isNumber(search) && isWhole(relayed, 0, 65_535) && isWhole(direct, 0, 65_535)
        ? { kind, search, relayed, direct }
        : null;
    default:
      return null;
  }
}

function isNumber(value: unknown): value is number {
  return isWhole(value, 1, Number.MAX_SAFE_INTEGER);
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length <= maxLength;
}
