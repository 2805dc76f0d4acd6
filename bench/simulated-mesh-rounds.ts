import { type MeshLoad, SimulatedMesh } from "./simulated-mesh.ts";

/** What `node bench/simulated-mesh-rounds.ts` is asked, as JSON; it answers with an array of µs a tick, one for each round. */
export interface RoundsOrder extends MeshLoad {
  readonly rounds: number;
  readonly ticksARound: number;
}

const order = process.argv[2];
if (order !== undefined) {
  const { rounds, ticksARound, ...load } = JSON.parse(order) as RoundsOrder;
  const mesh = new SimulatedMesh(load);
  const times = Array.from({ length: rounds }, () => mesh.measure(ticksARound) / ticksARound);
  console.log(JSON.stringify(times));
}
