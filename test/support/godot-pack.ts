import { createHash } from "node:crypto";

const HEADER_BYTES = 0x70;
const PACK_FORMAT = 3;
const GODOT_VERSION = [4, 6, 0] as const;
const OFFSETS_COUNT_FROM_FILES = 2;

/**
 * A Godot resource pack, as Godot 4.5 and later read it: header, files (each at a multiple of 16), directory. `files`: contents by
 * path below `res://`. Text projects, scenes and scripts need no editor and no import.
 */
export function godotPack(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [u32(Object.keys(files).length)];
  let offset = 0;
  for (const [path, content] of Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const data = Buffer.from(content);
    const name = Buffer.from(path);
    const paddedName = Buffer.concat([name, Buffer.alloc(4 - (name.length % 4))]);
    const md5 = createHash("md5").update(data).digest();
    directory.push(u32(paddedName.length), paddedName, u64(offset), u64(data.length), md5, u32(0));
    const paddedData = Buffer.concat([data, Buffer.alloc((16 - (data.length % 16)) % 16)]);
    parts.push(paddedData);
    offset += paddedData.length;
  }
  return Buffer.concat([header(HEADER_BYTES + offset), ...parts, ...directory]);
}

function header(directoryOffset: number): Buffer {
  const numbers = [PACK_FORMAT, ...GODOT_VERSION, OFFSETS_COUNT_FROM_FILES].map(u32);
  const head = [Buffer.from("GDPC", "latin1"), ...numbers, u64(HEADER_BYTES), u64(directoryOffset)];
  return Buffer.concat(head, HEADER_BYTES);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
