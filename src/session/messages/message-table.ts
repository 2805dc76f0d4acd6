import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import { CALL_TIMEOUT_MS, FIRST_MESSAGE_TYPE, MAX_LANES, MAX_MESSAGES, MAX_NAME_LENGTH } from "../limits.ts";
import type { AllowedSender, CallDefinition, Definitions, MessageDefinition } from "./definition.ts";
import { DEFAULT_LANES, type Lane, type LaneOptions } from "./lane.ts";
import type { TableEntry } from "./table-entry.ts";
import { hashOf } from "./table-hash.ts";

/** A game's messages and calls, checked and numbered. Made by `defineMessages`, once, the same on all sides. */
export interface MessageTable<D extends Definitions = Definitions> {
  readonly definitions: D;
  /** In the order in which they were declared. */
  readonly entries: readonly TableEntry[];
  readonly lanes: readonly Lane[];
  /** Of all that both sides must have the same: 16 hexadecimal digits. */
  readonly hash: string;
}

const NAME_FAULT = `a name has 1 to ${MAX_NAME_LENGTH} characters`;

const SENDERS: readonly AllowedSender[] = ["anyone", "host", "owner"];

/**
 * Declares what a game sends. `lanes`: more of them, or other figures for the default ones (`input`, `game`, `bulk`).
 * Throws a `TickmeshError` `invalid-messages` that names the message and what is wrong with it.
 */
export function defineMessages<const D extends Definitions>(
  definitions: D,
  options: { readonly lanes?: Readonly<Record<string, LaneOptions>> } = {},
): MessageTable<D> {
  const lanes = completeLanes({ ...DEFAULT_LANES, ...options.lanes });
  const names = Object.keys(definitions);
  require(faultOfWhole("the number of messages", names.length, 1, MAX_MESSAGES));
  const entries = names.map((name, i) => entryOf(name, FIRST_MESSAGE_TYPE + i, definitions[name], lanes));
  return { definitions, entries, lanes, hash: hashOf(entries, lanes) };
}

function entryOf(
  name: string,
  type: number,
  definition: Definitions[string] | undefined,
  lanes: readonly Lane[],
): TableEntry {
  const fail = (fault: string): never => refuse(`message ${shown(name)}: ${fault}`);
  if (!isName(name)) fail(NAME_FAULT);
  const { kind, lane: laneName = "game", from = "anyone", perSecond = Number.POSITIVE_INFINITY } = definition ?? {};
  if (kind !== "message" && kind !== "call") fail("it was not made by message() or call()");
  const lane = lanes.find((one) => one.name === laneName) ?? fail(`there is no lane ${shown(laneName)}`);
  if (!SENDERS.includes(from)) fail(`from ${shown(from)} is none of ${SENDERS.join(", ")}`);
  if (!(perSecond > 0)) fail(`perSecond ${shown(perSecond)} is not above 0`);
  const common = { name, type, lane, from, perSecond };
  if (kind === "call") {
    const call = definition as CallDefinition<unknown, unknown>;
    const { request: payload, timeoutMs = CALL_TIMEOUT_MS } = call;
    if (!(timeoutMs > 0)) fail(`timeoutMs ${shown(timeoutMs)} is not above 0`);
    const maxBytes = Number.POSITIVE_INFINITY;
    return { ...common, mode: TransferMode.RELIABLE, payload, maxBytes, latest: false, echo: false, call };
  }
  const {
    mode,
    payload,
    latest = false,
    echo = false,
    maxBytes = payload.maxBytes,
  } = definition as MessageDefinition<unknown>;
  const modeFault = faultOfWhole("mode", mode, TransferMode.UNRELIABLE, TransferMode.RELIABLE);
  if (modeFault !== null) fail(modeFault);
  if (latest !== false && mode === TransferMode.RELIABLE) fail("latest is for unreliable modes");
  // A payload of nothing has a bound of 0 itself.
  if (maxBytes !== payload.maxBytes && !(maxBytes > 0)) fail(`maxBytes ${shown(maxBytes)} is not above 0`);
  if (maxBytes > payload.maxBytes) fail(`maxBytes ${maxBytes} is more than its payload carries: ${payload.maxBytes}`);
  return { ...common, mode, payload, maxBytes, latest, echo, call: null };
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME_LENGTH;
}

function completeLanes(options: Readonly<Record<string, LaneOptions>>): Lane[] {
  const names = Object.keys(options);
  require(faultOfWhole("the number of lanes", names.length, 1, MAX_LANES));
  return names.map((name, index) => {
    const { priority, weight = 1, bulk = false } = options[name] as LaneOptions;
    if (!isName(name)) refuse(`lane ${shown(name)}: ${NAME_FAULT}`);
    require(faultOfWhole(`lane ${shown(name)}: priority`, priority, 0, 15));
    require(faultOfWhole(`lane ${shown(name)}: weight`, weight, 1, 100));
    return { name, index, priority, weight, bulk };
  });
}

function require(fault: string | null): void {
  if (fault !== null) refuse(fault);
}

function refuse(fault: string): never {
  throw new TickmeshError("invalid-messages", fault);
}
