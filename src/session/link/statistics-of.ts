import type { Lane } from "../messages/lane.ts";
import type { LaneQueue } from "../outgoing/lane-queue.ts";
import type { LaneStatistics, PeerStatistics } from "../peer-statistics.ts";
import type { SessionLink } from "./session-link.ts";

export function statisticsOf(link: SessionLink, lanes: readonly Lane[], nowMs: number): PeerStatistics {
  const { reliable, unreliable, roundTrip, inbox } = link;
  const each = lanes.map((lane) => laneStatisticsOf(link, lane));
  return {
    path: link.transport?.carrier.look(nowMs) ?? null,
    via: link.transport?.carrier.via ?? 0,
    roundTripMs: roundTrip.meanMs,
    jitterMs: roundTrip.jitterMs,
    leastRoundTripMs: roundTrip.leastMs,
    sentLossRatio: roundTrip.lossRatio,
    receivedLossRatio: inbox.window.newest === 0 ? 0 : 1 - inbox.window.receivedFrames / inbox.window.newest,
    sentFrames: reliable.sentFrames + unreliable.sentFrames,
    sentBytes: reliable.sentBytes + unreliable.sentBytes,
    receivedFrames: link.receivedFrames,
    receivedBytes: link.receivedBytes,
    ...each.reduce(sumOf),
    bufferedBytes: link.bufferedBytes,
    unacknowledgedFrames: reliable.unacknowledgedFrames,
    resentFrames: reliable.resentFrames,
    resumes: link.resumes,
    forwardedFrames: link.forwardedFrames,
    droppedFrames: link.droppedFrames,
    silentMs: link.silentMs,
    isUnstable: link.isUnstable,
    faults: Object.fromEntries(link.faults.counts),
    lanes: Object.fromEntries(lanes.map((lane, i) => [lane.name, each[i] as LaneStatistics])),
  };
}

function sumOf(one: LaneStatistics, other: LaneStatistics): LaneStatistics {
  const sum: Record<keyof LaneStatistics, number> = { ...one };
  for (const name in other) sum[name as keyof LaneStatistics] += other[name as keyof LaneStatistics];
  return sum;
}

export function laneStatisticsOf(link: SessionLink, { index }: Lane): LaneStatistics {
  const reliable = link.reliable.schedule.queues[index] as LaneQueue;
  const unreliable = link.unreliable.queueOf(index);
  return {
    sentMessages: link.sentMessages[index] ?? 0,
    receivedMessages: link.intake.receivedMessages[index] ?? 0,
    shedMessages: unreliable.shedMessages,
    queuedMessages: reliable.waitingMessages + unreliable.waitingMessages,
    queuedBytes: reliable.waitingBytes + unreliable.waitingBytes,
  };
}
