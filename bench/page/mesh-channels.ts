/** The three channels that every connection of a mesh has. */
export const MESH_CHANNELS = [
  { negotiated: true, id: 1 },
  { negotiated: true, id: 2, ordered: true, maxPacketLifeTime: 1 },
  { negotiated: true, id: 3, ordered: false, maxPacketLifeTime: 1 },
] as const satisfies readonly RTCDataChannelInit[];
