import { ErrorCode } from "../../base/error-code.ts";
import { type LinkConditions, linkConditions, PERFECT_LINK } from "../network/link-conditions.ts";
import type { VirtualNetwork } from "../network/virtual-network.ts";
import { DEFAULT_LINE, type VirtualSignalling } from "../network/virtual-signalling.ts";
import type { Cast } from "./cast.ts";
import type { MemberGame } from "./member-game.ts";
import { idsOf, type Operation } from "./operation.ts";
import { payload } from "./payload.ts";
import type { WorldMember } from "./world-member.ts";
import { fromChange, type WorldConditions } from "./world-options.ts";

/** What operations are done to. */
export interface Stage {
  readonly network: VirtualNetwork;
  readonly signalling: VirtualSignalling;
  readonly conditions: WorldConditions;
  readonly cast: Cast<MemberGame>;
  /** Packets sent by operations so far: the next one's content goes by it. */
  sends: number;
}

/** Does an operation; false if it does not apply. Throws a `TickmeshError` `invalid-options` for values out of range. */
export function applyOperation(operation: Operation, stage: Stage): boolean {
  const { network, signalling, cast } = stage;
  switch (operation.kind) {
    case "join":
      return cast.join(operation.peer, operation);
    case "partition":
      network.partition(operation.groups, { oneWay: operation.oneWay ?? false });
      return true;
    case "link":
      if (idsOf(operation.which ?? {}).some((id) => !cast.knows(id))) return false;
      network.setLink(fromChange(operation.conditions), operation.which ?? {});
      return true;
    case "reach":
      network.setReachable(operation.one, operation.other, operation.isReachable);
      return true;
    case "server":
      if (operation.isUp) signalling.comeUp();
      else signalling.goDown();
      return true;
    case "lines":
      signalling.setLines(fromChange(operation.conditions));
      return true;
    case "heal":
      heal(stage);
      return true;
    default: {
      const member = cast.find(operation.peer);
      return member !== undefined && applyTo(member, operation, stage);
    }
  }
}

type MemberOperation = Exclude<
  Operation,
  { readonly kind: "join" | "partition" | "link" | "reach" | "server" | "lines" | "heal" }
>;

function applyTo(member: WorldMember<MemberGame>, operation: MemberOperation, stage: Stage): boolean {
  const { signalling, cast } = stage;
  switch (operation.kind) {
    case "leave":
      cast.leave(member);
      return true;
    case "crash":
      cast.crash(member);
      return true;
    case "kick":
      if (member.state === "kicked") return false;
      cast.kick(member);
      return true;
    case "stall":
      member.device.stall(operation.ms);
      return true;
    case "drift":
      member.device.setClockDrift(operation.ppm);
      return true;
    case "send":
      return send(member, operation, stage);
    case "input":
      return member.game.input?.(operation.input) ?? false;
    case "disconnect":
      return disconnect(member, operation.other);
    case "retry":
      // Those that are apart are so because nobody wants them.
      for (const { peerId, state } of member.connector.getPairs()) {
        if (state !== "apart") member.connector.retry(peerId);
      }
      return true;
    case "repair":
      return member.peer.repairPeer(operation.other, operation.step) === ErrorCode.OK;
    case "network":
      member.device.changeNetwork(operation.isTold);
      return true;
    case "line":
      if (operation.isUp) signalling.restore(operation.peer);
      else signalling.interrupt(operation.peer);
      return true;
  }
}

function disconnect({ peer, session }: WorldMember<MemberGame>, other: number): boolean {
  if (!peer.hasPeer(other)) return false;
  // Two that are no hubs would part for good: nothing brings them together again.
  const hubs = peer.getHubs();
  if (hubs !== null && !hubs.includes(other) && !hubs.includes(peer.getUniqueId())) return false;
  if (session?.hasPeer(other) === true) session.disconnect(other);
  else peer.disconnectPeer(other);
  return true;
}

function send(
  { peer, session }: WorldMember<MemberGame>,
  { to, mode, channel, size }: Extract<Operation, { kind: "send" }>,
  stage: Stage,
): boolean {
  // Its session would take it for a broken frame.
  if (session !== null || (to > 0 && !peer.hasPeer(to))) return false;
  const { target, transferMode, transferChannel } = peer;
  peer.setTargetPeer(to);
  peer.transferMode = mode;
  peer.transferChannel = channel;
  peer.putPacket(payload(stage.conditions.seed ?? 0, stage.sends, size));
  stage.sends += 1;
  peer.setTargetPeer(target);
  peer.transferMode = transferMode;
  peer.transferChannel = transferChannel;
  return true;
}

function heal({ network, signalling, conditions, cast }: Stage): void {
  network.heal();
  network.healReach();
  network.setLink(complete(conditions.link));
  signalling.setLines({ ...DEFAULT_LINE, ...fromChange(conditions.signalling ?? {}) });
  signalling.comeUp();
  for (const member of cast.list) if (member.state === "present") signalling.restore(member.id);
}

function complete(change: WorldConditions["link"] = {}): LinkConditions {
  return linkConditions(fromChange(change), PERFECT_LINK);
}
