import { shown } from "../../base/diagnostics.ts";
import { isPeerId, MAX_PEER_ID } from "../../base/peer-id.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { type LinkConditions, linkConditions, PERFECT_LINK } from "../network/link-conditions.ts";

/** In words what is wrong with the value of a field of that name; `null` if nothing is. Some throw `invalid-options` themselves. */
export type FieldCheck = (name: string, value: unknown) => string | null;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function whole(min: number, max: number): FieldCheck {
  return (name, value) => faultOfWhole(name, value, min, max);
}

export function inRange(min: number, max: number): FieldCheck {
  return (name, value) =>
    typeof value === "number" && value >= min && value <= max
      ? null
      : `${name} ${shown(value)} is no number from ${min} to ${max}`;
}

export const yesOrNo: FieldCheck = (name, value) =>
  typeof value === "boolean" ? null : `${name} ${shown(value)} is neither true nor false`;

export function oneOf(...choices: readonly string[]): FieldCheck {
  return (name, value) =>
    choices.includes(value as string) ? null : `${name} ${shown(value)} is none of ${choices.join(", ")}`;
}

/** What JSON can carry. */
export const plainData: FieldCheck = (name, value) => {
  try {
    if (JSON.stringify(value) !== undefined) return null;
  } catch {
    // A circle, or a bigint.
  }
  return `${name} ${shown(value)} is nothing that JSON can carry`;
};

export const peerId: FieldCheck = whole(1, MAX_PEER_ID);

const peerIds: FieldCheck = (name, value) =>
  Array.isArray(value) && value.every(isPeerId)
    ? null
    : `${name} ${shown(value)} is no array of ids, 1 to ${MAX_PEER_ID}`;

export const groupsOfIds: FieldCheck = (name, value) => {
  if (!Array.isArray(value)) return `${name} ${shown(value)} is no array of arrays of ids`;
  for (const [index, group] of value.entries()) {
    const fault = peerIds(`${name}[${index}]`, group);
    if (fault !== null) return fault;
  }
  return null;
};

/** Which links are meant. */
export const linkChoice: FieldCheck = (name, value) => {
  if (!isRecord(value)) return `${name} ${shown(value)} is no object`;
  const fault = faultOfFields(value, {}, { from: peerId, to: peerId, between: peerIds });
  if (fault !== null) return `${name}: ${fault}`;
  const isBoth = value["between"] !== undefined && (value["from"] !== undefined || value["to"] !== undefined);
  return isBoth ? `${name} has between, and from or to beside it` : null;
};

/** Conditions of links as a recording carries them: `null` kbit/s stand for no limit. */
export const linkChange: FieldCheck = (name, value) => {
  if (!isRecord(value)) return `${name} ${shown(value)} is no object`;
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(PERFECT_LINK, key)) {
      return `${name}: there is no condition ${shown(key)}: ${Object.keys(PERFECT_LINK).join(", ")}`;
    }
  }
  const { bandwidthKbps, ...rest } = value as Partial<LinkConditions>;
  linkConditions(bandwidthKbps === undefined || bandwidthKbps === null ? rest : { ...rest, bandwidthKbps });
  return null;
};

/** In words the first field that is missing, unknown or wrong; `null` if none is. What is optional may be `undefined`. */
export function faultOfFields(
  fields: Readonly<Record<string, unknown>>,
  required: Readonly<Record<string, FieldCheck>>,
  optional: Readonly<Record<string, FieldCheck>> = {},
): string | null {
  for (const [name, check] of Object.entries(required)) {
    const fault = check(name, fields[name]);
    if (fault !== null) return fault;
  }
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(required, name)) continue;
    const known = [...Object.keys(required), ...Object.keys(optional)];
    if (!Object.hasOwn(optional, name)) return `there is no ${shown(name)} here: ${known.join(", ")}`;
    const fault = value === undefined ? null : (optional[name]?.(name, value) ?? null);
    if (fault !== null) return fault;
  }
  return null;
}
