import type { Lane } from "../messages/lane.ts";
import { LaneQueue } from "./lane-queue.ts";

/**
 * Which lane is sent next: the most urgent one that has something; among equals the one that has had least of its share. A lane that was
 * empty does not save up what it did not use.
 */
export class LaneSchedule {
  readonly queues: readonly LaneQueue[];
  /** By priority: the share that was served last. */
  readonly #served: number[] = [];

  constructor(lanes: readonly Lane[]) {
    this.queues = lanes.map((lane) => new LaneQueue(lane));
  }

  /** `null` if nothing waits, or only bulk and `allowsBulk` is false. */
  next(allowsBulk: boolean): LaneQueue | null {
    let best: LaneQueue | null = null;
    for (const queue of this.queues) {
      if (queue.waitingBytes === 0 || (queue.lane.bulk && !allowsBulk)) continue;
      const { priority } = queue.lane;
      if (best === null || priority < best.lane.priority || (priority === best.lane.priority && queue.turn < best.turn))
        best = queue;
    }
    return best;
  }

  /** A lane was empty up to now. */
  join(queue: LaneQueue): void {
    queue.turn = Math.max(queue.turn, this.#served[queue.lane.priority] ?? 0);
  }

  serve(queue: LaneQueue, bytes: number): void {
    this.#served[queue.lane.priority] = queue.turn;
    queue.turn += bytes / queue.lane.weight;
  }
}
