import type { IRoomCache } from "@colyseus/core";

/** Where Colyseus' Redis driver keeps the rooms of all processes, by id. */
const ROOMS = "roomcaches";
/** A process that lives has a key of this name, with its id. */
export const ALIVE = "tickmesh-process:";

/** What the scripts below need of Redis. */
interface ScriptRunner {
  eval(script: string, keyCount: number, ...values: (string | number)[]): Promise<unknown>;
}

// Each looks and acts at once: a process that was away for a while may find its lobby opened again by another.

const WRITE = `
local row = redis.call("HGET", KEYS[1], ARGV[1])
if row then
  local owner = cjson.decode(row).processId
  if owner ~= ARGV[3] and redis.call("EXISTS", ARGV[4] .. owner) == 1 then return 0 end
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return 1`;

const REMOVE = `
local removed = 0
for at = 2, #ARGV do
  local row = redis.call("HGET", KEYS[1], ARGV[at])
  if row and cjson.decode(row).processId == ARGV[1] then removed = removed + redis.call("HDEL", KEYS[1], ARGV[at]) end
end
return removed`;

/** False, and nothing is written, if another process that lives has this room. */
export async function writeRow(redis: ScriptRunner, room: IRoomCache): Promise<boolean> {
  return (await redis.eval(WRITE, 1, ROOMS, room.roomId, JSON.stringify(room), room.processId, ALIVE)) === 1;
}

/** Removes those of these rooms that the process has. */
export async function removeRows(redis: ScriptRunner, processId: string, roomIds: readonly string[]): Promise<void> {
  if (roomIds.length > 0) await redis.eval(REMOVE, 1, ROOMS, processId, ...roomIds);
}
